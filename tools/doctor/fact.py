"""One fact about the machine, and all of them."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """How a fact stands: a warning leaves something out, an error keeps the kit from working."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What was found, under a key that stays the same.

    `mend` are the lines to type or the steps to take, `details` what a program may want to know.
    """

    key: str
    state: State
    value: str
    mend: tuple[str, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Examined:
    """All facts. `engine` is the one that `kit evaluate` takes by itself, None where none works."""

    facts: tuple[Fact, ...]
    engine: str | None

    @property
    def can_evaluate(self) -> bool:
        """Whether a submission can be evaluated here."""
        return self.engine is not None


def ok(key: str, value: str, **details: Any) -> Fact:
    """A fact that is as it should be."""
    return Fact(key=key, state=State.OK, value=value, details=details)


def warning(key: str, value: str, *mend: str, **details: Any) -> Fact:
    """A fact that leaves something out."""
    return Fact(key=key, state=State.WARNING, value=value, mend=mend, details=details)


def error(key: str, value: str, *mend: str, **details: Any) -> Fact:
    """A fact that keeps the kit from working."""
    return Fact(key=key, state=State.ERROR, value=value, mend=mend, details=details)
