"""Annotations of GitHub Actions: escaping, and the file that each is shown beside."""

import re
from pathlib import Path

import pytest

from tools.checks import Level
from tools.checks.result import Ignored
from tools.report.document import failure
from tools.report.github import as_github

LINE = re.compile(r"::(?P<name>error|warning|notice) (?P<facts>[^:]*)::(?P<message>[^\r\n]*)")


def annotation_of(document) -> tuple[str, dict[str, str], str]:
    """Kind, properties and message of the one annotation, with the escapes taken back as the runner does it."""
    (line,) = as_github(document).splitlines()
    match = LINE.fullmatch(line)
    facts = dict(part.split("=", 1) for part in match["facts"].split(","))
    back = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}

    def plain(text: str) -> str:
        return re.sub("|".join(back), lambda found: back[found[0]], text)

    return match["name"], {key: plain(value) for key, value in facts.items()}, plain(match["message"])


@pytest.mark.parametrize(
    ("level", "name"), [(Level.ERROR, "error"), (Level.WARNING, "warning"), (Level.NOTE, "notice")]
)
def test_a_finding_is_an_annotation_of_its_level(level, name, document_of, finding) -> None:
    command = "kit check submission.zip --select SRC002"
    found = annotation_of(document_of(finding(level=level, reproduce=command)))
    assert found == (
        name,
        {"file": "submission.zip", "title": "SRC002 no class of the name that the evaluator imports"},
        f"in model.py:3\nwanted class Model, got model\nfix: name it class Model\nagain: {command}",
    )


@pytest.mark.parametrize(
    ("file", "text", "place"),
    [
        ("model.py", "a\nb\n  class model:\n", ("model.py", "3")),
        ("submission/model.py", "a\nb\nclass model:\n", ("submission/model.py", "3")),
        ("model.py", "class model:\n", ("submission.zip", None)),
        ("model.py", "a\nb\nclass Model:\n", ("submission.zip", None)),
        ("other.py", "a\nb\nclass model:\n", ("submission.zip", None)),
    ],
)
def test_the_member_is_named_where_the_checkout_has_its_line(file, text, place, document_of, finding) -> None:
    document = document_of(finding())
    Path(file).parent.mkdir(exist_ok=True)
    Path(file).write_text(text)
    _, facts, message = annotation_of(document)
    assert (facts["file"], facts.get("line")) == place
    assert message.startswith("in model.py:3") is (place[1] is None)


@pytest.mark.parametrize("member", ["../outside.py", "/etc/hostname"])
def test_a_member_that_leads_out_of_the_checkout_is_not_looked_for(member, document_of, finding, tmp_path) -> None:
    (tmp_path / "submission").mkdir()
    Path("outside.py").write_text("x")
    document = document_of(finding(where=member, excerpt=None))
    document["findings"][0]["locations"] = [{"member": member, "line": None}]
    assert annotation_of(document)[1]["file"] == "submission.zip"


def test_a_file_of_a_folder_is_named_with_the_folder(document_of, finding) -> None:
    Path("entry").mkdir()
    Path("entry/model.py").write_text("a\nb\nclass model:\n")
    _, facts, _ = annotation_of(document_of(finding(), path=Path("entry")))
    assert (facts["file"], facts["line"]) == ("entry/model.py", "3")


@pytest.mark.parametrize("hostile", ["100% sure", "a\r\n::error::b", "x,line=1", "x::y", "%0A", "\n::stop-commands::x"])
def test_nothing_ends_a_value_or_the_line(hostile, document_of, finding) -> None:
    document = document_of(finding(title=hostile, evidence=(hostile,), where=hostile, excerpt=None))
    _, facts, message = annotation_of(document)
    assert facts == {"file": "submission.zip", "title": f"SRC002 {hostile}"}
    assert message == f"in {hostile}\n{hostile}\nfix: name it class Model"


def test_the_escapes_are_those_that_the_runner_takes_back(document_of, finding) -> None:
    text = as_github(document_of(finding(title="a:b,c%d", evidence=("a:b,c%d\r\ne",), where=None)))
    assert text.startswith("::error file=submission.zip,title=SRC002 a%3Ab%2Cc%25d::a:b,c%25d%0D%0Ae%0Afix: name")


def test_what_is_ignored_is_not_annotated_and_a_pass_prints_nothing(document_of, finding) -> None:
    assert as_github(document_of(ignored=(Ignored(finding(), "we know"),))) == ""


@pytest.mark.parametrize(("status", "lines"), [("Finished", 0), ("Failed", 1)])
def test_what_the_platform_would_show_is_an_error_unless_finished(status, lines, document_of) -> None:
    text = as_github(document_of() | {"platform": {"status": status, "status_details": "non-zero return code"}})
    assert len(text.splitlines()) == lines


def test_a_command_that_failed_is_one_error() -> None:
    name, facts, message = annotation_of(failure("there is no x.zip", "give the path", 2))
    assert (name, facts, message) == ("error", {"title": "kit"}, "there is no x.zip\nfix: give the path")
