"""What happens while a submission is followed, a dataclass a kind; and a row, a submission with what was seen of it."""

from dataclasses import dataclass
from datetime import datetime

from tools.codabench.answers import Submission
from tools.codabench.errors import PlatformError
from tools.codabench.following.timeline import Stretch, stretches
from tools.codabench.journal import Seen


@dataclass(frozen=True, kw_only=True)
class Row:
    """A submission as it is now, and the statuses that were seen of it."""

    submission: Submission
    seen: tuple[Seen, ...]

    def timeline(self, now: datetime | None = None) -> tuple[Stretch, ...]:
        """Its statuses with their durations."""
        return stretches(self.seen, now)


@dataclass(frozen=True, kw_only=True)
class Changed:
    """A status or a score is another one. `is_first` marks the first look at it in this run."""

    row: Row
    is_first: bool


@dataclass(frozen=True, kw_only=True)
class Silent:
    """The platform has not answered for so long."""

    seconds: float
    error: PlatformError


@dataclass(frozen=True, kw_only=True)
class Answering:
    """It answers again."""

    seconds: float


@dataclass(frozen=True, kw_only=True)
class Stuck:
    """A row has stayed in its status for unusually long; `code` explains it."""

    row: Row
    code: str
    seconds: float


Event = Changed | Silent | Answering | Stuck
