"""A result in SARIF 2.1.0 (OASIS), as code scanning reads it: every rule of the catalogue, a result for each finding.

A member of a zip is an artifact nested in the zip (section 3.24.3), so its uri is the member's name; a file of a
folder is named with the folder. What a project ignores is a suppressed result with the reason as its justification.
"""

import hashlib
import json
import shlex
from collections import Counter
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tools.checks import CATALOGUE, Check, Stage
from tools.report.formats import Document, unfinished

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
DISTRIBUTION = "codabench-submission-kit"
RULES = [entry for entry in CATALOGUE.values() if entry.stage is not Stage.UPLOAD]  # kit upload writes none
CODES = [entry.code for entry in RULES]


def as_sarif(document: Document, arguments: Sequence[str]) -> str:
    """The document as a SARIF log of one run; of a failure, a run without results that was not successful."""
    place = _Places(document)
    findings = [(one, None) for one in document.get("findings", [])]
    findings += [(one, one["reason"]) for one in document.get("ignored", [])]
    seen: Counter[str] = Counter()
    run = {
        "tool": {"driver": _driver()},
        "automationDetails": {"id": f"kit-{arguments[0] if arguments else 'check'}/"},
        "invocations": [_invocation(document, arguments)],
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, reason, place, seen) for one, reason in findings],
    }
    if place.artifacts:
        run["artifacts"] = place.artifacts
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _driver() -> dict[str, Any]:
    return {
        "name": "kit",
        "fullName": "Codabench submission kit",
        "version": version(DISTRIBUTION),
        "rules": [_rule(entry) for entry in RULES],
    }


def _rule(entry: Check) -> dict[str, Any]:
    why = "\n\n".join(paragraph.replace("\n", " ") for paragraph in entry.why.split("\n\n"))
    return {
        "id": entry.code,
        "name": "".join(word.capitalize() for word in entry.function.__name__.split("_")),
        "shortDescription": {"text": entry.title},
        "fullDescription": {"text": why},
        "help": {
            "text": f"{why}\n\nFix: {entry.fix}\n\nSource: {entry.source}",
            "markdown": f"{why}\n\n**Fix:** {entry.fix}\n\n**Source:** {entry.source}",
        },
        "defaultConfiguration": {"level": entry.level.value},
        "properties": {"tags": [entry.code[:3], entry.stage.value]},
    }


def _invocation(document: Document, arguments: Sequence[str]) -> dict[str, Any]:
    error = document.get("error")
    failed = isinstance(error, dict)
    told = [f"{error['what']}\nfix: {error['fix']}"] if isinstance(error, dict) else unfinished(document)
    return {
        "commandLine": shlex.join(["kit", *arguments]),
        "exitCode": document["exit_code"],
        "executionSuccessful": not failed,
        "toolExecutionNotifications": [{"level": "error", "message": {"text": text}} for text in told],
    }


def _result(finding: dict[str, Any], reason: str | None, place: "_Places", seen: "Counter[str]") -> dict[str, Any]:
    told = [finding["title"], *finding["evidence"], f"Fix: {finding['fix']}"]
    key = _fingerprint(finding)
    seen[key] += 1
    kept = ("where", "chain", "reproduce", "source")
    return {
        "ruleId": finding["code"],
        "ruleIndex": CODES.index(finding["code"]),
        "level": finding["level"],
        "message": {"text": "\n".join(told)},
        "locations": place.locations(finding),
        "partialFingerprints": {"primaryLocationLineHash": f"{key}:{seen[key]}"},
        "suppressions": [] if reason is None else [_suppression(reason)],
        "properties": {name: finding[name] for name in kept if finding[name]},
    }


def _suppression(reason: str) -> dict[str, str]:
    return {"kind": "external", "status": "accepted", "justification": reason}


def _fingerprint(finding: dict[str, Any]) -> str:
    """The same for the same defect in a later zip: of the code, the member and the text of the line, not its number."""
    member = finding["locations"][0]["member"] if finding["locations"] else ""
    facts = "\0".join((finding["code"], member, finding["excerpt"] or finding["title"]))
    return hashlib.sha256(facts.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class _Places:
    """The artifacts of a run, entered as they are met: the submission first, then members."""

    def __init__(self, document: Document) -> None:
        self.path = Path(document["path"]) if "path" in document else None
        self.is_zip = bool(document.get("zip_sha256"))
        self.artifacts: list[dict[str, Any]] = []
        self.index: dict[str, int] = {}
        if self.path:
            self._enter("", _uri(self.path))

    def _enter(self, member: str, uri: str) -> int:
        if member not in self.index:
            self.index[member] = len(self.artifacts)
            nested = {"parentIndex": 0} if member and self.is_zip else {}
            self.artifacts.append({"location": {"uri": uri}, **nested})
        return self.index[member]

    def locations(self, finding: dict[str, Any]) -> list[dict[str, Any]]:
        """Where a finding is: its members, else the submission as a whole; a line is always there, as readers want."""
        found: list[dict[str, Any]] = []
        for one in finding["locations"] or [{"member": "", "line": None}]:
            region: dict[str, Any] = {"startLine": one["line"] or 1}
            if finding["excerpt"] and not found:
                region["snippet"] = {"text": finding["excerpt"]}
            index = self._enter(one["member"], self._member_uri(one["member"]))
            artifact = {"uri": self.artifacts[index]["location"]["uri"], "index": index}
            found.append({"physicalLocation": {"artifactLocation": artifact, "region": region}})
        return found

    def _member_uri(self, member: str) -> str:
        assert self.path
        return _quoted(member.lstrip("/")) if self.is_zip else _uri(self.path / member)


def _uri(path: Path) -> str:
    """A relative path stays relative, so that the file is found in a checkout."""
    return f"file://{_quoted(path.as_posix())}" if path.is_absolute() else _quoted(path.as_posix())


def _quoted(path: str) -> str:
    return quote(path, errors="backslashreplace")
