"""How many submissions a phase still takes from the user, and when it takes more (codabench.md 3.3)."""

import datetime
from dataclasses import dataclass

from tools.codabench.answers import Phase


@dataclass(frozen=True, kw_only=True)
class Left:
    """What is left today and in all; None where there is no such limit, or the platform does not tell."""

    today: int | None
    in_all: int | None

    @property
    def least(self) -> int | None:
        """The smaller one."""
        known = [count for count in (self.today, self.in_all) if count is not None]
        return min(known, default=None)


def left(phase: Phase) -> Left:
    """What the phase still takes. A limit of 0 is none, nor is there any without has_max_submissions."""
    if not phase.has_max_submissions:
        return Left(today=None, in_all=None)
    return Left(
        today=_left(phase.max_submissions_per_day, phase.used_submissions_per_day),
        in_all=_left(phase.max_submissions_per_person, phase.used_submissions_per_person),
    )


def _left(most: int | None, used: int | None) -> int | None:
    return None if not most or used is None else max(0, most - used)


def reopens(now: datetime.datetime) -> datetime.datetime:
    """When the day's limit begins anew: the platform counts by UTC days. `now` is aware."""
    tomorrow = now.astimezone(datetime.UTC).date() + datetime.timedelta(days=1)
    return datetime.datetime.combine(tomorrow, datetime.time(), datetime.UTC)
