"""Codes, looked up: one by its name, all of a room by their beginning, and what the platform shows of a defect."""

import re
from collections.abc import Sequence
from difflib import get_close_matches

from tools.checks import CATALOGUE
from tools.checks.page import ROOMS
from tools.errors import UsageError
from tools.explain.platform_text import PlatformText
from tools.explain.texts import TEXTS

SHAPE = re.compile(r"([A-Za-z]{3})[-_ ]?(\d{1,4})")
DIGITS = 3
SRV = "SRV"


def codes() -> tuple[str, ...]:
    """All codes: the catalogue's rooms in their order, then the platform's texts."""
    return (*sorted(CATALOGUE, key=lambda code: (ROOMS.index(code[:3]), code)), *TEXTS)


def is_code(word: str) -> bool:
    """Whether a word is meant as a code or a room of codes, rather than as a text."""
    return bool(SHAPE.fullmatch(word)) or word.upper() in (*ROOMS, SRV)


def look_up(word: str) -> tuple[str, ...]:
    """The codes that a word names: one, or all that begin so. Case, a dash and missing zeros do not matter.

    Raises UsageError for one that there is not, with the nearest.
    """
    asked = re.sub(r"[-_ ]", "", word.upper())
    if asked in codes():
        return (asked,)
    if begun := tuple(code for code in codes() if code.startswith(asked)):
        return begun
    if match := SHAPE.fullmatch(asked):
        padded = f"{match[1]}{int(match[2]):0{DIGITS}}"
        if padded in codes():
            return (padded,)
    raise UsageError(f"there is no code {asked}", _nearest(asked))


def texts_of(code: str) -> tuple[PlatformText, ...]:
    """The texts of the platform that a defect can lead to, those first where it is the likeliest cause."""
    ranked = [
        (number, text)
        for text in TEXTS.values()
        for number, cause in enumerate(text.causes)
        if code in cause.codes and not text.general
    ]
    return tuple(dict.fromkeys(text for _, text in sorted(ranked, key=lambda pair: (pair[0], pair[1].code))))


def _nearest(asked: str) -> str:
    of_room = [code for code in codes() if code.startswith(asked[:3])]
    near = get_close_matches(asked, of_room or codes(), n=3, cutoff=0.5)
    told = f"did you mean {_either(near)}? " if near else ""
    if of_room:
        return f"{told}{asked[:3]} has {', '.join(of_room)}"
    return f"{told}kit explain lists all; the rooms are {', '.join((*ROOMS, SRV))}"


def _either(words: Sequence[str]) -> str:
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))
