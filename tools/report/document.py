"""A result as the JSON document that other programs read; its keys are a promise (schema 1)."""

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tools.archive import Archive
from tools.checks import Result

if TYPE_CHECKING:
    from tools.evaluation import Evaluation

SCHEMA = 1


def checked(archive: Archive, result: Result, *, strict: bool = False) -> dict[str, Any]:
    """The document of a check: findings, and a verdict that is "unknown" at best, for nothing was run."""
    return {
        "schema": SCHEMA,
        "zip_sha256": archive.sha256,
        "verdict": "fail" if result.failed(strict=strict) else "unknown",
        "findings": [asdict(finding) for finding in result.findings],
        "checks": {"passed": list(result.passed), "not_reached": list(result.not_reached)},
    }


def evaluated(archive: Archive, result: Result, evaluation: "Evaluation", *, strict: bool = False) -> dict[str, Any]:
    """The document of an evaluation: the check's, and what the platform would show."""
    run = evaluation.run
    failed = result.failed(strict=strict) or run.status != "Finished"
    scores = run.scores if isinstance(run.scores, dict) else {}
    return checked(archive, result) | {
        "verdict": "fail" if failed else "pass",
        "scores": {key: None if _is_not_finite(value) else value for key, value in scores.items()},
        "platform": {
            "status": run.status,
            "status_details": run.status_details,
            "statuses": list(run.statuses),
            "stored_scores": run.stored.scores,
            "shown_scores": run.shown,
            "complaint": run.stored.complaint,
            "logs": run.logs,
        },
        "environment": {
            "wanted": evaluation.environment,
            "versions": evaluation.probe.versions if evaluation.probe else {},
        },
        "enforced": evaluation.enforced,
        "seconds": {name: outcome.seconds for name, outcome in evaluation.run.outcomes.items()},
    }


def _is_not_finite(value: Any) -> bool:
    """NaN and infinity, which JSON does not have."""
    return isinstance(value, float) and not math.isfinite(value)
