"""The calls about phases: one in full, whether one may submit to it, its leaderboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .messages import Answer, RefusedError, Request
from .ranking import ranked
from .rows import column_row, dataset_row, moment

if TYPE_CHECKING:
    from .records import Competition, Phase, Submission, Task, User
    from .state import State

NOT_APPROVED = "User not approved to participate in this competition"
TODAY = "Reached maximum allowed submissions for today for this phase"
IN_ALL = "Reached maximum allowed submissions for this phase"


def can_make_submission(state: State, request: Request) -> Answer:
    """It looks at the participant and the limits, not at the phase's dates."""
    competition, phase = _asked(state, request)
    assert request.user is not None
    approved = competition.participants.get(request.user.username) == "approved"
    reason = over_limit(state, phase, request.user) if approved else NOT_APPROVED
    return Answer.json({"can": reason is None, "reason": reason})


def over_limit(state: State, phase: Phase, user: User) -> str | None:
    """Which limit is reached; 0 and None are no limit."""
    if not phase.has_max_submissions:
        return None
    today, in_all = used(state, phase, user)
    if phase.max_submissions_per_day and today >= phase.max_submissions_per_day:
        return TODAY
    if phase.max_submissions_per_person and in_all >= phase.max_submissions_per_person:
        return IN_ALL
    return None


def used(state: State, phase: Phase, user: User | None) -> tuple[int, int]:
    """How many of the user's submissions count, today (UTC) and in all: no children, no failed ones."""
    name = user.username if user else None
    mine = [one for one in state.submissions if one.phase == phase.id and one.owner == name]
    counted = [one for one in mine if one.parent is None and one.status != "Failed"]
    today = state.now().date()
    return sum(one.created_when.date() == today for one in counted), len(counted)


def status(state: State, phase: Phase) -> str:
    now = state.now()
    if phase.start > now:
        return "Next"
    return "Previous" if phase.end is not None and phase.end < now else "Current"


def listed(_: State, __: Request) -> Answer:
    return Answer.json([])


def detail(state: State, request: Request) -> Answer:
    competition, phase = _asked(state, request)
    return Answer.json(phase_row(state, competition, phase, request.user))


def get_leaderboard(state: State, request: Request) -> Answer:
    """Scores rounded to the column's precision; the children of one submission are one row."""
    competition, phase = _asked(state, request)
    board = competition.leaderboard
    if board.hidden:
        return Answer.json({"detail": "You do not have permission to perform this action."}, 403)
    rows: dict[int, dict[str, Any]] = {}
    for submission in ranked(state, competition, phase.id):
        key = submission.parent.id if submission.parent else submission.id
        row = rows.setdefault(key, _entry(submission))
        row["detailed_results"].append({"task": submission.tasks[0], "id": submission.id})
        row["scores"] += _rounded(competition, submission)
    columns = [column_row(column) for column in board.columns if not column.hidden]
    tasks = [_table(task, columns) for task in phase.tasks]
    keys = [
        (key, item["title"])
        for key, item in (competition.fact_sheet or {}).items()
        if item["is_on_leaderboard"] == "true"
    ]
    return Answer.json(
        {
            "title": board.title,
            "id": board.id,
            "submissions": list(rows.values()),
            "tasks": tasks,
            "fact_sheet_keys": keys or None,
            "primary_index": board.primary_index,
        }
    )


def phase_row(state: State, competition: Competition, phase: Phase, user: User | None) -> dict[str, Any]:
    today, in_all = used(state, phase, user)
    public_data = dataset_row(state, phase.public_data) if phase.public_data else None
    starting_kit = dataset_row(state, phase.starting_kit) if phase.starting_kit else None
    return {
        "id": phase.id,
        "index": phase.index,
        "start": moment(phase.start),
        "end": moment(phase.end),
        "name": phase.name,
        "description": phase.description,
        "status": status(state, phase),
        "execution_time_limit": phase.execution_time_limit,
        "tasks": [_task_of_phase(state, competition, phase, task) for task in phase.tasks],
        "has_max_submissions": phase.has_max_submissions,
        "max_submissions_per_day": phase.max_submissions_per_day,
        "max_submissions_per_person": phase.max_submissions_per_person,
        "auto_migrate_to_this_phase": phase.auto_migrate_to_this_phase,
        "hide_output": phase.hide_output,
        "hide_prediction_output": phase.hide_prediction_output,
        "hide_score_output": phase.hide_score_output,
        "public_data": public_data,
        "starting_kit": starting_kit,
        "is_final_phase": phase.is_final_phase,
        "used_submissions_per_day": today,
        "used_submissions_per_person": in_all,
    }


def _task_of_phase(state: State, competition: Competition, phase: Phase, task: Task) -> dict[str, Any]:
    """`task` is its key, `id` its number; its data sets are listed whole."""
    assert phase in competition.phases
    return {
        "task": task.key,
        "order_index": 999,
        "phase": phase.id,
        "id": task.id,
        "value": task.key,
        "key": task.key,
        "created_when": moment(task.created_when),
        "name": task.name,
        "solutions": [],
        "public_datasets": [dataset_row(state, dataset) for dataset in task.files.values()],
    }


def _asked(state: State, request: Request) -> tuple[Competition, Phase]:
    pair = state.phase(int(request.groups[0]))
    if pair is None:
        raise RefusedError(Answer.json({"detail": "No Phase matches the given query."}, 404))
    return pair


def _entry(submission: Submission) -> dict[str, Any]:
    return {
        "id": submission.id,
        "owner": submission.owner,
        "scores": [],
        "detailed_results": [],
        "fact_sheet_answers": submission.fact_sheet_answers,
        "slug_url": f"/profiles/user/{submission.owner}/",
        "organization": submission.organization,
        "created_when": moment(submission.created_when),
    }


def _rounded(competition: Competition, submission: Submission) -> list[dict[str, Any]]:
    columns = {column.key: column for column in competition.leaderboard.columns}
    return [
        {
            "id": score.id,
            "index": score.index,
            "score": str(round(float(score.score), columns[score.column_key].precision)),
            "column_key": score.column_key,
            "task_id": submission.tasks[0],
        }
        for score in submission.scores
        if not columns[score.column_key].hidden
    ]


def _table(task: Task, columns: list[dict[str, Any]]) -> dict[str, Any]:
    return {"name": task.name, "id": task.id, "colWidth": len(columns), "columns": columns}
