"""A leaderboard as a table: ranks, columns by task, one's own place, and how far the best is."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from tools.codabench.answers import Board, Column, RankedScore, Row

NEIGHBOURS = 2
TOP = 20


@dataclass(frozen=True, kw_only=True)
class ScoreColumn:
    """One column of one task."""

    task_id: int | None
    task: str
    column: Column


@dataclass(frozen=True, kw_only=True)
class Place:
    """One row: its rank is its position, as the website counts. `scores` are texts as the platform rounds them."""

    rank: int
    row: Row
    scores: tuple[str | None, ...]
    is_own: bool


@dataclass(frozen=True, kw_only=True)
class Gap:
    """How far one's own best place is from the first, in one column of one task; None where a score is missing."""

    own: Place
    best: Place
    column: ScoreColumn
    distance: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The whole table. `hidden` counts the columns that are not shown."""

    columns: tuple[ScoreColumn, ...]
    places: tuple[Place, ...]
    hidden: int
    primary: ScoreColumn | None

    @property
    def own(self) -> tuple[Place, ...]:
        """One's own rows."""
        return tuple(place for place in self.places if place.is_own)

    @property
    def gap(self) -> Gap | None:
        """From one's own best row to the first; None without an own row or a column to compare."""
        if not self.own or self.primary is None:
            return None
        own, best, at = self.own[0], self.places[0], self.columns.index(self.primary)
        values = [_number(place.scores[at]) for place in (own, best)]
        distance = abs(values[1] - values[0]) if values[0] is not None and values[1] is not None else None
        return Gap(own=own, best=best, column=self.primary, distance=distance)

    def shown(self, *, everything: bool) -> list[Place | int]:
        """The rows to print: the first twenty and those around one's own; a number stands for rows left out."""
        ranks = {place.rank for place in self.places if everything or place.rank <= TOP}
        for place in self.own:
            ranks |= set(range(place.rank - NEIGHBOURS, place.rank + NEIGHBOURS + 1))
        found: list[Place | int] = []
        before = 0
        for place in self.places:
            if place.rank in ranks:
                if place.rank > before + 1:
                    found.append(place.rank - before - 1)
                found.append(place)
                before = place.rank
        if before < len(self.places):
            found.append(len(self.places) - before)
        return found


def standing(board: Board, user_name: str | None) -> Standing:
    """A phase's leaderboard as the platform orders it, with the rows of a user marked."""
    columns, hidden = _columns(board)
    places = tuple(
        Place(rank=rank, row=row, scores=_scores(columns, row.scores), is_own=row.owner == user_name)
        for rank, row in enumerate(board.submissions, 1)
    )
    primary = next((one for one in columns if one.column.index == board.primary_index), None)
    return Standing(columns=columns, places=places, hidden=hidden, primary=primary)


def _columns(board: Board) -> tuple[tuple[ScoreColumn, ...], int]:
    every = [
        ScoreColumn(task_id=task.id, task=task.name, column=column)
        for task in board.tasks
        for column in sorted(task.columns, key=lambda column: column.index)
    ]
    shown = tuple(one for one in every if not one.column.hidden)
    return shown, len(every) - len(shown)


def _scores(columns: Sequence[ScoreColumn], scores: Sequence[RankedScore]) -> tuple[str | None, ...]:
    """A row's scores by column; a score that names no task is that of every task."""
    by_place = {(score.task_id, score.column_key): score.score for score in scores}
    return tuple(
        by_place.get((one.task_id, one.column.key), by_place.get((None, one.column.key))) or None for one in columns
    )


def _number(text: str | None) -> Decimal | None:
    try:
        value = Decimal(text) if text else None
    except InvalidOperation:
        return None
    return value if value is not None and value.is_finite() else None
