"""RUN006, RUN007 and RUN012, as a table: what was seen beside the answer, and the code."""

from types import SimpleNamespace

import pytest

from tools.checks import CATALOGUE, Level, Stage, registry, run_checks
from tools.sandbox.program import Outcome
from tools.worker.probe_report import ProbeReport, Seen, StepError

CODES = ("RUN006", "RUN007", "RUN012")
WELL = Outcome(exit_code=0, seconds=1)
NOTHING = {"network": {}, "writes": {}, "changes": {}, "threads": (), "processes": (), "changed_rows": False}
OWN = "/app/ingested_program/log.txt"


def judge(*, touched: tuple[str, ...] = (), left: tuple[str, ...] = (), probe: bool = True, **seen: object):
    report = ProbeReport(outcome=WELL, reached="end", images=64, seen=Seen(**(NOTHING | seen)))
    ingestion = Outcome(exit_code=0, seconds=1, left=left)
    run = SimpleNamespace(
        outcomes={"ingestion": ingestion}, touched=touched, logs={}, written=("p",), status="Finished"
    )
    subject = SimpleNamespace(probe=report if probe else None, run=run, contract=None, archive=None)
    return run_checks(Stage.EVALUATE, subject, None)


@pytest.fixture(autouse=True)
def _only_these_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "CATALOGUE", {code: CATALOGUE[code] for code in CODES})


CASES = [
    ("nothing", {}, []),
    ("a host", {"network": {"example.org:443": "model.py:3"}}, [("RUN006", "tried to reach example.org:443")]),
    (
        "its own folder",
        {"writes": {OWN: ("submission", "model.py:3")}},
        [("RUN007", "wrote log.txt into its own folder")],
    ),
    (
        "the working directory",
        {"writes": {"/app/program/log.txt": ("program", "model.py:3")}},
        [("RUN007", "wrote log.txt into the ingestion program's folder")],
    ),
    ("anywhere", {"writes": {"/data/log.txt": ("outside", None)}}, [("RUN007", "wrote /data/log.txt")]),
    ("by native code", {"changes": {"added": ("log.txt",)}}, [("RUN007", "log.txt, in its own folder, was added")]),
    (
        "seen three times",
        {"writes": {OWN: ("submission", None)}, "changes": {"added": ("log.txt",)}, "touched": (f"{OWN} was removed",)},
        [("RUN007", "wrote log.txt into its own folder")],
    ),
    (
        "the input, by the job",
        {"touched": ("/app/input_data/images.npy was overwritten",)},
        [("RUN007", "images.npy, in the input data, was overwritten")],
    ),
    (
        "a thread",
        {"threads": (("t", "model.py:3"),)},
        [("RUN012", "the thread 't' still runs after the answer, and is no daemon")],
    ),
    (
        "processes",
        {"processes": ("sleep", "sleep")},
        [("RUN012", "2 processes (sleep) still running after the answer")],
    ),
    ("processes that the entry did not leave", {"left": ("sleep",)}, []),
    (
        "processes of a job without a probe",
        {"left": ("sleep",), "probe": False},
        [("RUN012", "1 process (sleep) still running when the program had ended")],
    ),
]


@pytest.mark.parametrize(("facts", "told"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_what_was_seen_beside_the_answer_is_a_warning(facts, told) -> None:
    findings = judge(**facts).findings
    assert [(finding.code, *finding.evidence) for finding in findings] == told
    assert {finding.level for finding in findings} <= {Level.WARNING}


def test_many_files_are_counted() -> None:
    names = tuple(f"{number}.txt" for number in range(30))
    (finding,) = judge(changes={"added": names}).findings
    assert (len(finding.evidence), finding.evidence[-1]) == (9, "and 22 more files")


def test_without_a_probe_nothing_is_passed_that_only_a_probe_sees() -> None:
    assert judge(probe=False).not_reached == CODES


def test_a_network_error_that_ended_the_entry_is_told_once() -> None:
    error = StepError(step="predict", text="URLError: x", where="model.py:3", frames=(), kinds=("URLError", "OSError"))
    seen = Seen(network={"example.org:443": "model.py:3"})
    report = ProbeReport(outcome=WELL, reached="predict", error=error, seen=seen)
    ingestion = Outcome(exit_code=1, seconds=1)
    run = SimpleNamespace(outcomes={"ingestion": ingestion}, touched=(), logs={}, written=(), status="Failed")
    subject = SimpleNamespace(probe=report, run=run, contract=None, archive=None)
    assert "RUN006" in run_checks(Stage.EVALUATE, subject, None).not_reached
