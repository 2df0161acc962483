"""OUT008 to OUT011, as a table: what the probe's other calls gave, and the codes. Rows are counted, not simulated."""

from types import SimpleNamespace

import pytest

from tools.checks import CATALOGUE, Level, Result, Stage, registry, run_checks
from tools.competitions import DEFAULT
from tools.contract import Contract, read_contract
from tools.sandbox.program import Outcome
from tools.worker.probe_report import Call, ProbeReport, Seen, StepError

CODES = ("OUT008", "OUT009", "OUT010", "OUT011")
ROWS = 64
ENDED = Outcome(exit_code=0, seconds=1)
CUT_OFF = Outcome(exit_code=137, seconds=1, stopped="interrupt")
DIED = Outcome(exit_code=139, seconds=1)


def call(
    name: str, rows: int, *differ: int, error: str = "", shape: list[int] | None = None, by: str | None = None
) -> Call:
    raised = StepError(
        step=name, text=error, where="model.py:5", frames=(), kinds=(error.partition(":")[0],), raised_by=by
    )
    return Call(
        name=name,
        rows=rows,
        error=raised if error else None,
        answer=None if error else {"type": "numpy.ndarray", "shape": [rows] if shape is None else shape},
        differ=differ,
        shown=tuple(f"row {row}: 0, then 1" for row in differ[:3]),
    )


PLAIN = (
    call("one row", 1),
    call("a part", 33),
    call("again", ROWS),
    call("another order", ROWS),
    call("as floats", 2),
    call("no rows", 0),
)


def but(*others: Call) -> tuple[Call, ...]:
    """The plain calls, with others in the place of those of the same name."""
    names = {other.name for other in others}
    return (*(one for one in PLAIN if one.name not in names), *others)


def judge(
    calls: tuple[Call, ...],
    outcome: Outcome = ENDED,
    *,
    unlike: int | None = 0,
    contract: Contract | None = None,
    **facts: object,
) -> Result:
    contract = contract or read_contract(DEFAULT)
    facts = {"is_complete": len(calls) >= len(PLAIN), "seen": Seen(changed_rows=False)} | facts
    report = ProbeReport(outcome=outcome, reached="end", images=ROWS, calls=calls, **facts)
    seen = SimpleNamespace(probe=report, contract=contract, unlike_the_probe=unlike, archive=None)
    return run_checks(Stage.EVALUATE, seen, contract)


@pytest.fixture(autouse=True)
def _only_these_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "CATALOGUE", {code: CATALOGUE[code] for code in CODES})


CASES = [
    ("nothing differs", PLAIN, []),
    ("a tie that turned, the second time as well", but(call("again", ROWS, 5), call("again", ROWS, 5)), []),
    ("another single row each time", but(call("again", ROWS, 5), call("again", ROWS, 9)), ["OUT008"]),
    ("two rows the second time", but(call("again", ROWS, 5, 9)), ["OUT008"]),
    ("random rows", but(call("again", ROWS, 1, 2), call("another order", ROWS, 3, 4, 5)), ["OUT008"]),
    ("a tie that turned in another batch", but(call("a part", 33, 7)), []),
    ("two ties of 64 that turned", but(call("another order", ROWS, 7, 8)), []),
    ("three of 64", but(call("another order", ROWS, 7, 8, 9)), ["OUT009"]),
    ("two of 33", but(call("a part", 33, 7, 8)), ["OUT009"]),
    ("the row alone and another in the batch", but(call("one row", 1, 0), call("a part", 33, 7)), ["OUT009"]),
    ("an error in another order", but(call("another order", ROWS, error="IndexError: 3")), ["OUT009"]),
    ("an error the second time", but(call("again", ROWS, error="RuntimeError: closed")), ["OUT008"]),
    ("the batch axis gone", but(call("one row", 1, shape=[])), ["OUT010"]),
    ("an error for one row", but(call("one row", 1, error="ValueError: axis")), ["OUT010"]),
    ("a last batch forgotten", but(call("a part", 33, shape=[32])), ["OUT010"]),
    ("no rows, which Keras refuses", but(call("no rows", 0, error="UnboundLocalError: x", by="keras")), []),
    ("no rows, which NumPy refuses", but(call("no rows", 0, error="ValueError: x", by="numpy")), ["OUT010"]),
    ("one row, which Keras refuses", but(call("one row", 1, error="ValueError: x", by="keras")), ["OUT010"]),
    ("too little memory beside the jobs", but(call("a part", 33, error="MemoryError: ")), []),
]


@pytest.mark.parametrize(("calls", "codes"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_what_other_calls_gave_is_judged(calls, codes) -> None:
    assert [finding.code for finding in judge(calls).findings] == codes


@pytest.mark.parametrize(
    ("changed", "level"),
    [
        (call("one row", 1, error="ValueError: axis"), Level.ERROR),
        (call("a part", 33, shape=[32]), Level.ERROR),
        (call("as floats", 2, error="TypeError: float32"), Level.WARNING),
        (call("no rows", 0, error="ValueError: empty"), Level.WARNING),
        (call("no rows", 0, shape=[1]), Level.WARNING),
    ],
)
def test_sizes_that_come_are_errors_and_what_may_never_come_is_a_warning(changed, level) -> None:
    assert [(f.code, f.level) for f in judge(but(changed)).findings] == [("OUT010", level)]


def test_two_processes_that_answer_otherwise_are_two_runs() -> None:
    found = judge(PLAIN, unlike=16).findings
    assert [finding.code for finding in found] == ["OUT008"]
    assert "16 of 64 in the prediction job and in the probe" in found[0].evidence[0]
    assert judge(PLAIN, unlike=15).findings == ()


def test_another_batch_explains_why_the_prediction_job_answered_otherwise() -> None:
    assert [f.code for f in judge(but(call("a part", 33, 1, 2, 3)), unlike=30).findings] == ["OUT009"]


@pytest.mark.parametrize(
    ("count", "missed"),
    [
        (0, ["OUT008", "OUT009", "OUT010"]),
        (2, ["OUT008", "OUT009", "OUT010"]),
        (3, ["OUT009", "OUT010"]),
        (5, ["OUT010"]),
        (6, []),
    ],
)
def test_what_was_not_reached_is_never_passed(count, missed) -> None:
    result = judge(PLAIN[:count], CUT_OFF, trying="again")
    assert (result.findings, list(result.not_reached)) == ((), missed)


def test_what_was_seen_before_the_end_is_told_all_the_same() -> None:
    result = judge((call("one row", 1, shape=[]),), CUT_OFF, trying="a part")
    assert [finding.code for finding in result.findings] == ["OUT010"]


@pytest.mark.parametrize(
    ("trying", "code"), [("one row", "OUT010"), ("again", "OUT008"), ("another order", "OUT009"), ("no rows", "OUT010")]
)
def test_a_process_that_dies_in_a_call_is_put_down_to_it(trying, code) -> None:
    before = PLAIN[: [one.name for one in PLAIN].index(trying)]
    (finding,) = judge(before, DIED, trying=trying).findings
    assert finding.code == code
    assert "the process ended by signal 11" in finding.evidence[0]


def test_rows_that_were_changed_are_told() -> None:
    assert [finding.code for finding in judge(PLAIN, seen=Seen(changed_rows=True)).findings] == ["OUT011"]
    assert "OUT011" in judge(PLAIN, seen=Seen()).not_reached


def test_a_contract_that_allows_any_answer_counts_no_rows() -> None:
    contract = read_contract(DEFAULT)
    free = contract.model_copy(update={"output": contract.output.model_copy(update={"kind": "any"})})
    assert judge(but(call("one row", 1, shape=[])), contract=free).findings == ()
    failed = but(call("one row", 1, error="ValueError: axis"))
    assert [finding.code for finding in judge(failed, contract=free).findings] == ["OUT010"]
