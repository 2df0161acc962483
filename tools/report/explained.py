"""Explanations for people: the page of a code, and what a text of the platform means."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from tools.bundle.document import printable
from tools.checks import CATALOGUE, Check
from tools.explain.diagnosis import Diagnosis
from tools.explain.document import COMMANDS
from tools.explain.lookup import texts_of
from tools.explain.platform_text import Cause, Helps, PlatformText, Whose
from tools.explain.reading import LOGS
from tools.explain.texts import TEXTS
from tools.report.hanging import print_fact, print_hanging
from tools.report.text import COLOURS

CODE_COLUMN = 8
FEW = 4
WHOSE = {
    Whose.YOU: ("yours", "bold yellow"),
    Whose.ORGANISER: ("the organiser's", "bold magenta"),
    Whose.PLATFORM: ("the platform's", "bold cyan"),
    Whose.NOBODY: ("nobody's", "bold green"),
}
HELPS = {Helps.YES: "yes", Helps.LATER: "later", Helps.NO: "no"}


def print_codes(console: Console, codes: Sequence[str]) -> None:
    """The whole page of one code, or of a few; a line for each of many."""
    if len(codes) <= FEW:
        for code in codes:
            print_check(console, CATALOGUE[code]) if code in CATALOGUE else print_text(console, TEXTS[code])
            console.print()
        return
    for code in codes:
        title = CATALOGUE[code].title if code in CATALOGUE else TEXTS[code].title
        print_hanging(console, Text.assemble((f"{code:<{CODE_COLUMN}}", "bold"), printable(title)), hang=CODE_COLUMN)


def print_check(console: Console, entry: Check) -> None:
    """The page of a code of the catalogue."""
    level = (f"  {entry.level.value}", COLOURS[entry.level])
    print_hanging(console, Text.assemble((entry.code, "bold"), level, f"  {entry.title}"), hang=CODE_COLUMN)
    print_fact(console, "found", f"by {', '.join(COMMANDS[entry.stage])}")
    label = "why"
    for paragraph in entry.why.split("\n\n"):
        print_fact(console, label, paragraph.replace("\n", " "))
        label = ""
    label = "shown"
    for text in texts_of(entry.code)[:FEW]:
        print_fact(console, label, f"{text.code}  {text.shown[0]}")
        label = ""
    print_fact(console, "fix", entry.fix, style="bold")
    print_fact(console, "source", entry.source, style="dim")


def print_text(console: Console, text: PlatformText) -> None:
    """The page of a text of the platform."""
    _print_head(console, text)
    label = "shown"
    for shown in text.shown:
        print_fact(console, label, shown)
        label = ""
    _print_meaning(console, text)


def print_diagnoses(console: Console, found: Sequence[Diagnosis]) -> None:
    """What was pasted means, most likely first. What is only a guess says so."""
    like = [one for one in found if one.likeness > 0]
    if not like:
        console.print("nothing that the kit knows resembles it", style="yellow", markup=False)
        print_fact(console, "run", "\n".join(run for one in found for run in one.text.run), style="bold")
    elif all(one.is_guess for one in like):
        told = "not a text that the kit knows; a guess, by what it resembles:"
        console.print(f"{told}\n", style="yellow", markup=False)
    for one in like:
        _print_head(console, one.text, is_guess=one.is_guess)
        print_fact(console, "seen", one.matched)
        if one.where:
            print_fact(console, "where", f"{one.where}  {one.code or ''}".rstrip())
        print_fact(console, "with", ", ".join(f"{name} {part}" for name, part in one.parts.items()))
        _print_meaning(console, one.text)
        console.print()
    if all(one.is_guess or one.text.follows for one in found):
        print_fact(
            console, "logs", f"read them in this order, the first with a traceback tells the cause: {', '.join(LOGS)}"
        )


def _print_head(console: Console, text: PlatformText, *, is_guess: bool = False) -> None:
    mark = ("  perhaps", "yellow") if is_guess else ""
    print_hanging(console, Text.assemble((text.code, "bold"), mark, f"  {text.title}"), hang=CODE_COLUMN)
    print_fact(console, "in", text.place.value)


def _print_meaning(console: Console, text: PlatformText) -> None:
    label = "causes"
    for number, cause in enumerate(text.causes, start=1):
        _print_cause(console, label, number, cause)
        label = ""
    print_fact(console, "resend", f"{HELPS[text.again.helps]}: {text.again.note}")
    print_fact(console, "run", "\n".join(text.run), style="bold")
    print_fact(console, "source", text.source, style="dim")


def _print_cause(console: Console, label: str, number: int, cause: Cause) -> None:
    whose, style = WHOSE[cause.whose]
    told = Text.assemble("  ", (f"{label:<8}", "dim"), f"{number}. ", (whose, style), f": {cause.text}")
    print_hanging(console, told, hang=13)
    for code in cause.codes:
        if entry := CATALOGUE.get(code):
            print_hanging(console, Text.assemble(" " * 13, (f"{code}  ", "dim"), (entry.title, "dim")), hang=21)
