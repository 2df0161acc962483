"""From what the platform showed to what it means: the likely texts, the cause before what followed from it.

`diagnose` and `diagnose_log` never come back empty: a text that is not known gives what resembles it, marked as a
guess, or where to look.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tools.bundle.document import printable
from tools.explain import matching
from tools.explain.matching import Match
from tools.explain.pasted import Pasted, pasted, plain
from tools.explain.platform_text import PlatformText, Program
from tools.explain.resembling import alike, cut_off
from tools.explain.texts import TEXTS
from tools.explain.tracebacks import ALONE, SUBMISSION, Raised, program_of, tracebacks

MOST = 5
LONGEST_SHOWN, LONGEST_RAISED = 300, 1000
HALF, MOST_LIKE = 0.5, 0.99
RAISED_BY: dict[Program | None, str] = {
    "worker": "SRV019",
    "submission": "SRV095",
    "ingestion": "SRV096",
    "scoring": "SRV097",
    None: "SRV096",
}
NO_TEXT = "SRV026"
SUBMISSION_LOG = "SRV095"


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """One text that was recognised: the line it was recognised by, and what is the user's own in it.

    `is_guess` says that it only resembles it, and `likeness` how much (0 to 1; 1 for one that was recognised).
    `where` is `member:line` of the submission and `code` that line, where the log names them.
    """

    text: PlatformText
    matched: str
    parts: dict[str, str] = field(default_factory=dict)
    is_guess: bool = False
    likeness: float = 1.0
    where: str | None = None
    code: str | None = None


def diagnose(text: str | bytes) -> tuple[Diagnosis, ...]:
    """What a text means that the platform showed, or a log of which nobody knows the name."""
    return diagnose_log("", text)


def diagnose_log(name: str, text: str | bytes) -> tuple[Diagnosis, ...]:
    """What a log means, most likely cause first. `name` is the platform's for it, such as scoring_stderr."""
    told = pasted(text)
    program = program_of(name)
    raised = tracebacks(told.lines, program)
    found = [*_of_tracebacks(raised), *_of_lines(_outside(told, raised), program)]
    if not any(one.text.harmless is False for one in found):
        found = [*_of_short(told), *found] or [Diagnosis(text=TEXTS[NO_TEXT], matched="", is_guess=True, likeness=0.0)]
    if program == "submission" and told.plain and not any(one.text.code == SUBMISSION_LOG for one in found):
        found.insert(0, Diagnosis(text=TEXTS[SUBMISSION_LOG], matched=_shown(told.lines[told.line_at(0)])))
    return tuple(sorted(_once(found), key=_order)[:MOST])


def _order(one: Diagnosis) -> tuple[bool, bool]:
    """What followed after its cause, what means nothing last; else the order in which they were found."""
    return one.text.harmless, one.text.follows and not one.is_guess


def _once(found: list[Diagnosis]) -> Iterator[Diagnosis]:
    """Each text once; those that mean nothing only where there is nothing else."""
    seen = set()
    is_all_harmless = all(one.text.harmless for one in found)
    for one in found:
        if one.text.code not in seen and (is_all_harmless or not one.text.harmless):
            seen.add(one.text.code)
            yield one


def _outside(told: Pasted, raised: Sequence[Raised]) -> Pasted:
    """The lines that belong to no traceback for certain."""
    inside = {number for one in raised for number in range(one.start, one.said + 1)}
    return Pasted(lines=tuple(line for number, line in enumerate(told.lines) if number not in inside))


def _of_tracebacks(raised: Sequence[Raised]) -> Iterator[Diagnosis]:
    """What was raised, the last first: an exception with a text of its own, else its program's general one."""
    for last in reversed(raised):
        for one in (last, *reversed(last.causes)):
            if match := _heaviest(plain(one.told), last.program):
                yield _diagnosis(match, one)
                break
        else:
            yield _diagnosis(TEXTS[RAISED_BY[last.program]], last)


def _heaviest(words: str, program: Program | None) -> Match | None:
    """Of the templates in an exception's text the one with the most fixed letters."""
    found = [match for match in matching.search(words, program) if not match.template.text.harmless]
    return max(found, key=lambda match: match.template.weight, default=None)


def _diagnosis(found: Match | PlatformText, raised: Raised) -> Diagnosis:
    frame = raised.yours
    return Diagnosis(
        text=found.template.text if isinstance(found, Match) else found,
        matched=_shown(raised.told.partition("\n")[0]),
        parts={name: printable(part) for name, part in found.parts.items()} if isinstance(found, Match) else {},
        where=printable(f"{frame.file.removeprefix(SUBMISSION)}:{frame.line}") if frame else None,
        code=_shown(frame.code) if frame and frame.code else None,
    )


def _of_lines(told: Pasted, program: Program | None) -> Iterator[Diagnosis]:
    """Texts that stand anywhere, the heaviest first."""
    found = matching.search(told.plain, program)
    for match in sorted(found, key=lambda match: -match.template.weight):
        line = told.lines[told.line_at(match.start)]
        parts = {name: printable(part) for name, part in match.parts.items()}
        yield Diagnosis(text=match.template.text, matched=_shown(line), parts=parts)
    for line in dict.fromkeys(told.lines):
        for text in matching.line(line):
            yield Diagnosis(text=text, matched=_shown(line))


def _of_short(told: Pasted) -> Iterator[Diagnosis]:
    """A bare status, a text that was cut off, or an exception that nobody knows, in a few words."""
    words, line = told.plain, _shown(" ".join(told.lines))
    exact = list(matching.whole(words))
    held, is_sure = ((), False) if exact else cut_off(words)
    yield from (Diagnosis(text=text, matched=line) for text in (*exact, *(held if is_sure else ())))
    if exact or is_sure:
        return
    alone = [line for line in told.lines if ALONE.fullmatch(line.strip()[:LONGEST_RAISED])]
    if alone:
        yield Diagnosis(text=TEXTS[RAISED_BY[None]], matched=_shown(alone[-1]), is_guess=True, likeness=HALF)
    yield from (Diagnosis(text=text, matched=line, is_guess=True, likeness=HALF) for text in held)
    for text, likeness in alike(words):
        yield Diagnosis(text=text, matched=line, is_guess=True, likeness=round(min(likeness, MOST_LIKE), 2))


def _shown(line: str) -> str:
    """A line as it may go to a terminal, cut where it is long."""
    told = printable(line.strip().expandtabs(1))
    return told if len(told) <= LONGEST_SHOWN else f"{told[:LONGEST_SHOWN]}..."
