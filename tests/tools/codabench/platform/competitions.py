"""The calls about competitions: lists, one in full, joining."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .messages import Answer, RefusedError, Request
from .paging import found, page, page_size
from .phases import phase_row
from .rows import leaderboard_row, moment
from .signing import signed

if TYPE_CHECKING:
    from .records import Competition
    from .state import State


def public(state: State, request: Request) -> Answer:
    """The published ones, newest first, in pages of 20 whose keys have an order of their own."""
    shown = [one for one in _newest(state) if one.published and _is_searched(one, request)]
    size = page_size(request, 20)
    paged = page(request, [_short(state, one) for one in shown], size)
    keys = ("next", "previous", "count")
    return Answer.json({key: paged[key] for key in keys} | {"page_size": 20, "results": paged["results"]})


def listed(state: State, request: Request) -> Answer:
    """A plain list: of those one takes part in, or made, or may see."""
    name = request.user.username if request.user else None
    shown = [one for one in _newest(state) if _is_visible(one, request) and _is_searched(one, request)]
    if request.query.get("participating_in", "").lower() == "true":
        shown = [one for one in shown if one.participants.get(name or "") == "approved"]
    if request.query.get("mine", "").lower() == "true":
        shown = [one for one in shown if one.created_by == name]
    return Answer.json([_short(state, one) for one in shown])


def detail(state: State, request: Request) -> Answer:
    return Answer.json(_long(state, _asked(state, request), request))


def register(state: State, request: Request) -> Answer:
    competition = _asked(state, request)
    assert request.user is not None
    name = request.user.username
    if name in competition.participants:
        return Answer.json(["You already applied for participation in this competition!"], 400)
    status = "approved" if competition.registration_auto_approve or name == competition.created_by else "pending"
    competition.participants[name] = status
    return Answer.json({"participant_status": status}, 201)


def _asked(state: State, request: Request) -> Competition:
    for competition in state.competitions:
        if competition.id == int(request.groups[0]) and _is_visible(competition, request):
            return competition
    raise RefusedError(Answer.json({"detail": "No Competition matches the given query."}, 404))


def _is_visible(competition: Competition, request: Request) -> bool:
    if competition.published:
        return True
    sent = request.data.get("secret_key") if request.method == "POST" else None
    if competition.secret_key in {request.query.get("secret_key"), sent}:
        return True
    name = request.user.username if request.user else ""
    return name == competition.created_by or competition.participants.get(name) in {"approved", "pending"}


def _is_searched(competition: Competition, request: Request) -> bool:
    return found(request.query.get("search", ""), competition.title, competition.description)


def _newest(state: State) -> list[Competition]:
    return sorted(state.competitions, key=lambda one: -one.id)


def _counts(state: State, competition: Competition) -> dict[str, int]:
    submissions = [one for one in state.submissions if one.competition is competition and one.parent is None]
    approved = [status for status in competition.participants.values() if status == "approved"]
    return {"participants_count": len(approved), "submissions_count": len(submissions)}


def _short(state: State, competition: Competition) -> dict[str, Any]:
    counts, logo = _counts(state, competition), signed(state, competition.logo.path)
    return {
        "id": competition.id,
        "title": competition.title,
        "created_by": competition.created_by,
        "owner_display_name": competition.created_by,
        "created_when": moment(competition.created_when),
        "published": competition.published,
        "participants_count": counts["participants_count"],
        "logo": logo,
        "logo_icon": logo,
        "description": competition.description,
        "competition_type": "competition",
        "reward": None,
        "contact_email": None,
        "report": None,
        "is_featured": False,
        "submissions_count": counts["submissions_count"],
    }


def _long(state: State, competition: Competition, request: Request) -> dict[str, Any]:
    name = request.user.username if request.user else ""
    logo = signed(state, competition.logo.path)
    shown = not competition.leaderboard.hidden
    return {
        "id": competition.id,
        "title": competition.title,
        "published": competition.published,
        "created_by": competition.created_by,
        "owner_display_name": competition.created_by,
        "created_when": moment(competition.created_when),
        "logo": logo,
        "logo_icon": logo,
        "terms": "# Terms and Conditions\n",
        "pages": [{"id": 1, "title": "Participation", "content": "# How to participate\n", "index": 0}],
        "phases": [phase_row(state, competition, phase, request.user) for phase in competition.phases],
        "leaderboards": [leaderboard_row(competition.leaderboard)] if shown else [],
        "collaborators": [],
        "participant_status": competition.participants.get(name),
        "registration_auto_approve": competition.registration_auto_approve,
        "description": competition.description,
        **_counts(state, competition),
        "queue": _queue(competition),
        "enable_detailed_results": competition.enable_detailed_results,
        "show_detailed_results_in_submission_panel": True,
        "show_detailed_results_in_leaderboard": True,
        "auto_run_submissions": competition.auto_run_submissions,
        "can_participants_make_submissions_public": True,
        "make_programs_available": False,
        "make_input_data_available": False,
        "docker_image": competition.docker_image,
        "allow_robot_submissions": False,
        "competition_type": "competition",
        "fact_sheet": competition.fact_sheet,
        "forum": competition.id,
        "reward": None,
        "contact_email": None,
        "report": None,
        "forum_enabled": True,
    }


def _queue(competition: Competition) -> dict[str, Any] | None:
    if competition.queue is None:
        return None
    return {
        "name": f"queue {competition.queue}",
        "vhost": f"00000000-0000-4000-8000-{competition.queue:012d}",
        "is_public": False,
        "owner": competition.created_by,
        "organizers": [],
        "broker_url": None,
        "created_when": moment(competition.created_when),
        "is_owner": False,
        "id": competition.queue,
    }
