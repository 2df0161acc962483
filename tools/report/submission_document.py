"""A submission on the platform as a JSON document; its keys are a promise (schema 1)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from tools.codabench.following.ending import Ending
from tools.codabench.following.events import Row
from tools.codabench.following.outcome import Clue


def submission_document(
    host: str, number: int, parent: Row | None, endings: Sequence[Ending], *, exit_code: int
) -> dict[str, Any]:
    """All that is known of a submission. Scores are by column, and by task first where there are several."""
    document: dict[str, Any] = {"schema": 1, "kind": "submission", "host": host, "id": number}
    by_task = parent is not None and bool(parent.submission.children)
    if parent is not None:
        document |= {"phase": parent.submission.phase, "phase_name": parent.submission.phase_name}
        document |= _row(parent)
    names = [_task(one) for one in endings]
    children = [
        _row(one.row)
        | {"id": one.submission.id, "task": name if names.count(name) == 1 else f"{name} ({one.submission.id})"}
        | _ending(one)
        for name, one in zip(names, endings, strict=True)
    ]
    document |= {"children": children if by_task else [], "on_leaderboard": False}
    if by_task:
        document |= {
            key: {child["task"]: child[key] for child in children} for key in ("scores", "local_scores", "differences")
        }
        document["explanations"] = [
            told | {"task": child["task"]} for child in children for told in child["explanations"]
        ]
    elif endings:
        document |= _ending(endings[0])
    on_board = [one.submission.on_leaderboard for one in endings]
    document["on_leaderboard"] = any(on_board) or (parent is not None and parent.submission.on_leaderboard)
    return document | {"exit_code": exit_code}


def _row(row: Row) -> dict[str, Any]:
    return {
        "status": row.submission.status,
        "status_details": row.submission.status_details,
        "timeline": [
            {
                "at": seen.at.isoformat(),
                "status": seen.status,
                "status_details": seen.status_details,
                "seconds": one.seconds,
            }
            for seen, one in zip(row.seen, row.timeline(datetime.now(UTC)), strict=True)
        ],
    }


def _ending(one: Ending) -> dict[str, Any]:
    return {
        "outcome": one.verdict.value,
        "scores": one.submission.values,
        "local_scores": {column.key: column.local for column in one.compared if column.local is not None},
        "differences": {column.key: column.difference for column in one.compared if column.difference is not None},
        "explanations": [_clue(clue) for clue in one.clues],
        "faults": [{"code": code, "text": text} for code, text in one.faults],
        "logs_hidden": one.is_hidden,
    }


def _clue(clue: Clue) -> dict[str, Any]:
    text, diagnosis = clue.diagnosis.text, clue.diagnosis
    cause = text.causes[0] if text.causes else None
    return {
        "code": text.code,
        "title": text.title,
        "whose": cause.whose.value if cause else None,
        "text": cause.text if cause else text.title,
        "follows": text.follows,
        "source": clue.source,
        "matched": diagnosis.matched,
        "where": diagnosis.where,
        "line": diagnosis.code,
    }


def _task(one: Ending) -> str:
    task = one.submission.task
    return task.name if task and task.name else str(one.submission.id)
