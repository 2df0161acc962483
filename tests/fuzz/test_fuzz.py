"""What comes from strangers: the text of a submission, the zip around it, and the scores of a program."""

import io
import json
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from tests.fuzz.edits import Edit, edited, edits
from tests.fuzz.growth import Growth, bounded
from tests.fuzz.snippets import CODE, SCORES, ZIP
from tests.valid.submission import in_folders
from tools.archive import open_archive
from tools.bundle import Column
from tools.checks import CATALOGUE, Result, Stage, registry, run_checks, subject_of
from tools.competitions import DEFAULT
from tools.contract import read_contract
from tools.report.document import checked
from tools.report.text import print_findings
from tools.worker.scores import Stored, demand_bounded, demand_sendable, read_scores, shown, store
from tools.worker.status import SubmissionError, UncaughtError

pytestmark = pytest.mark.slow

VALID = [valid for valid in in_folders() if "model.py" in valid.files]
CONTRACT = read_contract(DEFAULT)
COLUMNS = (
    Column(title="Accuracy", key="accuracy", index=0, precision=4),
    Column(title="Mean", key="mean", index=1, computation="avg", computation_indexes=(0,)),
)


def demand_an_answer(path: Path) -> Result:
    """Check a zip and print what was found, for people and for programs."""
    archive = open_archive(path)
    result = run_checks(Stage.CHECK, subject_of(archive, CONTRACT), CONTRACT)
    print_findings(Console(file=io.StringIO(), width=80), result)
    json.dumps(checked(archive, result)).encode()
    return result


def zip_of(files: dict[str, bytes | str], path: Path, method: int = zipfile.ZIP_STORED) -> bytes:
    with zipfile.ZipFile(path, "w", method) as target:
        for name, content in files.items():
            target.writestr(zipfile.ZipInfo(name), content, compress_type=method)
    return path.read_bytes()


def test_sources(tmp_path: Path) -> None:
    growth, path = Growth(), tmp_path / "x.zip"

    @bounded()
    @given(st.sampled_from(VALID), edits(CODE), st.booleans())
    def check(valid, changes: list[Edit], helper: bool) -> None:
        growth.count()
        files = dict(valid.files)
        texts = [name for name in files if name.endswith(".py")]
        name = texts[-1] if helper else "model.py"
        zip_of(files | {name: edited(files[name], changes)}, path)
        demand_an_answer(path)

    check()
    growth.demand_none(print)


def test_zips(tmp_path: Path) -> None:
    growth, path = Growth(), tmp_path / "x.zip"
    plain = [zip_of(dict(valid.files), path, method) for valid in VALID[::8] for method in (0, 8, 14)]

    @bounded()
    @given(st.sampled_from(plain), edits(ZIP))
    def check(content: bytes, changes: list[Edit]) -> None:
        growth.count()
        path.write_bytes(edited(content, changes))
        demand_an_answer(path)

    check()
    growth.demand_none(print)


def test_scores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    growth = Growth()
    monkeypatch.setattr(registry, "CATALOGUE", {code: CATALOGUE[code] for code in CATALOGUE if code[:3] == "SCO"})

    @bounded()
    @given(
        st.sampled_from([b'{"accuracy": 0.5, "x": [1, {"y": null}]}', b"accuracy: 0.5\nx: [1, 2]\n"]),
        edits(SCORES),
        st.booleans(),
    )
    def check(content: bytes, changes: list[Edit], is_json: bool) -> None:
        growth.count()
        (tmp_path / "scores.json").unlink(missing_ok=True)
        (tmp_path / ("scores.json" if is_json else "scores.txt")).write_bytes(edited(content, changes))
        run = _run_of(tmp_path)
        result = run_checks(Stage.EVALUATE, SimpleNamespace(run=run, columns=COLUMNS), None)
        print_findings(Console(file=io.StringIO(), width=80), result)

    check()
    growth.demand_none(print)


def _run_of(output: Path) -> SimpleNamespace:
    """What the worker would make of an output, as far as the checks of scores look at it."""
    facts = {"status": "Finished", "status_details": None, "unsent": None, "stored": Stored(scores={}), "scores": None}
    facts |= {"output": output, "outcomes": {"scoring": SimpleNamespace(exit_code=0)}, "logs": {}}
    try:
        scores = read_scores(output)
        demand_bounded(scores)
        demand_sendable(scores)
        stored = store(scores, COLUMNS)
        shown(stored.scores, COLUMNS)
        facts |= {"scores": scores, "stored": stored}
    except SubmissionError as error:
        facts |= {"status": "Failed", "status_details": str(error)}
    except UncaughtError as error:
        facts["unsent"] = str(error)
    return SimpleNamespace(**facts)
