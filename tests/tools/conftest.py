"""Every document that a command writes in these tests is held against the published schema."""

import json
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tools.cli.output import Output

VALIDATOR = Draft202012Validator(json.loads(files("tools.report").joinpath("schema.json").read_text("utf-8")))


def _complaints(document: Any) -> list[str]:
    """What the schema has against a document as it is written, each with its place."""
    told = []
    for error in VALIDATOR.iter_errors(json.loads(json.dumps(document))):
        leaves = error.context or [error]
        told += [f"{leaf.json_path}: {leaf.message[:300]}" for leaf in leaves]
    return told


@pytest.fixture(scope="session")
def complaints() -> Callable[[Any], list[str]]:
    """What the published schema has against a document."""
    return _complaints


@pytest.fixture(autouse=True)
def _documents_are_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    write = Output.document

    def validate_and_write(self: Output, document: dict[str, Any]) -> None:
        if "verdict" in document:
            assert _complaints(document) == []
        write(self, document)

    monkeypatch.setattr(Output, "document", validate_and_write)
