"""The calls about submissions: make one, follow it, its files, its place on the leaderboard."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from .bodies import server_error
from .fact_sheets import fact_sheet_error
from .messages import Answer, RefusedError, Request
from .paging import found, page
from .phases import over_limit, status
from .ranking import FORCED, REMOVABLE, take_off
from .records import Submission
from .rows import created_row, details_row, is_hidden_child, submission_row
from .worker import poll

if TYPE_CHECKING:
    from .records import Competition, Dataset, Phase
    from .state import State

STATUSES = ("None", "Submitting", "Submitted", "Preparing", "Running", "Scoring", "Cancelled", "Finished", "Failed")
REQUIRED = "This field is required."


def create(state: State, request: Request) -> Answer:
    """Fields, then the fact sheet, the tasks and the participant, then the limits; the file is not looked at.

    Without a token, or without data, the site itself fails (500).
    """
    sent = request.data
    dataset, competition, phase = _fields(state, sent)
    tasks = _tasks(phase, sent.get("tasks"))
    error = fact_sheet_error(competition.fact_sheet or {}, sent.get("fact_sheet_answers"))
    if error is None and tasks is None:
        error = "All tasks must be part of the current phase."
    if error:
        return Answer.json({"non_field_errors": [error]}, 400)
    if request.user is None or dataset is None:
        return server_error()
    if competition.participants.get(request.user.username) != "approved":
        return Answer.json({"detail": "You do not have access to this competition to make a submission"}, 403)
    if state.settings.phase_checked and status(state, phase) != "Current":
        return Answer.json({"non_field_errors": ["This phase is not active."]}, 400)
    reason = over_limit(state, phase, request.user)
    if reason:
        newer = state.settings.limit_behaviour == "400 JSON"
        return Answer.json({"non_field_errors": [reason]}, 400) if newer else server_error()
    assert tasks is not None
    submission = _made(state, request.user.username, dataset, competition, phase, tasks)
    submission.fact_sheet_answers, submission.queue = sent.get("fact_sheet_answers"), sent.get("queue")
    return Answer.json(created_row(submission), 201)


def listed(state: State, request: Request) -> Answer:
    """One's own, children too, newest first."""
    query = request.query
    shown = [one for one in reversed(state.submissions) if _is_shown(state, one, request)]
    if query.get("phase"):
        _check_choice("phase", query["phase"], [str(phase.id) for one in state.competitions for phase in one.phases])
        shown = [one for one in shown if str(one.phase) == query["phase"]]
    if query.get("phase__competition"):
        shown = [one for one in shown if str(one.competition.id) == query["phase__competition"]]
    if query.get("status"):
        _check_choice("status", query["status"], STATUSES)
        shown = [one for one in shown if one.status == query["status"]]
    text = query.get("search", "")
    shown = [one for one in shown if found(text, one.dataset.stored_name, one.owner)]
    rows = [submission_row(state, one) for one in shown]
    if state.settings.list_form == "list":
        return Answer.json(rows)
    asked = query.get("page_size", "50")
    size = max(1, len(rows)) if asked == "all" else int(asked) if asked in {"50", "100", "500"} else 50
    return Answer.json(page(request, rows, size))


def detail(state: State, request: Request) -> Answer:
    submission = _asked(state, request)
    poll(state, submission)
    return Answer.json(submission_row(state, submission))


def get_details(state: State, request: Request) -> Answer:
    submission = _asked(state, request)
    _, phase = state.phase(submission.phase) or (None, None)
    assert phase is not None
    assert request.user is not None
    if phase.hide_output and request.user.username != submission.competition.created_by:
        text = "Cannot access submission details while phase marked to hide output."
        return Answer.json({"detail": text}, 403)
    return Answer.json(details_row(state, submission))


def detail_result(state: State, request: Request) -> Answer:
    submission = _asked(state, request)
    if not submission.competition.enable_detailed_results:
        return Answer.json({"error_msg": "Detailed results are disabled for this competition!"}, 404)
    return Answer.json(details_row(state, submission)["detailed_result"])


def cancel(state: State, request: Request) -> Answer:
    """A GET that writes."""
    submission = _asked(state, request)
    for child in submission.children:
        if not child.ended:
            child.status = "Cancelled"
    canceled = not submission.ended
    if canceled:
        submission.status = "Cancelled"
    return Answer.json({"canceled": canceled})


def soft_delete(state: State, request: Request) -> Answer:
    submission = _asked(state, request)
    if submission.status == "Finished" and submission.on_leaderboard:
        return Answer.json({"error": "You are not allowed to delete a leaderboard submission"}, 403)
    if not submission.ended:
        return Answer.json({"error": "You are not allowed to delete a running submission"}, 403)
    submission.is_soft_deleted = True
    return Answer.json({"message": "Submission deleted successfully"})


def connect(state: State, request: Request) -> Answer:
    """Onto the leaderboard, in the place of the earlier ones unless the rule allows several."""
    submission = _editable(state, request)
    if submission.competition.leaderboard.submission_rule != "Add_And_Delete_Multiple":
        take_off(state, submission)
    for one in submission.children or [submission]:
        one.on_leaderboard = True
    return Answer.json({})


def disconnect(state: State, request: Request) -> Answer:
    submission = _editable(state, request)
    if submission.competition.leaderboard.submission_rule not in REMOVABLE:
        return Answer.json({"detail": "You are not allowed to remove a submission on this phase"}, 403)
    for one in (submission, *submission.children):
        one.on_leaderboard = False
    return Answer.json({})


def _editable(state: State, request: Request) -> Submission:
    submission = _asked(state, request)
    if submission.competition.leaderboard.submission_rule in FORCED:
        text = "Users are not allowed to edit the leaderboard on this Competition"
        raise RefusedError(Answer.json({"detail": text}, 403))
    return submission


def _asked(state: State, request: Request) -> Submission:
    for submission in state.submissions:
        if submission.id == int(request.groups[0]) and _is_shown(state, submission, request):
            return submission
    raise RefusedError(Answer.json({"detail": "No Submission matches the given query."}, 404))


def _is_shown(state: State, submission: Submission, request: Request) -> bool:
    """To its owner and the organizer; without a token, those on a leaderboard."""
    if submission.is_soft_deleted or is_hidden_child(state, submission):
        return False
    if request.user is None:
        return submission.on_leaderboard and submission.status == "Finished"
    return request.user.username in {submission.owner, submission.competition.created_by}


def _fields(state: State, sent: dict[str, Any]) -> tuple[Dataset | None, Competition, Phase]:
    errors: dict[str, list[str]] = {}
    key = sent.get("data")
    dataset = None
    if key is not None:
        try:
            dataset = state.dataset(str(uuid.UUID(str(key))))
            if dataset is None:
                errors["data"] = [f"Object with key={key} does not exist."]
        except ValueError:
            errors["data"] = [f"“{key}” is not a valid UUID."]
    pk = sent.get("phase")
    pair = state.phase(int(str(pk))) if str(pk).isdigit() else None
    if "phase" not in sent:
        errors["phase"] = [REQUIRED]
    elif pair is None:
        known = str(pk).lstrip("-").isdigit()
        kind = type(pk).__name__
        wrong = f"Incorrect type. Expected pk value, received {kind}."
        errors["phase"] = [f'Invalid pk "{pk}" - object does not exist.' if known else wrong]
    queues = {one.queue for one in state.competitions}
    if sent.get("queue") is not None and sent["queue"] not in queues:
        errors["queue"] = [f'Invalid pk "{sent["queue"]}" - object does not exist.']
    if sent.get("organization") is not None:
        raise RefusedError(Answer.json({"detail": "No Organization matches the given query."}, 404))
    if errors or pair is None:
        raise RefusedError(Answer.json(errors, 400))
    return dataset, *pair


def _tasks(phase: Phase, asked: Any) -> list[int] | None:
    """All of the phase unless some are named; None when one of them is not its own."""
    own = [task.id for task in phase.tasks]
    if not asked:
        return own
    return list(asked) if set(asked) <= set(own) else None


def _made(
    state: State, owner: str, dataset: Dataset, competition: Competition, phase: Phase, tasks: list[int]
) -> Submission:
    """A submission; with several tasks, the parent of one for each."""
    parent = _added(state, owner, dataset, competition, phase, tasks)
    if len(tasks) > 1:
        for task in tasks:
            child = _added(state, owner, dataset, competition, phase, [task])
            child.parent = parent
            parent.children.append(child)
    for one in parent.children or [parent]:
        one.plan = state.plan_for(one)
    return parent


def _added(
    state: State, owner: str, dataset: Dataset, competition: Competition, phase: Phase, tasks: list[int]
) -> Submission:
    dataset.used = True
    pk = state.next_id("submission")
    submission = Submission(pk, owner, dataset.key, dataset, competition, phase.id, tasks, state.now(), state.no_plan)
    state.submissions.append(submission)
    return submission


def _check_choice(field: str, value: str, choices: Any) -> None:
    if value not in choices:
        named = "That choice" if field == "phase" else value
        text = f"Select a valid choice. {named} is not one of the available choices."
        raise RefusedError(Answer.json({field: [text]}, 400))
