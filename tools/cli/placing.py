"""After a good end: onto the leaderboard where that is left to the user, and the place there."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tools.cli.output import current
from tools.cli.platform import shown
from tools.cli.submissions import command, upload_of

if TYPE_CHECKING:
    from tools.codabench.answers import Board, Submission
    from tools.codabench.connect import Platform
    from tools.codabench.following.ending import Ending
    from tools.codabench.following.ranking import Decision
    from tools.codabench.following.whereabouts import Whereabouts


def put_and_rank(
    platform: "Platform",
    parent: "Submission",
    endings: "Sequence[Ending]",
    place: "Whereabouts",
    wish: bool | None,  # noqa: FBT001 - None, True and False of --leaderboard
) -> bool:
    """Put a submission on the leaderboard if that is due, and say where it stands; gives whether it is there.

    `wish` is None where the rule decides, True for always, False for never. What the platform refuses is only said.
    """
    from tools.codabench.errors import PlatformError

    output, family = current(), [parent, *(one.submission for one in endings if one.submission.id != parent.id)]
    is_there = any(one.on_leaderboard for one in family)
    output.console.print()
    try:
        board = _board(platform, parent)
        if not is_there and parent.parent is None:
            is_there = _put(platform, family, place, board, wish)
            board = _board(platform, parent) if is_there else board
    except PlatformError as error:
        output.say(f"the leaderboard could not be changed: {shown(str(error))}")
        return is_there
    _say_rank(board, family, is_there=is_there)
    return is_there


def _board(platform: "Platform", submission: "Submission") -> "Board | None":
    """The present leaderboard; None where it cannot be seen."""
    from tools.codabench.errors import PlatformError

    try:
        return platform.client.board(submission.phase) if submission.phase is not None else None
    except PlatformError:
        return None


def _put(
    platform: "Platform",
    family: "list[Submission]",
    place: "Whereabouts",
    board: "Board | None",
    wish: bool | None,  # noqa: FBT001 - as above
) -> bool:
    from tools.codabench import journal
    from tools.codabench.journal import Stage
    from tools.errors import KitError

    client, output, number = platform.client, current(), family[0].id
    decision = _decision(platform, family, place, board)
    if decision.action == "nothing" and not decision.is_open:
        output.say(f"not put on the leaderboard: {shown(decision.why)}" if wish else shown(decision.why))
        return False
    if wish is False or (wish is None and decision.action == "nothing"):
        why = "as you asked" if wish is False else shown(decision.why)
        words = f"leaderboard --add {number}"
        words += f" --competition {place.competition.id}" if place.competition else ""
        output.say(f"not put on the leaderboard: {why}; {command(client, words)} does it")
        return False
    upload = upload_of(client, number)
    client.put_on_board(number)
    if upload is not None:
        try:
            journal.end(upload, Stage.LEADERBOARD)
        except KitError as error:
            output.say(f"that it is on the leaderboard is not kept: {error}")
    output.say(f"put on the leaderboard: {shown(decision.why) if wish is None else 'as you asked'}")
    return True


def _decision(
    platform: "Platform", family: "list[Submission]", place: "Whereabouts", board: "Board | None"
) -> "Decision":
    from tools.codabench.following.ranking import SEVERAL, Decision, decide, primary_column, rivals_of, total

    rule = place.leaderboard.submission_rule if place.leaderboard else ""
    column = primary_column(place.leaderboard, board)
    if board is None and rule not in {"", SEVERAL} and not rule.startswith("Force_"):
        return Decision(action="nothing", why="the leaderboard cannot be seen, so what it would push out", is_open=True)
    rivals = rivals_of(platform.client, family, board, column) if board else []
    return decide(rule, total(family[1:] or family, column), rivals, column)


def _say_rank(board: "Board | None", family: "list[Submission]", *, is_there: bool) -> None:
    from tools.codabench.following.ranking import rank

    found = rank(board, family) if board else None
    if found:
        current().say(f"on the leaderboard: place {found[0]} of {found[1]}")
    elif is_there:
        current().say("it is on the leaderboard, which is not shown to participants")
