"""Text whose further lines are indented below its first, on any width of terminal; rich itself wraps to the margin."""

from rich.console import Console
from rich.text import Text

LEAST_WIDTH, MOST_WIDTH = 30, 120


def line_width(console: Console) -> int:
    """The columns to write in: lines stay readable on a wide terminal, and legible on a tiny one."""
    return min(max(console.width, LEAST_WIDTH), MOST_WIDTH)


def print_hanging(console: Console, text: Text, *, hang: int) -> None:
    """Print a text whose further lines begin in column `hang`."""
    width = line_width(console) - hang
    first, *others = text.split("\n", allow_blank=True)
    head = first[:hang]
    wrapped = [line for part in (first[hang:], *others) for line in part.wrap(console, width)]
    for number, line in enumerate(wrapped):
        line.rstrip()
        console.print((head if number == 0 else Text(" " * hang)) + line, soft_wrap=True)


def print_fact(console: Console, label: str, text: str, *, width: int = 8, style: str = "") -> None:
    """A label and its text beside it; nothing where there is no text. `width` is the label's."""
    if text:
        told = Text.assemble((f"{label:<{width}}", "dim"), (text, style))
        print_hanging(console, Text("  ") + told, hang=2 + width)
