"""The site: which call a path is, who asks, and the answers that every call shares (403, 404, 405, 301, 500)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from . import accounts, competitions, datasets, phases, submissions
from .bodies import page_not_found, server_error
from .messages import Answer, RefusedError, Request
from .records import User
from .state import State
from .worker import settle

Handler = Callable[[State, Request], Answer]
ANYONE = {"token", "competitions", "public_competitions", "competition", "leaderboard", "download"}
ANYONE |= {"list_submissions", "create_submission", "submission"}  # these look at the user themselves


@dataclass(frozen=True)
class Route:
    """A path with its calls by method, and what `Allow` says."""

    pattern: str
    allow: str
    calls: dict[str, tuple[str, Handler]]  # method -> stage and handler


VIEWSET = "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"
LISTED = "GET, POST, HEAD, OPTIONS"
READ = "GET, HEAD, OPTIONS"

ROUTES = (
    Route(r"/api/api-token-auth/", "POST, OPTIONS", {"POST": ("token", accounts.token)}),
    Route(r"/api/my_profile/", READ, {"GET": ("whoami", accounts.my_profile)}),
    Route(r"/api/user_quota/", "OPTIONS, GET", {"GET": ("quota", accounts.user_quota)}),
    Route(r"/api/competitions/", LISTED, {"GET": ("competitions", competitions.listed)}),
    Route(r"/api/competitions/public/", READ, {"GET": ("public_competitions", competitions.public)}),
    Route(r"/api/competitions/(\d+)/", VIEWSET, {"GET": ("competition", competitions.detail)}),
    Route(r"/api/competitions/(\d+)/register/", "POST, OPTIONS", {"POST": ("register", competitions.register)}),
    Route(r"/api/can_make_submission/(\d+)/", "OPTIONS, GET", {"GET": ("can", phases.can_make_submission)}),
    Route(r"/api/phases/", LISTED, {"GET": ("phase", phases.listed)}),
    Route(r"/api/phases/(\d+)/", VIEWSET, {"GET": ("phase", phases.detail)}),
    Route(r"/api/phases/(\d+)/get_leaderboard/", READ, {"GET": ("leaderboard", phases.get_leaderboard)}),
    Route(
        r"/api/datasets/",
        LISTED,
        {"GET": ("list_datasets", datasets.listed), "POST": ("create_dataset", datasets.create)},
    ),
    Route(
        r"/api/datasets/(\d+)/",
        VIEWSET,
        {"GET": ("dataset", datasets.detail), "DELETE": ("delete_dataset", datasets.delete)},
    ),
    Route(r"/api/datasets/completed/([-\w]+)/", "OPTIONS, PUT", {"PUT": ("completed", datasets.completed)}),
    Route(r"/datasets/download/([-\w]+)/", READ, {"GET": ("download", datasets.download)}),
    Route(
        r"/api/submissions/",
        LISTED,
        {"GET": ("list_submissions", submissions.listed), "POST": ("create_submission", submissions.create)},
    ),
    Route(r"/api/submissions/(\d+)/", VIEWSET, {"GET": ("submission", submissions.detail)}),
    Route(r"/api/submissions/(\d+)/get_details/", READ, {"GET": ("details", submissions.get_details)}),
    Route(r"/api/submissions/(\d+)/get_detail_result/", READ, {"GET": ("detail_result", submissions.detail_result)}),
    Route(r"/api/submissions/(\d+)/cancel_submission/", READ, {"GET": ("cancel", submissions.cancel)}),
    Route(
        r"/api/submissions/(\d+)/soft_delete/", "DELETE, OPTIONS", {"DELETE": ("soft_delete", submissions.soft_delete)}
    ),
    Route(
        r"/api/submissions/(\d+)/submission_leaderboard_connection/",
        "POST, DELETE, OPTIONS",
        {"POST": ("connection", submissions.connect), "DELETE": ("connection", submissions.disconnect)},
    ),
)


class Site:
    """Answers the API's calls."""

    name: Literal["site", "storage"] = "site"

    def __init__(self, state: State) -> None:
        self.state = state

    def stage(self, method: str, path: str) -> str:
        """The call's name; of a path without its slash, too; "other" for what the API does not have."""
        route, _ = _find(path if path.endswith("/") else f"{path}/")
        calls = route.calls if route else {}
        return calls.get(method, next(iter(calls.values()), ("other", None)))[0]

    def answer(self, request: Request) -> Answer:
        with self.state.lock:
            settle(self.state)
            try:
                return self._answer(request)
            except RefusedError as refusal:
                return refusal.answer
            except Exception as error:
                self.state.errors.append(error)
                return server_error()

    def _answer(self, request: Request) -> Answer:
        route, groups = _find(request.path)
        if route is None:
            if not request.path.endswith("/") and _find(f"{request.path}/")[0]:
                query = request.target.removeprefix(request.path)
                html = "text/html; charset=utf-8"
                return Answer(301, b"", html, {"Location": f"{request.path}/{query}"})
            return page_not_found()
        request.groups = groups
        method = "GET" if request.method == "HEAD" else request.method
        stage, handler = route.calls.get(method, (next(iter(route.calls.values()))[0], _not_allowed))
        try:
            request.user = authenticated(self.state, request)
            if request.user is None and stage not in ANYONE:
                raise RefusedError(Answer.json({"detail": "Authentication credentials were not provided."}, 403))
            answer = handler(self.state, request)
        except RefusedError as refusal:
            answer = refusal.answer
        if answer.content_type == "application/json":
            answer.headers.setdefault("Allow", route.allow)
        return answer


def authenticated(state: State, request: Request) -> User | None:
    """The user of `Authorization: Token <40 hex>`; None without such a header; 403 for a bad one."""
    words = (request.headers["Authorization"] or "").split()
    if not words or words[0].lower() != "token":
        return None
    complaint = None
    if len(words) == 1:
        complaint = "Invalid token header. No credentials provided."
    elif len(words) > 2:
        complaint = "Invalid token header. Token string should not contain spaces."
    user = next((user for user in state.users if user.token == words[-1]), None)
    if complaint or user is None:
        raise RefusedError(Answer.json({"detail": complaint or "Invalid token."}, 403))
    if user.banned:
        raise RefusedError(Answer.json({"error": "You are banned from using Codabench"}, 403))
    return user


def _find(path: str) -> tuple[Route | None, tuple[str, ...]]:
    for route in ROUTES:
        match = re.fullmatch(route.pattern, path)
        if match:
            return route, match.groups()
    return None, ()


def _not_allowed(_: State, request: Request) -> Answer:
    return Answer.json({"detail": f'Method "{request.method}" not allowed.'}, 405)
