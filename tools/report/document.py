"""A result as the JSON document that other programs read; its keys are a promise (schema 1)."""

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tools.archive import Archive
from tools.checks import Finding, Result
from tools.checks.excerpt import place
from tools.checks.selection import EVERYTHING, Selection

if TYPE_CHECKING:
    from tools.evaluate import Evaluated
    from tools.evaluation import Evaluation

SCHEMA = 1


def checked(
    archive: Archive, result: Result, *, strict: bool = False, selection: Selection = EVERYTHING
) -> dict[str, Any]:
    """The document of a check: findings, and a verdict that is "unknown" at best, for nothing was run."""
    failed = result.failed(strict=strict)
    document = {
        "schema": SCHEMA,
        "path": str(archive.path),
        "zip_sha256": archive.sha256,
        "verdict": "fail" if failed else "unknown",
        "exit_code": int(failed),
        "strict": strict,
        "findings": [finding_document(archive, finding) for finding in result.findings],
        "ignored": [finding_document(archive, one.finding) | {"reason": one.reason} for one in result.ignored],
        "unused_ignores": list(selection.unused(result)),
        "checks": {"passed": list(result.passed), "not_reached": list(result.not_reached)},
    }
    return document | ({"selected": list(selection.select)} if selection.select else {})


def failure(what: str, fix: str, exit_code: int, code: str | None = None) -> dict[str, Any]:
    """The document of a command that could not be done, or not to its end; `code` is the catalogue's page on it."""
    return {
        "schema": SCHEMA,
        "verdict": "unknown",
        "exit_code": exit_code,
        "error": {"what": what, "fix": fix} | ({"code": code} if code else {}),
    }


def finding_document(archive: Archive, finding: Finding) -> dict[str, Any]:
    """A finding as plain values; `locations` are those of its places that lie in the archive."""
    facts = asdict(finding)
    places = [place(archive, one) for one in dict.fromkeys(facts.pop("places") or [finding.where])]
    locations = [{"member": one[0], "line": one[1]} for one in places if one]
    return facts | {"locations": locations}


def evaluated(archive: Archive, seen: "Evaluated", *, strict: bool = False) -> dict[str, Any]:
    """The document of an evaluation: the check's, and what the platform would show.

    Where several tasks ran, `scores` is grouped by phase and task, and `platform` holds the parent's status, which
    says nothing, and one child for each. Where only some checks were selected, none of this is a pass.
    """
    failed = seen.result.failed(strict=strict) or seen.failed
    probe = seen.first.probe
    document = checked(archive, seen.result, strict=strict, selection=seen.selection) | {
        "verdict": "fail" if failed else "unknown" if seen.selection.select else "pass",
        "exit_code": int(failed),
        "environment": {
            "wanted": seen.first.environment,
            "used": seen.choice.environment,
            "versions": probe.versions if probe else {},
        },
        "enforced": enforced(seen),
    }
    if len(seen.evaluations) == 1:
        return document | {
            "scores": _scores(seen.first),
            "platform": _platform(seen.first),
            "seconds": _seconds(seen.first),
        }
    grouped: dict[str, dict[str, Any]] = {}
    for one in seen.evaluations:
        grouped.setdefault(one.play.phase_name, {})[one.play.task_name] = _scores(one)
    children = [
        {"phase": one.play.phase_name, "task": one.play.task_name} | _platform(one) | {"seconds": _seconds(one)}
        for one in seen.evaluations
    ]
    return document | {"scores": grouped, "platform": {"status": parent_status(seen), "children": children}}


def parent_status(seen: "Evaluated") -> str:
    """What the parent of several tasks shows: Finished as soon as each child has ended, even if all have failed."""
    ended = all(one.run.status in ("Finished", "Failed") for one in seen.evaluations)
    return "Finished" if ended else "Running"


def enforced(seen: "Evaluated") -> dict[str, Any]:
    """What was measured of the engine before the entry ran; null where it could not be measured."""
    choice, limits = seen.choice, seen.limits
    measured = asdict(choice.enforced)
    kept_by, extra = measured.pop("kept_by"), measured.pop("seen")
    return {
        **choice.engine.describe(),
        "time_limit_s": seen.first.limit_s,
        "memory_limit_mb": limits.memory_mb,
        **measured,
        "memory": kept_by.get("memory", False),
        "process_count": {"limit": limits.processes, "by": kept_by.get("processes", False)},
        "wall_time": True,
        "seen": extra,
        "passed_over": list(choice.passed_over),
    }


def _platform(one: "Evaluation") -> dict[str, Any]:
    run = one.run
    return {
        "status": run.status,
        "status_details": run.status_details,
        "statuses": [status for status, _ in run.timeline],
        "timeline": [{"status": status, "status_details": details} for status, details in run.timeline],
        "exit_codes": {name: outcome.exit_code for name, outcome in run.outcomes.items()},
        "stored_scores": run.stored.scores,
        "shown_scores": run.shown,
        "complaint": run.unsent or run.stored.complaint,
        "detailed_results": run.detailed_results.name if run.detailed_results else None,
        "logs": run.logs,
    }


def _scores(one: "Evaluation") -> dict[str, Any]:
    """The object of keys that the scoring program wrote, unknown keys kept; empty where it wrote no object."""
    scores = one.run.scores if isinstance(one.run.scores, dict) else {}
    return {str(key): _as_json(value) for key, value in scores.items()}


def _as_json(value: Any) -> Any:
    """A value that JSON has: NaN and infinity become null, what YAML alone knows (dates) becomes text."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {str(key): _as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_as_json(inner) for inner in value]
    return value if isinstance(value, str | int | float | None) else str(value)


def _seconds(one: "Evaluation") -> dict[str, float]:
    return {name: outcome.seconds for name, outcome in one.run.outcomes.items()}
