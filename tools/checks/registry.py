"""The catalogue's machinery: a check is a generator of evidence; this module keeps and runs them.

One defect gives one finding: a check whose prerequisite has already found an error is not run, and is counted as not
reached.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tools.archive import Archive
from tools.checks.excerpt import code_at
from tools.checks.finding import Evidence, Finding, Level
from tools.checks.result import NOTHING, Result
from tools.contract import Contract


class Stage(StrEnum):
    """The cheapest stage that can see a defect."""

    CHECK = "check"
    EVALUATE = "evaluate"
    UPLOAD = "upload"


CheckFunction = Callable[[Any, Any], Iterator[Evidence]]
Explained = Callable[[Any, Sequence[Finding]], bool]


def unseen(reached: Callable[[Any], bool], evidence: Callable[[Any], Iterator[Evidence]]) -> Explained:
    """Whether not all of it was looked at, and what was gave nothing to tell: the `explained` of what a probe sees."""
    return lambda evaluation, _findings: not reached(evaluation) and not any(evidence(evaluation))


@dataclass(frozen=True, kw_only=True)
class Check:
    """One entry of the catalogue.

    `after` are codes, or prefixes of codes, whose errors make this check moot; `explained` tells it of the findings
    before it and of what was seen: whether one of them is the cause of what this check would find.
    """

    code: str
    title: str
    level: Level
    fix: str
    source: str
    stage: Stage
    after: tuple[str, ...]
    explained: Explained | None
    needs_contract: bool
    why: str
    function: CheckFunction


CATALOGUE: dict[str, Check] = {}


def check(  # noqa: PLR0913 - the fields of a catalogue's entry
    code: str,
    title: str,
    *,
    level: Level,
    fix: str,
    source: str,
    stage: Stage = Stage.CHECK,
    after: tuple[str, ...] = (),
    explained: Explained | None = None,
    needs_contract: bool = True,
) -> Callable[[CheckFunction], CheckFunction]:
    """Enter a function into the catalogue; its docstring becomes the `why` of its findings.

    With stage CHECK the function takes a Subject, with EVALUATE an Evaluation, with UPLOAD what the
    platform was asked. `needs_contract` is False for a rule of the platform that holds for any competition.
    """

    def enter(function: CheckFunction) -> CheckFunction:
        why = inspect.getdoc(function) or ""
        if code in CATALOGUE or not why:
            raise ValueError(f"check {code} is entered twice, or has no docstring")
        CATALOGUE[code] = Check(
            code=code,
            title=title,
            level=level,
            fix=fix,
            source=source,
            stage=stage,
            after=after,
            explained=explained,
            needs_contract=needs_contract,
            why=why,
            function=function,
        )
        return function

    return enter


def run_checks(stage: Stage, subject: Any, contract: Contract | None, *, before: Result = NOTHING) -> Result:
    """Run the checks of a stage, in the order of their entry, on a Subject or an Evaluation.

    `before` holds the earlier stage's findings, which can make a check moot.
    """
    findings: list[Finding] = []
    passed: list[str] = []
    not_reached: list[str] = []
    stopped_by: list[tuple[str, str]] = []
    for entry in CATALOGUE.values():
        if entry.stage is not stage or (entry.needs_contract and contract is None):
            continue
        errors = [finding for finding in (*before.findings, *findings) if finding.level is Level.ERROR]
        causes = [finding.code for finding in errors if finding.code.startswith(entry.after)]
        if causes or (entry.explained is not None and entry.explained(subject, errors)):
            not_reached.append(entry.code)
            stopped_by += [(entry.code, cause) for cause in causes or [finding.code for finding in errors]]
        elif evidence := list(entry.function(subject, contract)):
            findings.append(_finding(entry, evidence, getattr(subject, "archive", None)))
        else:
            passed.append(entry.code)
    return Result(
        findings=tuple(findings),
        passed=tuple(passed),
        not_reached=tuple(not_reached),
        stopped_by=tuple(stopped_by),
    )


def _finding(entry: Check, evidence: Iterable[Evidence], archive: Archive | None) -> Finding:
    seen = tuple(evidence)
    levels = [item.level or entry.level for item in seen]
    where = next((item.where for item in seen if item.where), None)
    places = {item.text: item.where for item in reversed(seen)}
    texts = tuple(dict.fromkeys(item.text for item in seen))
    return Finding(
        code=entry.code,
        level=min(levels, key=list(Level).index),
        title=entry.title,
        where=where,
        evidence=texts,
        why=entry.why,
        fix=entry.fix,
        source=entry.source,
        places=tuple(places[text] for text in texts),
        excerpt=code_at(archive, where) if archive else None,
    )
