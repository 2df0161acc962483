"""A text that the platform can show, and what it means: likely causes in order, whose fault, what to do next.

Texts are written as templates: `{limit}` stands for what differs from one user to the next.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Program = Literal["ingestion", "scoring", "submission", "worker"]


class Whose(StrEnum):
    """Who has to mend it."""

    YOU = "you"
    ORGANISER = "organiser"
    PLATFORM = "platform"
    NOBODY = "nobody"


class Place(StrEnum):
    """Where a text is shown."""

    STATUS = "status_details, beside the status"
    STATE = "the status itself"
    PAGE = "the web page"
    API = "an answer of the API"
    LOG = "a log"


class Helps(StrEnum):
    """Whether sending the same zip again helps."""

    YES = "yes"
    LATER = "later"
    NO = "no"


@dataclass(frozen=True, kw_only=True)
class Cause:
    """One likely cause, who has to mend it, and the codes of the catalogue that find it."""

    text: str
    whose: Whose
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Again:
    """Whether sending the same zip again helps, and why or when."""

    helps: Helps
    note: str


@dataclass(frozen=True, kw_only=True)
class PlatformText:
    """One entry: `shown` are its templates, the first one the usual form; `also` are forms that only help to find it.

    `whole` are regular expressions for all of a short text, `lines` for one line of a log. `only_in` is the program
    in whose log the text has this meaning, None for any. A text that `follows` is what another failure leads to, a
    `harmless` one means nothing, and a `general` one stands for all exceptions that no other entry names.
    """

    code: str
    title: str
    place: Place
    causes: tuple[Cause, ...]
    again: Again
    run: tuple[str, ...]
    source: str
    shown: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    only_in: Program | None = None
    follows: bool = False
    harmless: bool = False
    general: bool = False


def yours(text: str, *codes: str) -> Cause:
    """A cause in the submission, or in how it was sent."""
    return Cause(text=text, whose=Whose.YOU, codes=codes)


def organisers(text: str, *codes: str) -> Cause:
    """A cause in the competition's programs or settings."""
    return Cause(text=text, whose=Whose.ORGANISER, codes=codes)


def platforms(text: str, *codes: str) -> Cause:
    """A cause in the platform's site, storage, queues or workers."""
    return Cause(text=text, whose=Whose.PLATFORM, codes=codes)


def nobodys(text: str, *codes: str) -> Cause:
    """No fault at all."""
    return Cause(text=text, whose=Whose.NOBODY, codes=codes)


def no(note: str) -> Again:
    """The same zip gives the same again."""
    return Again(helps=Helps.NO, note=note)


def later(note: str) -> Again:
    """The same zip may pass once something else has changed."""
    return Again(helps=Helps.LATER, note=note)


def yes(note: str) -> Again:
    """The same zip may pass at once."""
    return Again(helps=Helps.YES, note=note)
