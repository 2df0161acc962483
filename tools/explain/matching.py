"""Templates of texts, searched in what was pasted: `{limit}` stands for any few words, or for a part of one.

Every pattern is bounded, so that a hostile log cannot make it slow.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tools.explain.pasted import plain
from tools.explain.platform_text import PlatformText, Program
from tools.explain.texts import TEXTS

HOLE = re.compile(r"\{(\w+)\}")
MARK = "\ue000"  # a private character: it stands in for a hole while a template is made plain
COMMON_WORD = re.compile(r"[A-Z]?[a-z]+")
SHORT_TEXT = 200
PART_OF_A_WORD = r"\S{0,200}"
SOME_WORDS = r"\S{1,400}(?: \S{1,400}){0,11}?"
ONE_WORD = r"\S{1,400}"


@dataclass(frozen=True, kw_only=True)
class Template:
    """One form of a text: its pattern for plain words, and how many letters of it are fixed.

    `anchor` are the longest fixed words, in lower case: without them there is nothing to search for.
    """

    text: PlatformText
    shown: str
    pattern: re.Pattern[str]
    anchor: str
    weight: int


@dataclass(frozen=True, kw_only=True)
class Match:
    """A template found, from where to where in the plain words, with what filled its holes."""

    template: Template
    start: int
    end: int
    parts: dict[str, str]


def search(words: str, program: Program | None) -> list[Match]:
    """Every template found in plain words, without those that another one covers, in the order of their places."""
    found = []
    lowered = words.lower()
    for template in templates():
        is_of_another = program and template.text.only_in not in (None, program)
        if is_of_another or template.anchor not in lowered:
            continue
        if match := template.pattern.search(words):
            parts = {name: value for name, value in match.groupdict().items() if value}
            found.append(Match(template=template, start=match.start(), end=match.end(), parts=parts))
    return sorted(_uncovered(found), key=lambda match: match.start)


def whole(words: str) -> Iterator[PlatformText]:
    """The texts that a short text is as a whole, such as a bare status."""
    if len(words) <= SHORT_TEXT:
        for text in TEXTS.values():
            if any(pattern.fullmatch(words) for pattern in _patterns(text.whole)):
                yield text


def line(told: str) -> Iterator[PlatformText]:
    """The texts that stand alone in one line of a log."""
    told = told.strip()
    if len(told) <= SHORT_TEXT:
        for text in TEXTS.values():
            if any(pattern.fullmatch(told) for pattern in _patterns(text.lines)):
                yield text


@cache
def templates() -> tuple[Template, ...]:
    """Those of all texts that can be searched for: a common word alone, such as a status, cannot."""
    made = (_template(text, shown) for text in TEXTS.values() for shown in (*text.shown, *text.also))
    return tuple(template for template in made if not COMMON_WORD.fullmatch(template.shown))


def _template(text: PlatformText, shown: str) -> Template:
    words = plain(HOLE.sub(rf"{MARK}\1{MARK}", shown)).split(" ")
    while words[0].count(MARK) == 2 and words[0].strip(MARK).isidentifier() and len(words) > 1:  # noqa: PLR2004
        words = words[1:]  # a hole at the beginning holds nothing down
    used: set[str] = set()
    parts = [_pattern(word, used, is_last=number == len(words) - 1) for number, word in enumerate(words)]
    pattern = re.compile(rf"(?<!\S){' '.join(parts)}(?!\S)", re.IGNORECASE)
    fixed = max((" ".join(words).lower().split(MARK)[::2]), key=len).strip()
    return Template(text=text, shown=shown, pattern=pattern, anchor=fixed, weight=len(plain(HOLE.sub("", shown))))


def _pattern(word: str, used: set[str], *, is_last: bool) -> str:
    """One word of a template as a pattern."""
    pieces = word.split(MARK)
    alone = len(pieces) == 3 and not pieces[0] and not pieces[2]  # noqa: PLR2004 - before, name, after
    inside = (ONE_WORD if is_last else SOME_WORDS) if alone else PART_OF_A_WORD
    made = ""
    for number, piece in enumerate(pieces):
        if number % 2 == 0:
            made += re.escape(piece)
        else:
            made += f"(?P<{piece}>{inside})" if piece not in used else f"(?:{inside})"
            used.add(piece)
    return made


def _uncovered(found: list[Match]) -> Iterator[Match]:
    """The best match of each text, unless a heavier one of another text lies over the same words."""
    best: dict[str, Match] = {}
    for match in found:
        code = match.template.text.code
        if code not in best or match.template.weight > best[code].template.weight:
            best[code] = match
    for match in best.values():
        others = (other for other in best.values() if other.template.weight > match.template.weight)
        if not any(other.start <= match.start and match.end <= other.end for other in others):
            yield match


@cache
def _patterns(written: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in written)
