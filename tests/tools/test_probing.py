"""The probe beside the jobs: it never costs the score, and what it did not reach is said to be so."""

import time
from pathlib import Path

import pytest

from tests.gallery.gallery import noise
from tools import probing
from tools.archive import open_archive
from tools.engines import Wish
from tools.errors import SandboxError
from tools.evaluate import Evaluated, Settings, evaluate

pytestmark = pytest.mark.slow

HEAD = "import pathlib, time\nimport numpy as np\nIN_PROBE = 'probe' in pathlib.Path(__file__).parts\n"
CALLED = ("OUT008", "OUT009", "OUT010")


def model(body: str, init: str = "pass") -> str:
    return f"{HEAD}class Model:\n    def __init__(self):\n        {init}\n    def predict(self, X):\n        {body}\n"


@pytest.fixture
def seen(write_zip, tmp_path: Path):
    def play(text: str, **settings: object) -> Evaluated:
        archive = open_archive(write_zip({"model.py": text}))
        return evaluate(archive, Settings(data=noise(tmp_path), wish=Wish(engine="process"), **settings))

    return play


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "init", "reached"),
    [
        ("return np.zeros(len(X), int)", "IN_PROBE and time.sleep(100)", "construct"),
        ("IN_PROBE and len(X) == 1 and time.sleep(100); return np.zeros(len(X), int)", "pass", "end"),
    ],
    ids=["in the constructor", "in the first of the other calls"],
)
def test_a_probe_that_hangs_is_ended_and_accuses_nobody(body, init, reached, seen) -> None:
    started = time.monotonic()
    found = seen(model(body, init), patience_s=3.0)
    assert time.monotonic() - started < 50
    assert found.first.run.status == "Finished"
    assert found.first.probe.reached == reached
    assert found.first.probe.was_cut_off
    assert {finding.code for finding in found.result.findings} <= {"ENV001"}
    assert set(CALLED) <= set(found.result.not_reached)


@pytest.mark.parametrize("body", ["import os; IN_PROBE and os.abort()", "IN_PROBE and exit(1)", "X = X / IN_PROBE"])
def test_what_only_the_probe_meets_does_not_take_the_score_away(body, seen) -> None:
    found = seen(model(f"{body}; return np.zeros(len(X), int)"), patience_s=60.0)
    assert found.first.run.status == "Finished"
    assert "accuracy" in found.first.run.scores


def test_a_probe_that_cannot_be_run_is_said_to_be_and_the_jobs_count(seen, monkeypatch) -> None:
    def no_probe(_request: object, _engine: object) -> None:
        raise SandboxError("the disk is full", "make room")

    said: list[str] = []
    monkeypatch.setattr(probing, "probe", no_probe)
    found = seen(model("return np.zeros(len(X), int)"), say=said.append)
    assert said == ["the entry could not be asked step by step: SandboxError: the disk is full"]
    assert found.first.run.status == "Finished"
    assert found.first.probe is None
    assert {"RUN006", "RUN012", *CALLED} <= set(found.result.not_reached)


@pytest.mark.parametrize("jobs_s", [0.0, 1.0, 10.0, 600.0])
@pytest.mark.parametrize("slowed_down", [1.0, 1.1])
def test_the_probe_keeps_within_its_part_of_the_time(jobs_s, slowed_down) -> None:
    assert slowed_down * jobs_s + probing.allowed_s(slowed_down * jobs_s) <= 1.3 * jobs_s + 2


def test_static_errors_that_let_the_entry_be_imported_do_not_keep_the_probe_off(seen) -> None:
    found = seen(f"{HEAD}class model:\n    pass\n", patience_s=60.0)
    assert [finding.code for finding in found.result.findings if finding.code != "ENV001"] == ["SRC002"]
    assert found.first.probe.reached == "construct"
    (finding,) = (finding for finding in found.result.findings if finding.code == "SRC002")
    assert "AttributeError" in finding.chain[0]
    assert finding.chain[-1].startswith("the platform shows Failed")


def test_what_cannot_be_imported_is_not_probed(seen) -> None:
    assert seen(f"{HEAD}def (\n").first.probe is None
