"""What a competition's answer means in words: when its phases are, what they hide, the board's rule."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tools.codabench.answers import Competition, Phase

STEPS = (("day", 86_400), ("hour", 3_600), ("minute", 60))
TWO = 2
MEGABYTE = 1_000_000
STATUSES = {
    "approved": "you take part",
    "pending": "you have asked to take part; the organiser has not answered yet",
    "denied": "the organiser has refused that you take part",
}
RULES = {
    "Add": "you choose which of your submissions is on it; another one takes its place, and none can be taken off",
    "Add_And_Delete": "you choose which of your submissions is on it; another one takes its place, or you take it off",
    "Add_And_Delete_Multiple": "you choose which of your submissions are on it, as many as you like, and take them off",
    "Force_Last": "your last finished submission is on it, whatever its score; nobody chooses",
    "Force_Latest_Multiple": "all your finished submissions are on it; nobody chooses",
    "Force_Best": "your best submission is on it; nobody chooses",
}
HIDDEN = {
    "hide_output": "all logs and results",
    "hide_prediction_output": "the prediction's output",
    "hide_score_output": "the scoring's output",
}


@dataclass(frozen=True, kw_only=True)
class Change:
    """The next time that a phase opens or closes."""

    phase: Phase
    what: Literal["opens", "closes"]
    at: datetime.datetime


def status_in_words(status: str | None) -> str:
    """What the user is in a competition."""
    return STATUSES.get(status or "", "you do not take part")


def rule_in_words(rule: str) -> str:
    """By which rule submissions come onto the leaderboard; an unknown rule is told by its name."""
    return RULES.get(rule, f"by the rule {rule}, which the kit does not know" if rule else "the rule is not told")


def from_now(moment: datetime.datetime, now: datetime.datetime) -> str:
    """`in 2 days`, `3 hours ago`; two of the largest unit are enough, so that 36 hours are not 1 day."""
    seconds = (moment - now).total_seconds()
    for unit, length in STEPS:
        count = int(abs(seconds) // length)
        if count >= TWO or (unit == STEPS[-1][0] and count):
            told = f"{count} {unit}{'' if count == 1 else 's'}"
            return f"in {told}" if seconds > 0 else f"{told} ago"
    return "in less than a minute" if seconds > 0 else "just now"


def in_order(phases: Sequence[Phase]) -> list[Phase]:
    """Phases as the platform sorts them."""
    return sorted(phases, key=lambda phase: phase.index)


def open_phases(competition: Competition) -> list[Phase]:
    """Those that take submissions now."""
    return [phase for phase in in_order(competition.phases) if phase.is_open]


def next_change(phases: Sequence[Phase], now: datetime.datetime) -> Change | None:
    """The next opening or closing; None where no date is to come."""
    coming = [
        Change(phase=phase, what="opens" if moment is phase.start else "closes", at=moment)
        for phase in phases
        for moment in (phase.start, phase.end)
        if moment is not None and moment > now
    ]
    return min(coming, key=lambda change: change.at, default=None)


def hidden_of(phase: Phase) -> list[str]:
    """What participants do not see of their own submissions."""
    return [told for key, told in HIDDEN.items() if getattr(phase, key)]


def size_in_words(size_bytes: int | None) -> str:
    """`12.3 MB`, of a million bytes; small ones in kB. `-` where nobody knows."""
    if size_bytes is None:
        return "-"
    return f"{size_bytes / 1e6:,.1f} MB" if size_bytes >= MEGABYTE else f"{size_bytes / 1e3:.1f} kB"
