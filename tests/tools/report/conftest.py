"""Findings and documents to be written: a broken zip with one finding of each kind."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tools.archive import open_archive
from tools.checks import Finding, Level, Result
from tools.checks.result import Ignored
from tools.checks.selection import EVERYTHING, Selection
from tools.report.document import checked

MakeDocument = Callable[..., dict[str, Any]]
MODEL = "import os\n\nclass model:\n    pass\n"


def finding(code: str = "SRC002", **facts: Any) -> Finding:
    given = {
        "code": code,
        "level": Level.ERROR,
        "title": "no class of the name that the evaluator imports",
        "where": "model.py:3",
        "evidence": ("wanted class Model, got model",),
        "why": "The import\nfails.\n\nPython tells upper from lower case.",
        "fix": "name it class Model",
        "source": "codabench.md 1.1",
        "excerpt": "class model:",
    }
    return Finding(**(given | facts))


@pytest.fixture(name="finding")
def _finding() -> Callable[..., Finding]:
    """A finding; any field can be another."""
    return finding


@pytest.fixture
def document_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeDocument:
    """The document of a check of `submission.zip`, which lies in the working directory, with the given findings."""
    monkeypatch.chdir(tmp_path)
    with zipfile.ZipFile("submission.zip", "w") as target:
        for member in ("model.py", "sub dir/ä,b.py"):
            target.writestr(member, MODEL)

    def make(
        *findings: Finding,
        ignored: tuple[Ignored, ...] = (),
        path: Path = Path("submission.zip"),
        strict: bool = False,
        selection: Selection = EVERYTHING,
    ) -> dict[str, Any]:
        result = Result(findings=findings, ignored=ignored, passed=("ARC001", "ARC002"), not_reached=("SRC003",))
        document = checked(open_archive(path), result, strict=strict, selection=selection)
        return json.loads(json.dumps(document))

    return make
