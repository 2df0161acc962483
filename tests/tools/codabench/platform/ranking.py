"""Which submissions are on a leaderboard, by its rule, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .records import Competition, Leaderboard, Submission
    from .state import State

FORCED = ("Force_Last", "Force_Latest_Multiple", "Force_Best")
REMOVABLE = ("Add_And_Delete", "Add_And_Delete_Multiple")


def put_on_leaderboard(state: State, submission: Submission) -> None:
    """What the site does when scores arrive; under the rules that leave it to the user, nothing."""
    rule = submission.competition.leaderboard.submission_rule
    if rule not in FORCED:
        return
    if rule != "Force_Latest_Multiple":
        siblings = submission.parent.children if submission.parent else [submission]
        take_off(state, submission, spare=siblings)
    chosen = submission
    if rule == "Force_Best":
        mine = [one for one in of_owner(state, submission) if one.scores and not one.children]
        for one in mine:
            one.on_leaderboard = False
        chosen = min(mine, key=lambda one: order(submission.competition.leaderboard, one))
    chosen.on_leaderboard = True


def take_off(state: State, submission: Submission, spare: list[Submission] | None = None) -> None:
    """Remove the owner's submissions to the phase from its leaderboard, save those spared."""
    for one in of_owner(state, submission):
        if one not in (spare or []):
            one.on_leaderboard = False


def of_owner(state: State, submission: Submission) -> list[Submission]:
    same = (submission.owner, submission.phase)
    return [one for one in state.submissions if (one.owner, one.phase) == same]


def order(leaderboard: Leaderboard, submission: Submission) -> tuple[float | str, ...]:
    """Sorts the best first: the primary column, the others by their index, then the earlier one."""
    columns = sorted(leaderboard.columns, key=lambda column: (column.index != leaderboard.primary_index, column.index))
    values: list[float | str] = []
    for column in columns:
        found = [float(score.score) for score in submission.scores if score.column_key == column.key]
        sign = -1 if column.sorting == "desc" else 1
        values.append(sign * sum(found) if found else float("-inf"))  # no score ranks on top
    return (*values, submission.created_when.isoformat())


def ranked(state: State, competition: Competition, phase: int) -> list[Submission]:
    """The phase's submissions on the leaderboard, the best first; children, not parents."""
    shown = [one for one in state.submissions if one.on_leaderboard and one.phase == phase and not one.children]
    return sorted(shown, key=lambda one: order(competition.leaderboard, one))
