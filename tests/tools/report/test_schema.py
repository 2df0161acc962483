"""The published schema: it is one, it takes what is written, and it catches what is not."""

import copy
import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.conftest import GOOD
from tools.archive import open_archive
from tools.checks import Level
from tools.checks.result import Ignored
from tools.checks.selection import Ignore, Selection
from tools.engines import Wish
from tools.evaluate import Settings, evaluate
from tools.report.document import evaluated, failure

SCHEMA = json.loads(files("tools.report").joinpath("schema.json").read_text("utf-8"))
Complaints = Callable[[Any], list[str]]


def objects(document: Any) -> list[dict[str, Any]]:
    """Every object of a document but those whose keys are somebody else's (scores, versions, logs)."""
    free = {"scores", "stored_scores", "shown_scores", "versions", "logs", "seen", "seconds", "exit_codes"}
    found = [document] if isinstance(document, dict) else []
    inner = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in inner:
        if key not in free and isinstance(value, dict | list):
            found += objects(value)
    return found


def misspelt(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The document once for each key, with that key misspelt."""
    copies = []
    for number, one in enumerate(objects(document)):
        for key in one:
            other = copy.deepcopy(document)
            target = objects(other)[number]
            target[f"{key}x"] = target.pop(key)
            copies.append((key, other))
    return copies


@pytest.fixture
def written(document_of, finding) -> dict[str, Any]:
    """A document in which every list holds something."""
    selection = Selection(select=("SRC", "ARC"), ignore=(Ignore("ARC001", "x", is_settled=True),))
    full = finding(chain=("a", "b"), reproduce="kit check submission.zip --select SRC002")
    ignored = Ignored(finding("SRC003", where=None, excerpt=None, level=Level.NOTE), "we know")
    return document_of(full, ignored=(ignored,), selection=selection)


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_a_check_and_a_failure_are_valid(written, document_of, complaints: Complaints) -> None:
    assert written["unused_ignores"] == ["ARC001"]
    assert complaints(written) == complaints(document_of()) == complaints(failure("a", "b", 2)) == []
    assert complaints(failure("a", "b", 4, "UPL009")) == []


def test_a_misspelt_key_is_caught_wherever_it_is(written, complaints: Complaints) -> None:
    cases = misspelt(written) + misspelt(failure("a", "b", 2, "UPL009"))
    assert len(cases) > 40
    assert [key for key, document in cases if not complaints(document)] == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("schema", 2),
        ("verdict", "ok"),
        ("verdict", "pass"),
        ("exit_code", 3),
        ("zip_sha256", "abc"),
        ("unused_ignores", ["src"]),
        ("findings", [{}]),
        ("checks", {"passed": ["SRC"], "not_reached": []}),
    ],
)
def test_a_wrong_value_is_caught(key, value, written, complaints: Complaints) -> None:
    assert complaints(written | {key: value})


@pytest.mark.slow
def test_an_evaluation_is_valid_and_its_misspelt_keys_are_caught(write_zip, images_npz, complaints: Complaints) -> None:
    path: Path = write_zip({"model.py": GOOD})
    settings = Settings(data=images_npz, wish=Wish(engine="process"))
    document = json.loads(json.dumps(evaluated(open_archive(path), evaluate(open_archive(path), settings))))
    assert complaints(document) == []
    child = document["platform"] | {"phase": "First", "task": "One", "seconds": document["seconds"]}
    several = document | {"platform": {"status": "Finished", "children": [child]}}
    assert complaints(several) == []
    cases = misspelt(document) + misspelt(several)
    assert [key for key, one in cases if not complaints(one)] == []
