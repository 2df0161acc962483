"""A finding: one defect with its evidence."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How grave: an error stops an upload, a warning does not (with --strict it does), a note never."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


ERROR, WARNING, NOTE = Level.ERROR, Level.WARNING, Level.NOTE


@dataclass(frozen=True)
class Evidence:
    """One thing that a check saw. `where` is `member:line` or a job's name; `level` where it is not the check's own."""

    text: str
    where: str | None = None
    level: Level | None = None


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One defect: what it is, where, what was seen, why it fails on the platform, the fix, and the rule's source.

    `places` says of each piece of evidence where it was seen; `excerpt` is the line of the user's code at `where`;
    `chain` is what followed from it, up to what the platform shows; `reproduce` the command that shows it again.
    """

    code: str
    level: Level
    title: str
    where: str | None
    evidence: tuple[str, ...]
    why: str
    fix: str
    source: str
    places: tuple[str | None, ...] = ()
    excerpt: str | None = None
    chain: tuple[str, ...] = ()
    reproduce: str | None = None
