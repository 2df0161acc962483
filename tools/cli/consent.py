"""What an upload asks the user: answers to the competition's fact sheet, and whether to spend the last submission."""

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import typer

from tools.cli.platform import local_time, shown

if TYPE_CHECKING:
    from tools.codabench.answers import Question
    from tools.codabench.sending.preflight import Asked


def given_answers(given: list[str] | None) -> dict[str, str]:
    """The answers of --answer by their keys."""
    from tools.errors import UsageError

    for one in given or ():
        if "=" not in one:
            raise UsageError(f"--answer {one!r:.80} has no =", "write it as KEY=VALUE")
    return dict(one.split("=", 1) for one in given or ())


def all_answers(sheet: "Mapping[str, Question]", given: Mapping[str, str]) -> dict[str, str]:
    """The given answers, and on a terminal those that are asked for."""
    answers = dict(given)
    if sys.stdin is not None and sys.stdin.isatty():
        for key, question in sheet.items():
            if key not in answers:
                choices = f" [{', '.join(question.selection)}]" if question.selection else ""
                empty = None if question.is_required else ""
                answers[key] = typer.prompt(f"{shown(question.title or key)}{shown(choices)}", default=empty, err=True)
    return answers


def require_consent(asked: "Asked", *, yes: bool) -> None:
    """Ask before the last submission of the day, or of all, is spent. Raises KitError where that is not wanted."""
    from tools.cli.asking import is_asked
    from tools.codabench.competition.limits import left, reopens
    from tools.errors import RefusedError
    from tools.history import utc_now

    assert asked.phase is not None
    there = left(asked.phase)
    if asked.found or yes or there.least != 1:
        return
    which = (
        "the last one of all"
        if there.in_all == 1
        else f"today's last; the limit reopens {local_time(reopens(utc_now()))}"
    )
    told = f"this submission to {shown(asked.phase.name)} is {which}"
    if not is_asked(f"{told}. Send it?"):
        raise RefusedError(f"{told}; nothing was sent", "--yes sends it without asking")
