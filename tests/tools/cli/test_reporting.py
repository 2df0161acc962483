"""Which findings a command reports, in which format, and what it exits with."""

import io
import json
import re
import shlex
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.conftest import GOOD
from tools.cli import main
from tools.cli.reporting import same_again
from tools.history import last_verdict

WRONG_CALLS = {"model.py": "class Model:\n    def __init__(self, path): ...\n    def predict(self): ...\n"}
WRONG_CLASS = {"model.py": "class model:\n    def predict(self, X): return X\n"}
TABLE = "[tool.kit]\nignore = {{{}}}\n"
FORMATS = ("json", "sarif", "junit", "github")


@pytest.fixture
def zipped(write_zip):
    """A zip of the members in the working directory, by its name."""

    def write(members) -> Path:
        return write_zip(members).rename("submission.zip")

    return write


def parsed(format_: str, text: str) -> object:
    """The document that a machine's format is; whole, so that nothing else stands on stdout."""
    if format_ == "junit":
        return ElementTree.fromstring(text)
    if format_ == "github":
        assert all(re.match(r"::(error|warning|notice) .+::.", line) for line in text.splitlines())
        return text.splitlines()
    return json.loads(text)


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("check", "submission.zip"), 1),
        (("check", "good.zip"), 0),
        (("check", "gone.zip"), 2),
        (("check", "submission.zip", "--no-such-option"), 2),
        (("check",), 2),
        (("check", "submission.zip", "--select", "nonsense"), 2),
        (("check", "submission.zip", "--bundle", "gone"), 2),
        (("evaluate",), 2),
        (("evaluate", "gone.zip"), 2),
    ],
)
def test_stdout_is_one_valid_document_at_every_exit(words, code, format_, run, zipped) -> None:
    zipped({"model.py": GOOD}).rename("good.zip")
    zipped(WRONG_CALLS)
    found, out, err = run(*words, "--format", format_)
    assert found == code
    parsed(format_, out)
    assert out or (format_ == "github" and code == 0)
    assert err


@pytest.mark.parametrize("format_", FORMATS)
def test_an_interrupted_command_leaves_a_valid_document(format_, run, zipped, monkeypatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tools.archive.open_archive", interrupt)
    code, out, _ = run("check", zipped(WRONG_CALLS), f"--format={format_}")
    assert code == 130
    parsed(format_, out)


@pytest.mark.parametrize("format_", FORMATS)
def test_the_json_file_is_written_beside_any_format(format_, run, zipped) -> None:
    code, out, _ = run("check", zipped(WRONG_CALLS), "--format", format_, "--json", "out.json")
    document = json.loads(Path("out.json").read_text())
    assert code == document["exit_code"] == 1
    assert [one["code"] for one in document["findings"]] == ["SRC003", "SRC004"]
    parsed(format_, out)


@pytest.mark.parametrize(("formats", "last"), [(("json", "text"), "text"), (("junit", "json"), "json")])
def test_the_last_of_several_formats_holds(formats, last, run, zipped) -> None:
    words = [word for one in formats for word in ("--format", one)]
    _, out, err = run("check", zipped(WRONG_CALLS), *words)
    assert out.startswith({"text": "error SRC003", "json": "{"}[last])
    assert ("error SRC003" in err) is (last != "text")


@pytest.mark.parametrize("words", [("train", "x", "--data", "sample"), ("recipes",)])
def test_formats_of_findings_are_for_commands_that_find(words, run) -> None:
    code, out, err = run(*words, "--format", "sarif")
    assert code == 2
    assert out == ""
    assert "sarif" in err


def test_the_list_of_a_bundle_has_no_findings(run) -> None:
    code, out, err = run("evaluate", "--list", "--format", "junit")
    assert code == 2
    assert "--format text or json" in err
    parsed("junit", out)


def test_the_last_lines_count_and_say_what_to_do_next(run, zipped) -> None:
    code, out, _ = run("check", zipped(WRONG_CALLS))
    assert code == 1
    count, following = out.splitlines()[-2:]
    assert re.fullmatch(r"2 errors; \d+ checks passed(, \d+ not reached)?", count)
    assert following == "next: mend it, then: kit check submission.zip"
    assert "\x1b" not in out


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        ((), ["SRC003", "SRC004"]),
        (("--select", "SRC003"), ["SRC003"]),
        (("--select", "arc,src004"), ["SRC004"]),
        (("--select", "ARC", "--select", "SRC00"), ["SRC003", "SRC004"]),
        (("--select=ARC,",), []),
        (("--ignore", "SRC003"), ["SRC004"]),
        (("--ignore", "SRC", "--ignore", "ARC"), []),
        (("--select", "SRC", "--ignore", "SRC004"), ["SRC003"]),
    ],
)
def test_what_is_selected_and_not_ignored_decides(options, codes, run, zipped) -> None:
    code, out, _ = run("check", zipped(WRONG_CALLS), *options, "--format", "json")
    document = json.loads(out)
    assert [one["code"] for one in document["findings"]] == codes
    assert code == int(bool(codes))
    assert ("selected" in document) is any("--select" in option for option in options)


def test_each_finding_has_the_command_that_shows_it_again(run, zipped) -> None:
    path = zipped(WRONG_CALLS)
    _, out, _ = run("check", path, "--format", "json")
    for one in json.loads(out)["findings"]:
        words = shlex.split(one["reproduce"])
        assert words == ["kit", "check", "submission.zip", "--select", one["code"]]
        _, again, _ = run(*words[1:], "--format", "json")
        assert [same["code"] for same in json.loads(again)["findings"]] == [one["code"]]
    _, out, _ = run("check", path)
    assert "again  kit check submission.zip --select SRC003" in out


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("evaluate s.zip", "evaluate s.zip"),
        ("evaluate s.zip --data x.npz --strict --json o.json", "evaluate s.zip --data x.npz"),
        ("evaluate --select SRC --ignore=OUT s.zip --phase all", "evaluate s.zip --phase all"),
        ("evaluate s.zip --format=sarif --keep out --time-limit 5", "evaluate s.zip --time-limit 5"),
    ],
)
def test_the_command_again_keeps_what_decides(given, kept) -> None:
    assert " ".join(same_again(given.split())) == kept


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        (
            "--select",
            "SRC903",
            "--select: 'SRC903' is no code of the catalogue and begins none fix: did you mean SRC003?",
        ),
        ("--ignore", "SCR", "--ignore: 'SCR' is no code of the catalogue and begins none fix: did you mean SRC?"),
        ("--select", "SRC,,OUT", "--select: '' is no code"),
        ("--select", "", "--select: '' is no code"),
        ("--select", "RUN,OUT001", "kit evaluate submission.zip --select RUN,OUT001"),
    ],
)
def test_an_unknown_code_is_told_with_those_that_are_known(option, value, told, run, zipped) -> None:
    code, _, err = run("check", zipped(WRONG_CALLS), option, value)
    assert code == 2
    assert told in err


def test_the_projects_ignore_is_told_in_every_format(run, zipped) -> None:
    Path("pyproject.toml").write_text(TABLE.format('SRC003 = "it is called with a path", SRC004 = "so it is"'))
    path = zipped(WRONG_CALLS)
    code, out, _ = run("check", path)
    assert code == 0
    assert "ignored SRC003: it is called with a path\nignored SRC004: so it is\n0 errors, 2 ignored; " in out
    _, out, _ = run("check", path, "--format", "json")
    assert [(one["code"], one["reason"]) for one in json.loads(out)["ignored"]] == [
        ("SRC003", "it is called with a path"),
        ("SRC004", "so it is"),
    ]
    _, out, _ = run("check", path, "--format", "sarif")
    (result, _) = json.loads(out)["runs"][0]["results"]
    assert result["suppressions"][0]["justification"] == "it is called with a path"
    _, out, _ = run("check", path, "--format", "junit")
    assert "ignored: it is called with a path" in out
    assert run("check", path, "--format", "github")[1] == ""


def test_an_ignore_that_hides_nothing_is_reported_where_its_checks_were_made(run, zipped) -> None:
    Path("pyproject.toml").write_text(TABLE.format('SRC003 = "a", SRC002 = "b", RUN001 = "c", SRC004 = "d"'))
    path = zipped(WRONG_CALLS)
    _, out, _ = run("check", path)
    assert [line for line in out.splitlines() if line.startswith("unused")] == [
        "unused ignore SRC002: nothing was found that it would hide; take it out of the settings"
    ]
    _, out, _ = run("check", path, "--format", "json")
    assert json.loads(out)["unused_ignores"] == ["SRC002"]
    _, out, _ = run("check", path, "--format", "json", "--select", "ARC")
    assert json.loads(out)["unused_ignores"] == []
    _, out, _ = run("check", zipped({"mine/model.py": ""}), "--format", "json")
    assert json.loads(out)["unused_ignores"] == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('ignore = {SRC003 = " "}', "tool.kit.ignore.SRC003: a reason is wanted, in words (got ' ')"),
        ("ignore = {SRC003 = 1}", "tool.kit.ignore.SRC003: a reason is wanted, in words (got 1)"),
        ('ignore = ["SRC003"]', "tool.kit.ignore: a table is wanted, each code with its reason (got ['SRC003'])"),
        ('ignore = "SRC003"', "tool.kit.ignore: a table is wanted, each code with its reason (got 'SRC003')"),
        ('ignore = {SRC903 = "x"}', "tool.kit.ignore.SRC903: 'SRC903' is no code of the catalogue and begins none"),
    ],
)
def test_an_ignore_without_a_reason_names_file_key_and_value(line, told, run, zipped) -> None:
    path = zipped(WRONG_CALLS)
    Path("pyproject.toml").write_text(f"[tool.kit]\n{line}\n")
    code, _, err = run("check", path)
    assert code == 2
    assert f"{Path('pyproject.toml').resolve()}: {told}" in err
    assert "did you mean SRC003?" in err or 'ignore = {SRC012 = "' in err


def test_the_schema_is_printed(run) -> None:
    code, out, _ = run("schema")
    assert code == 0
    assert json.loads(out)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("format_", ["text", *FORMATS])
def test_names_that_the_terminal_cannot_write_stop_no_command(format_, zipped, monkeypatch) -> None:
    zipped({"mine/日本/model.py": GOOD})
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="ascii") for _ in range(2)]
    monkeypatch.setattr(sys, "stdout", streams[0])
    monkeypatch.setattr(sys, "stderr", streams[1])
    code = main(["check", "submission.zip", "--format", format_])
    streams[0].flush()
    assert code == 1
    assert b"ARC003" in streams[0].buffer.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize("format_", FORMATS)
def test_an_evaluation_is_told_in_every_format(format_, run, zipped, images_npz) -> None:
    path = zipped({"model.py": GOOD.replace("return", "raise ValueError('no') #")})
    words = ("evaluate", path, "--data", images_npz, "--engine", "process")
    code, out, err = run(*words, "--format", format_, "--json", "out.json")
    assert code == 1
    assert "ValueError" in str(out)
    parsed(format_, out)
    assert "the platform would show" in err
    (finding,) = [one for one in json.loads(Path("out.json").read_text())["findings"] if one["code"] == "RUN003"]
    assert finding["reproduce"] == f"kit evaluate submission.zip --data {images_npz} --engine process --select RUN003"
    assert finding["locations"][0] == {"member": "model.py", "line": 9}
    assert finding["excerpt"].startswith("raise ValueError")


@pytest.mark.slow
def test_an_evaluation_by_some_checks_is_no_verdict(run, zipped, images_npz) -> None:
    path = zipped({"model.py": GOOD})
    words = ("evaluate", path, "--data", images_npz, "--engine", "process", "--json", "out.json")
    code, out, _ = run(*words, "--select", "OUT")
    document = json.loads(Path("out.json").read_text())
    assert (code, document["verdict"], document["selected"]) == (0, "unknown", ["OUT"])
    assert {one[:3] for one in document["checks"]["passed"]} == {"OUT"}
    assert "this is no verdict" in " ".join(out.split())
    assert last_verdict(document["zip_sha256"]) is None
    run(*words)
    assert last_verdict(document["zip_sha256"]) == "pass"


@pytest.mark.slow
def test_an_ignored_error_leaves_the_run_to_be_judged(run, zipped, images_npz) -> None:
    path = zipped(WRONG_CLASS)
    words = ("evaluate", path, "--data", images_npz, "--engine", "process", "--json", "out.json")
    run(*words)
    plain = json.loads(Path("out.json").read_text())
    code, _, _ = run(*words, "--ignore", "SRC002")
    ignoring = json.loads(Path("out.json").read_text())
    assert [one["code"] for one in plain["findings"] if one["level"] == "error"] == ["SRC002"]
    assert [one["code"] for one in ignoring["ignored"]] == ["SRC002"]
    (shown,) = [one["code"] for one in ignoring["findings"] if one["level"] == "error"]
    assert shown.startswith("RUN")
    assert code == 1
