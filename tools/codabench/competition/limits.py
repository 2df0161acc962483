"""The limits of a phase: how many submissions it takes, how many it still takes, and when more (codabench.md 3.3)."""

import datetime
from dataclasses import dataclass

from tools.codabench.answers import Phase


@dataclass(frozen=True, kw_only=True)
class Limit:
    """How many submissions may be made, and how many of them are used. None: no limit, or nobody knows."""

    most: int | None
    used: int | None

    @property
    def left(self) -> int | None:
        """How many are left; None without a limit or where nobody knows."""
        return None if self.most is None or self.used is None else max(0, self.most - self.used)


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

    @property
    def in_words(self) -> str:
        """`5 today, 100 in all`; "" where neither is known."""
        counts = ((self.today, "today"), (self.in_all, "in all"))
        return ", ".join(f"{count} {when}" for count, when in counts if count is not None)


def limit_of_the_day(phase: Phase) -> Limit:
    """The limit of one day, which is a day in UTC; failed submissions do not count."""
    return _limit(phase, phase.max_submissions_per_day, phase.used_submissions_per_day)


def limit_in_all(phase: Phase) -> Limit:
    """The limit of the whole phase."""
    return _limit(phase, phase.max_submissions_per_person, phase.used_submissions_per_person)


def _limit(phase: Phase, most: int | None, used: int | None) -> Limit:
    """A limit of 0 is none, nor is there any without has_max_submissions."""
    return Limit(most=most or None if phase.has_max_submissions else None, used=used)


def left(phase: Phase) -> Left:
    """What the phase still takes."""
    return Left(today=limit_of_the_day(phase).left, in_all=limit_in_all(phase).left)


def reopens(now: datetime.datetime) -> datetime.datetime:
    """When the day's limit begins anew: the platform counts by UTC days. `now` is aware."""
    tomorrow = now.astimezone(datetime.UTC).date() + datetime.timedelta(days=1)
    return datetime.datetime.combine(tomorrow, datetime.time(), datetime.UTC)
