"""A result as JUnit XML, as GitLab and Jenkins read it: a test case for each check that was to be made.

Passed, failed (an error; with --strict a warning, too), or skipped (not reached, or ignored). A warning that fails
nothing is told in the output of its test case. What the platform would show is a test case of its own.
"""

import shlex
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree

from tools.bundle.document import printable
from tools.checks import CATALOGUE
from tools.report.formats import Document, unfinished

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
Element = ElementTree.Element


def as_junit(document: Document, arguments: Sequence[str]) -> str:
    """The document as one suite; of a failure, a suite with one test case that ended in an error."""
    command = _clean(shlex.join(["kit", *arguments]))
    error = document.get("error")
    cases = [_error(command, error)] if isinstance(error, dict) else _cases(document)
    root = Element("testsuites", name="kit")
    suite = ElementTree.SubElement(root, "testsuite", name=command)
    suite.extend(cases)
    kinds = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    counts = {name: str(sum(case.find(tag) is not None for case in cases)) for name, tag in kinds.items()}
    for element in (root, suite):
        element.attrib.update({"tests": str(len(cases)), **counts, "time": "0"})
    ElementTree.indent(root)
    return f"{HEAD}\n{ElementTree.tostring(root, encoding='us-ascii').decode('ascii')}\n"


def _error(command: str, error: dict[str, Any]) -> Element:
    case = Element("testcase", classname="kit", name=command, time="0")
    told = ElementTree.SubElement(case, "error", message=_clean(error["what"]), type="error")
    told.text = _clean(f"{error['what']}\nfix: {error['fix']}")
    return case


def _cases(document: Document) -> list[Element]:
    cases = []
    for code in CATALOGUE:
        found = [one for one in document["findings"] if one["code"] == code]
        ignored = [one["reason"] for one in document["ignored"] if one["code"] == code]
        if found:
            cases.append(_found(code, found, strict=document["strict"]))
        elif ignored:
            cases.append(_skipped(code, f"ignored: {ignored[0]}"))
        elif code in document["checks"]["passed"]:
            cases.append(_case(code))
        elif code in document["checks"]["not_reached"]:
            cases.append(_skipped(code, "not reached: an error before it makes it moot"))
    return cases + _platform(document)


def _case(code: str) -> Element:
    return Element("testcase", classname=f"kit.{code[:3]}", name=f"{code} {CATALOGUE[code].title}", time="0")


def _skipped(code: str, why: str) -> Element:
    case = _case(code)
    ElementTree.SubElement(case, "skipped", message=_clean(why))
    return case


def _found(code: str, findings: list[dict[str, Any]], *, strict: bool) -> Element:
    case = _case(code)
    levels = {one["level"] for one in findings}
    text = "\n\n".join(_told(one) for one in findings)
    if "error" in levels or (strict and "warning" in levels):
        level = "error" if "error" in levels else "warning"
        message = _clean("; ".join(findings[0]["evidence"]) or findings[0]["title"])
        ElementTree.SubElement(case, "failure", message=message, type=level).text = _clean(text)
    else:
        ElementTree.SubElement(case, "system-out").text = _clean(text)
    return case


def _told(finding: dict[str, Any]) -> str:
    lines = [f"{finding['level']} {finding['code']}: {finding['title']}"]
    facts = [("where", finding["where"]), ("line", finding["excerpt"])]
    facts += [("seen", text) for text in finding["evidence"]]
    facts += [("then", " -> ".join(finding["chain"])), ("fix", finding["fix"]), ("why", finding["why"])]
    facts += [("source", finding["source"]), ("again", finding["reproduce"])]
    return "\n".join([*lines, *(f"{name}: {text}" for name, text in facts if text)])


def _platform(document: Document) -> list[Element]:
    """What the platform would show, where the submission was run."""
    if "platform" not in document:
        return []
    case = Element("testcase", classname="kit.platform", name="the platform would show Finished", time="0")
    if told := unfinished(document):
        ElementTree.SubElement(case, "failure", message=_clean(told[0]), type="error").text = _clean("\n".join(told))
    return [case]


def _clean(text: str) -> str:
    """A text without what XML has not: control characters and lone surrogates are written out."""
    return "\n".join(printable(line) for line in text.expandtabs().splitlines())
