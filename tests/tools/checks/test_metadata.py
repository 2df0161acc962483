"""ARC008: a metadata file is harmless until it has a command."""

import time
from pathlib import Path

import pytest

from tests.tools.archive.zips import add_all
from tools.archive import open_archive
from tools.checks import Stage, run_checks, subject_of
from tools.competitions import DEFAULT
from tools.contract import read_contract
from tools.worker.command import TEXT_LIMIT_BYTES, command_in

ROWS: list[tuple[str, dict[str, str], str | None]] = [
    ("none", {}, None),
    ("an empty one", {"metadata": ""}, None),
    ("a description", {"metadata": "description: ours\n"}, None),
    ("an empty command", {"metadata": "command:\n"}, None),
    ("no YAML", {"metadata": "command: [unclosed"}, None),
    ("a list", {"metadata.yaml": "- command\n"}, None),
    ("bytes that are no text", {"metadata": "\udcff\udcfe"}, None),
    ("a command below the root", {"old/metadata": "command: x\n"}, None),
    ("a command in another file", {"metadata.yml": "command: x\n", "metadata.json": '{"command": "x"}'}, None),
    ("the first of two has none", {"metadata.yaml": "description: x\n", "metadata": "command: x\n"}, None),
    ("a key that ends alike", {"metadata": "my_command: x\n"}, None),
    ("a command", {"metadata": "command: python3 model.py\n"}, "command: python3 model.py"),
    ("a command in metadata.yaml", {"metadata.yaml": "command: python3 model.py\n"}, "command: python3 model.py"),
    ("a command as JSON", {"metadata": '{"command": "python3 model.py"}'}, "command: python3 model.py"),
    ("a command by a merge", {"metadata": "a: &a {command: x}\n<<: *a\n"}, "command: x"),
    ("a long command", {"metadata": f"command: {'x' * 500}\n"}, f"command: {'x' * 80}..."),
]


@pytest.mark.parametrize(("files", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_metadata(files: dict[str, str], expected: str | None, tmp_path: Path) -> None:
    members = [(name, text.encode("utf-8", "surrogateescape")) for name, text in files.items()]
    add_all(tmp_path / "x.zip", [("model.py", b"class Model:\n def predict(self, X): return X\n"), *members])
    contract = read_contract(DEFAULT)
    result = run_checks(Stage.CHECK, subject_of(open_archive(tmp_path / "x.zip"), contract), contract)
    seen = [finding.evidence for finding in result.findings if finding.code == "ARC008"]
    assert seen == ([(expected,)] if expected else [])


def test_without_a_contract_it_may_be_wanted(tmp_path: Path) -> None:
    add_all(tmp_path / "x.zip", [("metadata", b"command: x\n")])
    result = run_checks(Stage.CHECK, subject_of(open_archive(tmp_path / "x.zip"), None), None)
    assert "ARC008" not in [finding.code for finding in result.findings]


@pytest.mark.parametrize(
    "text",
    [
        "a0: &a0 {x: 1, y: 2}\n"
        + "".join(f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 30)}]}}\n" for n in range(1, 9)),
        "a0: &a0 [1]\n"
        + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 30)}]\n" for n in range(1, 9))
        + "command: *a8\n",
        "[" * 60_000,
        "command: &a [*a]\n",
        "a: &a {<<: *a}\n",
        "x" * (TEXT_LIMIT_BYTES + 1),
        "? " * 30_000,
    ],
    ids=["merges", "lists", "depth", "itself", "merges itself", "long", "keys"],
)
def test_yaml_that_grows_without_end_is_read_in_no_time(text: str) -> None:
    started = time.process_time()
    assert len(command_in(text.encode()) or "") < 1000
    assert time.process_time() - started < 20
