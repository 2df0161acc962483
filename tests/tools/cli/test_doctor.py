"""`kit doctor` on the command line: a line for each fact, JSON with keys that stay, and the exit code."""

import json
from pathlib import Path

import pytest

from tools.cli import main
from tools.doctor import examine
from tools.doctor.fact import Examined, error, ok, warning

FACTS = (
    ok("python", "3.11.7"),
    warning("disk.temp", "1.0 GB free in /tmp; 2 GB are wanted", "export TMPDIR=FOLDER", free_mb=1000),
    error("bundle", "there is no bundle \x1b[2J", "mend it"),
)


@pytest.fixture
def examined(monkeypatch, tmp_path):
    """Have the doctor find what is given."""
    monkeypatch.chdir(tmp_path)

    def give(engine: str | None) -> None:
        monkeypatch.setattr(examine, "examine", lambda: Examined(facts=FACTS, engine=engine))

    return give


def test_each_fact_is_a_line_and_what_mends_it_stands_below(examined, capsys) -> None:
    examined("process")
    assert main(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["ok", "python", "3.11.7"]
    assert lines[1].startswith("warning  disk.temp")
    assert lines[2].split() == ["mend", "export", "TMPDIR=FOLDER"]
    assert "\\x1b[2J" in lines[3]
    assert lines[-1] == "1 error, 1 warning, 1 as it should be"


def test_where_no_engine_works_the_exit_code_is_3(examined) -> None:
    examined(None)
    assert main(["doctor"]) == 3


def test_json_has_keys_that_stay(examined, capsys) -> None:
    examined("bubblewrap")
    assert main(["doctor", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert set(document) == {"schema", "can_evaluate", "engine", "facts"}
    assert document["engine"] == "bubblewrap"
    assert document["facts"][1] == {
        "key": "disk.temp",
        "state": "warning",
        "value": "1.0 GB free in /tmp; 2 GB are wanted",
        "mend": ["export TMPDIR=FOLDER"],
        "details": {"free_mb": 1000},
    }


def test_this_machine_is_examined(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["doctor", "--json", "out.json"]) == 0
    document = json.loads(Path("out.json").read_text())
    assert document["can_evaluate"]
    assert "engine.process" in {fact["key"] for fact in document["facts"]}
