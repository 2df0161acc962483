"""What the tests of the tools share: a platform to speak with, and that every document is held against the schema."""

import json
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from tools.cli.output import Output

if TYPE_CHECKING:
    from tests.tools.codabench.platform import Platform

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


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> "Iterator[Platform]":
    """A platform of this test's own, signed in to by CODABENCH_TOKEN: no waits, no keyring, no other instance."""
    from tests.tools.codabench.platform import Platform

    monkeypatch.setenv("KIT_HTTP_PACE", "0.002")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.delenv("CODABENCH_HOST", raising=False)
    with Platform() as started:
        monkeypatch.setenv("CODABENCH_TOKEN", started.token)
        yield started
