"""What the checks of the run and of the packages say of a contract's own facts, and of facts that it does not give."""

from types import SimpleNamespace

import pytest

from tools.checks import CATALOGUE, Level
from tools.competitions import DEFAULT
from tools.contract import read_contract
from tools.sandbox.program import Outcome
from tools.worker.probe_report import ProbeReport, StepError

WELL = Outcome(exit_code=0, seconds=1)
ILL = Outcome(exit_code=1, seconds=1)
TRACE = """Traceback (most recent call last):
  File "/app/program/ingestion.py", line 30, in main
    answers = Model().predict(images)
  File "/app/ingested_program/model.py", line 9, in predict
    return self.inner(X)
  File "/app/ingested_program/net/inner.py", line 2, in inner
    return 1 / 0
ZeroDivisionError: division by zero
"""


def evidence(code: str, subject: SimpleNamespace, **changes: object) -> list[str]:
    contract = read_contract(DEFAULT).model_copy(update=changes)
    subject.contract = contract
    return [seen.text for seen in CATALOGUE[code].function(subject, contract)]


def met(
    step: str | None, *, kind: str = "ValueError", job: Outcome = ILL, log: str = "", status: str = "Failed"
) -> SimpleNamespace:
    """An evaluation whose probe raised in a step (None: it answered), and whose job ended so."""
    error = StepError(
        step=step or "",
        text=f"{kind}: no",
        where="model.py:4",
        frames=("model.py:4, in predict: no",),
        kinds=(kind, "OSError") if kind == "FileNotFoundError" else (kind,),
    )
    probe = ProbeReport(outcome=WELL, reached=step or "end", error=error if step else None, images=64)
    run = SimpleNamespace(
        outcomes={"ingestion": job},
        logs={"prediction_ingestion_stderr": log},
        written=("predictions.npy",) if job is WELL else (),
        status=status,
    )
    return SimpleNamespace(probe=probe, run=run)


def test_a_method_that_raises_is_told_with_what_the_evaluator_hands_out() -> None:
    told = evidence("RUN003", met("predict"))
    assert told[0] == "ValueError: no"
    assert told[-1] == "the evaluator hands out an array (n, 96, 96, 3) uint8, 0..255"
    assert evidence("RUN003", met("predict"), input=None) == told[:-1]


def test_a_method_that_was_not_reached_is_not_told() -> None:
    assert evidence("RUN003", met("import")) == []


def test_what_only_the_prediction_job_met_is_read_from_its_log_and_trimmed_to_the_users_frames() -> None:
    assert evidence("RUN003", met(None, log=TRACE)) == [
        "ZeroDivisionError: division by zero (in the prediction job, not on the 64 rows of the probe)",
        "model.py:9, in predict: return self.inner(X)",
        "net/inner.py:2, in inner: return 1 / 0",
        "the evaluator hands out an array (n, 96, 96, 3) uint8, 0..255",
    ]


def test_a_traceback_that_an_entry_prints_and_survives_is_not_told() -> None:
    assert evidence("RUN003", met(None, log=TRACE, job=WELL, status="Finished")) == []


@pytest.mark.parametrize(
    ("kind", "level"),
    [("ValueError", Level.ERROR), ("FileNotFoundError", Level.WARNING), ("MemoryError", Level.WARNING)],
)
def test_what_only_the_probe_met_is_no_error_where_the_probe_itself_may_be_the_reason(kind, level) -> None:
    subject = met("predict", kind=kind, job=WELL, status="Finished")
    subject.contract = None
    found = list(CATALOGUE["RUN003"].function(subject, None))
    assert {one.level or CATALOGUE["RUN003"].level for one in found} == {level}
    assert found[0].text == f"{kind}: no (in the probe; the prediction job went well)"
