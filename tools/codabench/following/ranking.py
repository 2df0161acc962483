"""Whether a submission is to be put on the leaderboard, and where it stands there.

By most rules a user has one submission there, and another takes its place (codabench.md 2; 3.7): the kit does not let
a worse one do that by itself.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from tools.codabench.answers import RULES_TO_ADD, Board, Column, Leaderboard, Row, Submission
from tools.codabench.client import Client
from tools.codabench.errors import PlatformError

SEVERAL = "Add_And_Delete_Multiple"
MOST_RIVALS = 5


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What to do, and why in one sentence for people. `is_open` says that the user may still do it by a command."""

    action: Literal["put", "nothing"]
    why: str
    is_open: bool = False


@dataclass(frozen=True, kw_only=True)
class Rival:
    """A submission of the same user on the leaderboard, with its value in the primary column."""

    number: int
    value: float


def decide(rule: str, own: float | None, rivals: Sequence[Rival], primary: Column | None) -> Decision:
    """Whether a submission that is not there yet is to be put there. `own` is its value in the primary column."""
    if not rule:
        return Decision(action="nothing", why="the rule of the leaderboard is not known", is_open=True)
    if rule not in RULES_TO_ADD:
        return Decision(action="nothing", why=f"the leaderboard chooses by itself, by its rule {rule}")
    if rule == SEVERAL:
        return Decision(action="put", why="the leaderboard takes several submissions of one user")
    if not rivals:
        return Decision(action="put", why="no other submission of yours is there")
    return _against(own, rivals, primary)


def _against(own: float | None, rivals: Sequence[Rival], primary: Column | None) -> Decision:
    """By a rule that leaves a user one place: only where nothing better would lose it."""
    if own is None or primary is None:
        told = "which of your submissions is the better one cannot be told"
        return Decision(action="nothing", why=told, is_open=True)
    is_less_better = primary.sorting == "asc"
    best = (min if is_less_better else max)(rivals, key=lambda rival: rival.value)
    if own > best.value if is_less_better else own < best.value:
        told = f"it would push out submission {best.number}, which is better: {best.value:g} against {own:g}"
        return Decision(action="nothing", why=told, is_open=True)
    told = f"it is at least as good as submission {best.number}: {own:g} against {best.value:g}"
    return Decision(action="put", why=told)


def primary_column(leaderboard: Leaderboard | None, board: Board | None = None) -> Column | None:
    """The column that ranks: the one whose index is the primary one, else the first."""
    if leaderboard is not None:
        columns, index = leaderboard.columns, leaderboard.primary_index
    elif board is not None and board.tasks:
        columns, index = board.tasks[0].columns, board.primary_index
    else:
        return None
    ordered = sorted(columns, key=lambda column: (column.index != index, column.index))
    return ordered[0] if ordered else None


def total(submissions: Sequence[Submission], column: Column | None) -> float | None:
    """The value by which the platform ranks: the sum over the tasks; None where there is no such score."""
    values = [one.values[column.key] for one in submissions if column and column.key in one.values]
    return sum(values) if values else None


def rivals_of(client: Client, family: Sequence[Submission], board: Board, column: Column | None) -> list[Rival]:
    """The user's other submissions on the leaderboard, with their stored values where these can be had.

    The leaderboard itself shows them rounded. Of several tasks a row holds all the scores of one parent.
    """
    if column is None:
        return []
    owner, own = family[0].owner, {one.id for one in family}
    rows = [row for row in board.submissions if row.owner == owner and row.id not in own]
    found = []
    for row in rows[:MOST_RIVALS]:
        number, values = row.id, list(_numbers(row, column.key))
        with suppress(PlatformError):
            stored = _stored(client, row.id)
            number, values = stored[0].parent or row.id, [one for one in [total(stored, column)] if one is not None]
        if values:
            found.append(Rival(number=number, value=sum(values)))
    return found


def _stored(client: Client, number: int) -> list[Submission]:
    """The runs behind a row of the table, whose id is that of the first task's."""
    first = client.submission(number)
    if first.parent is None:
        return [first]
    others = [child for child in client.submission(first.parent).children if child != number]
    return [first, *map(client.submission, others)]


def _numbers(row: Row, key: str) -> Iterator[float]:
    """The scores of a column that are numbers, one a task; where there is none it shows n/a."""
    for score in row.scores:
        if score.column_key == key:
            with suppress(ValueError):
                yield float(score.score)


def rank(board: Board, family: Sequence[Submission]) -> tuple[int, int] | None:
    """The place of a submission or of its first child, from 1, and of how many; None where it is not there."""
    numbers = {one.id for one in family}
    places = [place for place, row in enumerate(board.submissions, start=1) if row.id in numbers]
    return (places[0], len(board.submissions)) if places else None
