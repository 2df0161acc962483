"""Texts that were cut off, quoted in part or told in other words: which ones they may be."""

import math
import re
from collections import Counter
from functools import cache

from tools.explain.matching import HOLE, Template, templates
from tools.explain.pasted import plain
from tools.explain.platform_text import PlatformText
from tools.explain.texts import TEXTS

LONGEST_WORDS, LONGEST_LETTERS = 40, 400
FEWEST_LETTERS = 9
FEWEST_WORDS = 3
AHEAD = 3
WIDEST_HOLE = 12
LEAST_LIKENESS = 0.3
MOST = 3
LETTERS = re.compile(r"[a-z0-9]+")
ENDING = re.compile(r"(?:ing|ed|es|s|e)$")
SHORT_WORD, LONG_WORD = 3, 12
NO_MATTER = re.compile(
    r"a|an|and|are|as|at|be|been|but|by|can|cannot|could|did|do|does|for|from|had|has|have|he|i|in|is|it|its|me|my|"
    r"no|not|now|of|on|or|our|s|says|she|so|t|than|that|the|their|them|then|there|they|this|to|was|we|were|what|when|"
    r"which|who|why|will|with|you|your"
)
PREFIXES = ("submission failed ", "error ", "status details ", "status ", "failed ", "detail ", "reason ")


def cut_off(words: str) -> tuple[tuple[PlatformText, ...], bool]:
    """The texts that hold these plain words as a part: the user interface cut the rest off, or the user did.

    Also whether that is sure: there is only one, and few words before it had to be left out.
    """
    told = words.lower()
    for prefix in PREFIXES:
        told = told.removeprefix(prefix)
    asked = told.split(" ")
    if len(told) < FEWEST_LETTERS or len(asked) > LONGEST_WORDS:
        return (), False
    for ahead in range(max(1, min(AHEAD, len(asked) - FEWEST_WORDS) + 1)):
        rest = asked[ahead:]
        found = [template for template in templates() if _holds(_words(template), rest)]
        if len(rest) == 1:  # a single word, cut in the middle, must be the beginning of one
            found = [template for template in found if _words(template)[0].startswith(told)]
        if found:
            held = tuple({template.text.code: template.text for template in found}.values())
            return held, len(held) == 1 and len(rest) > 2 * ahead
    return (), False


def alike(words: str) -> tuple[tuple[PlatformText, float], ...]:
    """The texts that share most of their rarer words with these, best first, with a likeness from 0 to 1."""
    asked = _stems(words[-LONGEST_LETTERS:])
    if not asked:
        return ()
    likenesses = {}
    for code, forms in _vocabulary().items():
        covered = _weight(asked & frozenset().union(*forms)) / _weight(asked)
        likest = max(2 * _weight(asked & form) / (_weight(asked) + _weight(form)) for form in forms)
        likenesses[code] = (covered + likest) / 2
    ranked = sorted(likenesses.items(), key=lambda pair: -pair[1])[:MOST]
    return tuple((TEXTS[code], likeness) for code, likeness in ranked if likeness >= LEAST_LIKENESS)


@cache
def _words(template: Template) -> tuple[str, ...]:
    """The words of a template, "" for a hole."""
    spoken = plain(HOLE.sub("\ue000", template.shown)).lower()
    return tuple("" if word == "\ue000" else word.partition("\ue000")[0] for word in spoken.split(" "))


def _holds(template: tuple[str, ...], asked: list[str]) -> bool:
    """Whether the words asked for stand in the template one after another, the first and last perhaps cut.

    Most of their letters must be the template's own, not what fills its holes.
    """
    wanted = max(FEWEST_LETTERS, sum(min(len(word), LONG_WORD) for word in asked) / 2)
    held = (_held(template[start:], asked, is_first=True) for start in range(len(template)) if template[start])
    return any(letters is not None and letters >= wanted for letters in held)


def _held(template: tuple[str, ...], asked: list[str], *, is_first: bool = False) -> int | None:
    """How many letters of the words asked for are the template's own, if it begins with them; else None."""
    letters = 0
    for number, word in enumerate(asked):
        if number >= len(template):
            return None
        known = template[number]
        if not known:
            rest, width = asked[number:], min(WIDEST_HOLE, len(asked) - number)
            after = [_held(template[number + 1 :], rest[wide:]) for wide in range(1, width + 1)]
            most = max((held for held in after if held is not None), default=None)
            return None if most is None else letters + most
        is_end = known.startswith(word) and number == len(asked) - 1
        is_start = known.endswith(word) and number == 0 and is_first and len(asked) > 1
        if known != word and not is_end and not is_start:
            return None
        letters += len(word)
    return letters


@cache
def _vocabulary() -> dict[str, tuple[frozenset[str], ...]]:
    """The words of every form, of the title and of each cause, by code."""
    told = {
        code: (*text.shown, *text.also, text.title, *(cause.text for cause in text.causes))
        for code, text in TEXTS.items()
    }
    return {code: tuple(_stems(HOLE.sub(" ", form)) for form in forms) for code, forms in told.items()}


@cache
def _rarity() -> dict[str, float]:
    """How much a word tells, by how few of the texts have it."""
    known = _vocabulary()
    counts = Counter(word for forms in known.values() for word in frozenset().union(*forms))
    return {word: math.log(len(known) / count) for word, count in counts.items()}


def _stems(words: str) -> frozenset[str]:
    """The words that tell something, without their endings."""
    found = (word for word in LETTERS.findall(words.lower()) if not NO_MATTER.fullmatch(word))
    return frozenset(ENDING.sub("", word) if len(word) > SHORT_WORD else word for word in found)


def _weight(words: frozenset[str]) -> float:
    unknown = math.log(len(TEXTS)) / 2
    return sum(_rarity().get(word, unknown) for word in words)
