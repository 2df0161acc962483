"""What followed from the primary cause: which finding gets the chain, and what it says."""

from types import SimpleNamespace

import pytest

from tools.checks import Level, Result
from tools.checks.chain import with_chain
from tools.checks.finding import Finding
from tools.competitions import DEFAULT
from tools.contract import read_contract
from tools.sandbox.program import Outcome
from tools.worker.probe_report import ProbeReport, StepError

CONTRACT = read_contract(DEFAULT)
FAILED = "the platform shows Failed: Child task failed or non-zero return code"
NOTHING = "no predictions were written"
SCORING = "the scoring program failed: FileNotFoundError: predictions.npy"
OUTSIDE = """Traceback (most recent call last):
  File "/app/program/ingestion.py", line 20, in main
    from model import Model
ImportError: cannot import name 'Model' from 'model' (unknown location)
"""


def found(code: str, evidence: str = "seen", level: Level = Level.ERROR, where: str | None = None) -> Finding:
    return Finding(code=code, level=level, title="t", where=where, evidence=(evidence,), why="w", fix="f", source="s")


def ended(code: int | None, **facts: object) -> Outcome:
    return Outcome(exit_code=code, seconds=1, **facts)


def met(
    *,
    ingestion: Outcome | None,
    scoring: Outcome | None = None,
    error: StepError | None = None,
    status: str = "Failed",
    details: str | None = "Child task failed or non-zero return code",
    **facts: object,
) -> SimpleNamespace:
    outcomes = {name: one for name, one in (("ingestion", ingestion), ("scoring", scoring)) if one}
    run = {
        "outcomes": outcomes,
        "status": status,
        "status_details": details,
        "logs": {"scoring_stderr": "Traceback\nFileNotFoundError: predictions.npy\n"},
        "written": (),
        "shown": {},
    } | facts
    reached = error.step if error else "end"
    probe = ProbeReport(outcome=ended(0), reached=reached, error=error)
    return SimpleNamespace(run=SimpleNamespace(**run), probe=probe, contract=CONTRACT, limit_s=600.0)


NO_MODULE = StepError(
    step="import",
    text="ModuleNotFoundError: No module named 'helpers'",
    where="model.py:3",
    frames=(),
    kinds=("ModuleNotFoundError", "ImportError", "Exception"),
)
IN_PREDICT = StepError(step="predict", text="ValueError: bad", where="model.py:12", frames=(), kinds=("ValueError",))
FAILING = {"ingestion": ended(1), "scoring": ended(1)}
CASES = [
    (
        "a run error",
        [],
        [found("RUN003")],
        met(**FAILING, error=IN_PREDICT),
        "RUN003",
        ["the ingestion program ended with exit code 1", NOTHING, SCORING, FAILED],
    ),
    (
        "a static cause, told with the user's frame",
        [found("SRC005", "imports helpers")],
        [],
        met(**FAILING, error=NO_MODULE),
        "SRC005",
        [
            "the import raised ModuleNotFoundError: No module named 'helpers' (model.py:3)",
            "the ingestion program ended with exit code 1",
            NOTHING,
            SCORING,
            FAILED,
        ],
    ),
    (
        "an unrelated static error",
        [found("SRC005", "imports cv2")],
        [found("RUN001")],
        met(**FAILING, error=NO_MODULE),
        "RUN001",
        ["the ingestion program ended with exit code 1", NOTHING, SCORING, FAILED],
    ),
    (
        "no class of that name",
        [found("SRC002", "got model")],
        [],
        met(**FAILING, logs={"prediction_ingestion_stderr": OUTSIDE}),
        "SRC002",
        [
            "the ingestion program met ImportError: cannot import name 'Model' from 'model' (unknown location)",
            "the ingestion program ended with exit code 1",
            NOTHING,
            "the scoring program failed: without a word",
            FAILED,
        ],
    ),
    (
        "out of time",
        [],
        [found("RUN004", where="ingestion")],
        met(ingestion=ended(None, stopped="time"), details="Execution Time Limit exceeded"),
        "RUN004",
        [NOTHING, "the platform shows Failed: Execution Time Limit exceeded"],
    ),
    (
        "an exit that hides",
        [],
        [found("RUN009")],
        met(ingestion=ended(0), scoring=ended(1)),
        "RUN009",
        [f"{NOTHING}, though the exit code says that all went well", SCORING, FAILED],
    ),
    (
        "a score near zero",
        [],
        [found("OUT004")],
        met(
            ingestion=ended(0),
            scoring=ended(0),
            status="Finished",
            written=("predictions.npy",),
            shown={"Accuracy": "0.0"},
        ),
        "OUT004",
        ["the platform shows Finished, Accuracy 0.0"],
    ),
    (
        "a zip that the worker dies of",
        [found("ARC004")],
        [],
        met(ingestion=None, status="Preparing", details=None),
        "ARC004",
        ["the platform stays at Preparing, without a word"],
    ),
    (
        "an error that changes nothing",
        [found("ARC010")],
        [],
        met(ingestion=ended(0), scoring=ended(0), status="Finished", written=("predictions.npy",)),
        None,
        [],
    ),
    (
        "a warning",
        [],
        [found("RUN007", level=Level.WARNING)],
        met(ingestion=ended(0), scoring=ended(0), status="Finished", written=("predictions.npy",)),
        None,
        [],
    ),
]


@pytest.mark.parametrize(
    ("static", "dynamic", "seen", "code", "chain"), [row[1:] for row in CASES], ids=[row[0] for row in CASES]
)
def test_the_primary_cause_gets_the_chain(static, dynamic, seen, code, chain) -> None:
    results = with_chain(Result(findings=tuple(static)), Result(findings=tuple(dynamic)), seen, CONTRACT)
    told = {one.code: list(one.chain) for result in results for one in result.findings if one.chain}
    assert told == ({code: chain} if code else {})
