"""How the site writes its records as JSON: the keys, their order and their types, as recorded."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from .signing import signed

if TYPE_CHECKING:
    from .records import Column, Dataset, Leaderboard, Score, Submission, Task
    from .state import State

Row = dict[str, Any]


def moment(value: datetime | None) -> str | None:
    """As Django REST framework writes UTC: microseconds only when there are some."""
    return None if value is None else value.isoformat().replace("+00:00", "Z")


def column_row(column: Column) -> Row:
    return {
        "id": column.id,
        "computation": None,
        "computation_indexes": None,
        "title": column.title,
        "key": column.key,
        "sorting": column.sorting,
        "index": column.index,
        "hidden": column.hidden,
        "precision": column.precision,
    }


def leaderboard_row(leaderboard: Leaderboard) -> Row:
    return {
        "id": leaderboard.id,
        "primary_index": leaderboard.primary_index,
        "title": leaderboard.title,
        "key": leaderboard.key,
        "columns": [column_row(column) for column in leaderboard.columns],
        "hidden": leaderboard.hidden,
        "submission_rule": leaderboard.submission_rule,
    }


def score_row(score: Score) -> Row:
    return {"id": score.id, "index": score.index, "score": score.score, "column_key": score.column_key}


def dataset_row(state: State, dataset: Dataset) -> Row:
    """One of the list; sizes of results only with a submission's."""
    uses = [one for one in state.submissions if one.dataset is dataset]
    results = [(one.prediction_result, one.scoring_result, one.detailed_result) for one in uses]
    sizes = [sum(stored.size for stored in column if stored) for column in zip(*results, strict=True)] or [0, 0, 0]
    own = float(dataset.file_size)
    competitions = [one for one in state.competitions if any(dataset in task.files.values() for task in one.tasks)]
    tied = next((one for one in state.competitions if one.id == dataset.competition), None)
    row = {
        "id": dataset.id,
        "created_by": dataset.owner,
        "owner_display_name": dataset.owner,
        "created_when": moment(dataset.created_when),
        "name": dataset.name,
        "type": dataset.type,
        "description": dataset.description,
        "is_public": dataset.is_public,
        "key": dataset.key,
        "value": dataset.key,
        "was_created_by_competition": dataset.by_competition,
        "in_use": [{"pk": one.id, "title": one.title} for one in competitions],
        "competition": {"id": tied.id, "title": tied.title} if tied else None,
        "file_name": dataset.file_name,
        "file_size": own,
    }
    if dataset.type == "submission":
        row["file_size"] = own + sum(sizes)
        row["submission_file_size"] = own
        names = ("prediction_result_file_size", "scoring_result_file_size", "detailed_result_file_size")
        row |= {name: float(size) if size else 0 for name, size in zip(names, sizes, strict=True)}
    return row


def created_row(submission: Submission) -> Row:
    """What POST /api/submissions/ answers."""
    return {
        "id": submission.id,
        "data": submission.data_key,
        "phase": submission.phase,
        "status": submission.status,
        "status_details": submission.status_details,
        "filename": filename(submission),
        "description": "",
        "md5": submission.md5,
        "fact_sheet_answers": submission.fact_sheet_answers,
        "organization": submission.organization,
        "queue": submission.queue,
        "created_when": f"{submission.created_when:%Y-%m-%d %H:%M}",
        "scores": [],
    }


def submission_row(state: State, submission: Submission) -> Row:
    """What a poll and the list answer; a parent's children come a moment after it."""
    found = state.phase(submission.phase)
    assert found is not None
    competition, phase = found
    tasks = {task.id: task for task in competition.tasks}
    children = [] if _children_to_come(state, submission) else submission.children
    on_leaderboard = submission.children[0].on_leaderboard if submission.children else submission.on_leaderboard
    single = len(submission.tasks) == 1
    return {
        "phase_name": phase.name,
        "name": "",
        "filename": filename(submission),
        "description": "",
        "created_when": moment(submission.created_when),
        "is_public": False,
        "is_specific_task_re_run": False,
        "status": submission.status,
        "status_details": submission.status_details,
        "owner": submission.owner,
        "has_children": bool(children),
        "parent": submission.parent.id if submission.parent else None,
        "children": [child.id for child in children],
        "pk": submission.id,
        "id": submission.id,
        "phase": submission.phase,
        "scores": [score_row(score) for score in submission.scores],
        "fact_sheet_answers": submission.fact_sheet_answers,
        "leaderboard": competition.leaderboard.id if submission.on_leaderboard else None,
        "on_leaderboard": on_leaderboard,
        "task": task_row(tasks[submission.tasks[0]]) if single else None,
        "auto_run": competition.auto_run_submissions,
        "can_make_submissions_public": True,
        "is_soft_deleted": submission.is_soft_deleted,
    }


def filename(submission: Submission) -> str:
    """The last part of the stored name, not the name that was asked for."""
    return submission.dataset.stored_name.rpartition("/")[2]


def is_hidden_child(state: State, submission: Submission) -> bool:
    return submission.parent is not None and _children_to_come(state, submission.parent)


def _children_to_come(state: State, parent: Submission) -> bool:
    return state.settings.driven_by == "polls" and parent.polls <= state.settings.children_after_polls


def task_row(task: Task) -> Row:
    keys = {kind: dataset.key for kind, dataset in task.files.items()}
    return {
        "id": task.id,
        "name": task.name,
        "description": task.description,
        "key": task.key,
        "created_by": 1,
        "created_when": moment(task.created_when),
        "is_public": False,
        "ingestion_only_during_scoring": False,
        "validated": False,
        "input_data": keys.get("input_data"),
        "ingestion_program": keys.get("ingestion_program"),
        "reference_data": keys.get("reference_data"),
        "scoring_program": keys.get("scoring_program"),
        "shared_with": [],
    }


def details_row(state: State, submission: Submission) -> Row:
    """The addresses of the logs and the files, each signed."""

    def address(stored: Any) -> str | None:
        return None if stored is None else signed(state, stored.path)

    boards = [leaderboard_row(submission.competition.leaderboard)] if submission.scores else []
    return {
        "logs": [{"name": name, "data_file": address(stored)} for name, stored in submission.logs.items()],
        "data_file": address(submission.dataset.stored),
        "prediction_result": address(submission.prediction_result),
        "detailed_result": address(submission.detailed_result),
        "scoring_result": address(submission.scoring_result),
        "leaderboards": boards,
        "fact_sheet_answers": submission.fact_sheet_answers,
    }
