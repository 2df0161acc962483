"""The calls about the user: token, profile, quota."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .messages import Answer, Request

if TYPE_CHECKING:
    from .records import User
    from .state import State

GB = 10**9
UNITS = ("B", "KB", "MB", "GB", "TB", "PB")


def token(state: State, request: Request) -> Answer:
    """Form or JSON; the e-mail address works as user name."""
    sent = request.data
    missing = {name: ["This field is required."] for name in ("username", "password") if name not in sent}
    if missing:
        return Answer.json(missing, 400)
    for user in state.users:
        if sent["username"] in {user.username, user.email} and sent["password"] == user.password:
            return Answer.json({"token": user.token})
    return Answer.json({"non_field_errors": ["Unable to log in with provided credentials."]}, 400)


def my_profile(_: State, request: Request) -> Answer:
    user = request.user
    assert user is not None
    return Answer.json({"username": user.username, "name": None, "email": user.email, "github_info": None})


def user_quota(state: State, request: Request) -> Answer:
    assert request.user is not None
    return Answer.json({"quota": request.user.quota_gb, "storage_used": used_bytes(state, request.user)})


def used_bytes(state: State, user: User) -> int:
    """Data sets, and the results and logs of the user's submissions."""
    total = user.used_bytes
    total += sum(one.file_size for one in state.datasets if one.owner == user.username and not one.deleted)
    for submission in state.submissions:
        if submission.owner == user.username:
            results = (submission.prediction_result, submission.scoring_result, submission.detailed_result)
            total += sum(stored.size for stored in (*results, *submission.logs.values()) if stored)
    return total


def pretty_bytes(size: float) -> str:
    """`15.0 GB`: decimal units, one decimal."""
    for unit in UNITS[:-1]:
        if abs(size) < 1000:
            return f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} {UNITS[-1]}"
