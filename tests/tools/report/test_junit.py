"""JUnit XML: one test case a check, readable by any parser."""

from xml.etree import ElementTree

import pytest

from tools.checks import Level
from tools.checks.result import Ignored
from tools.report.document import failure
from tools.report.junit import as_junit

ARGUMENTS = ("check", "submission.zip", "--format", "junit")


def suite_of(document) -> ElementTree.Element:
    """The suite, whose counts agree with its cases and with the root's."""
    text = as_junit(document, ARGUMENTS)
    text.encode("ascii")
    assert text.startswith("<?xml")
    root = ElementTree.fromstring(text)
    (suite,) = root
    for element in (root, suite):
        assert element.get("tests") == str(len(suite))
        for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert element.get(name) == str(len(suite.findall(f"testcase/{tag}")))
    return suite


def case_of(suite: ElementTree.Element, code: str) -> ElementTree.Element:
    (case,) = [case for case in suite if case.get("name").startswith(f"{code} ")]
    assert case.get("classname") == f"kit.{code[:3]}"
    return case


def test_each_check_is_a_case_in_the_catalogues_order(document_of, finding) -> None:
    suite = suite_of(document_of(finding()))
    assert [case.get("name")[:6] for case in suite] == ["ARC001", "ARC002", "SRC002", "SRC003"]
    assert list(case_of(suite, "ARC001")) == []
    assert "not reached" in case_of(suite, "SRC003").find("skipped").get("message")


@pytest.mark.parametrize(
    ("level", "strict", "tag"),
    [
        (Level.ERROR, False, "failure"),
        (Level.ERROR, True, "failure"),
        (Level.WARNING, False, "system-out"),
        (Level.WARNING, True, "failure"),
        (Level.NOTE, True, "system-out"),
    ],
)
def test_what_fails_the_command_fails_the_case(level, strict, tag, document_of, finding) -> None:
    document = document_of(finding(level=level, reproduce="kit check submission.zip --select SRC002"), strict=strict)
    suite = suite_of(document)
    (told,) = case_of(suite, "SRC002")
    assert told.tag == tag
    assert (suite.get("failures") == "1") is bool(document["exit_code"])
    for part in (
        "model.py:3",
        "class model:",
        "got model",
        "name it class Model",
        "codabench.md 1.1",
        "--select SRC002",
    ):
        assert part in told.text


def test_the_same_code_in_two_tasks_is_one_case(document_of, finding) -> None:
    case = case_of(suite_of(document_of(finding(where="first"), finding(where="second"))), "SRC002")
    assert len(case) == 1
    assert "first" in case[0].text
    assert "second" in case[0].text


def test_an_ignored_finding_is_skipped_with_the_reason(document_of, finding) -> None:
    suite = suite_of(document_of(ignored=(Ignored(finding(), "we know"),)))
    assert case_of(suite, "SRC002").find("skipped").get("message") == "ignored: we know"


@pytest.mark.parametrize(("status", "failures"), [("Finished", "0"), ("Failed", "1"), ("Preparing", "1")])
def test_what_the_platform_would_show_is_a_case(status, failures, document_of) -> None:
    suite = suite_of(document_of() | {"platform": {"status": status, "status_details": "non-zero return code"}})
    assert suite.get("failures") == failures
    assert suite[-1].get("classname") == "kit.platform"


def test_a_command_that_failed_is_one_error() -> None:
    suite = suite_of(failure("there is no x.zip", "give the path", 2))
    (case,) = suite
    assert case.find("error").get("message") == "there is no x.zip"
    assert "give the path" in case.find("error").text


@pytest.mark.parametrize("hostile", ["]]></failure><x>", "\x00\x1b[0m", "\udc80", "ä & < \"'", "a\tb\r\nc"])
def test_any_evidence_gives_xml_that_can_be_read(hostile, document_of, finding) -> None:
    suite = suite_of(document_of(finding(where=hostile, evidence=(hostile,), excerpt=hostile)))
    assert case_of(suite, "SRC002").find("failure") is not None
