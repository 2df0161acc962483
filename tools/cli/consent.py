"""What an upload asks the user: answers to the competition's fact sheet, and whether to spend the last submission."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import typer

from tools.cli.asking import is_asked, is_terminal
from tools.cli.onward import upload_again
from tools.cli.platform import shown, tell
from tools.codabench.dates import local_time

if TYPE_CHECKING:
    from tools.codabench.answers import Question
    from tools.codabench.sending.preflight import Asked


def given_answers(given: list[str] | None) -> dict[str, str]:
    """The answers of --answer by their keys. Raises UsageError for what is none, and for two to one question."""
    from tools.errors import UsageError

    answers: dict[str, str] = {}
    for one in given or ():
        key, equals, answer = one.partition("=")
        if not equals or not key.strip():
            raise UsageError(f"--answer {one!r:.80} has no {'key' if equals else '='}", "write it as KEY=VALUE")
        if key.strip() in answers:
            raise UsageError(f"--answer {key.strip()!r:.80} is given twice", "give one answer to each question")
        answers[key.strip()] = answer
    return answers


def all_answers(sheet: "Mapping[str, Question]", given: Mapping[str, str], *, yes: bool = False) -> dict[str, str]:
    """The given answers, and those that are asked for on a terminal, unless --yes says to ask nothing."""
    answers = dict(given)
    is_asking = not yes and is_terminal()
    if not is_asking or not set(given) <= set(sheet):
        return answers
    for key, question in sheet.items():
        if key not in answers:
            answers[key] = _asked(key, question)
    return answers


def _asked(key: str, question: "Question") -> str:
    """Ask one question until the platform would take the answer."""
    from tools.codabench.sending.fact_sheet import CHECKBOX, complaint

    is_checkbox = question.type == CHECKBOX
    choices = ("yes", "no") if is_checkbox else question.selection
    told = shown(f"{question.title or key} [{', '.join(choices)}]" if choices else question.title or key)
    default = None if question.is_required or (choices and not is_checkbox) else "no" if is_checkbox else ""
    while True:
        answer = str(typer.prompt(told, default=default, show_default=is_checkbox, err=True))
        wrong = complaint(key, question, answer)
        if wrong is None:
            return answer
        tell(wrong)


def last_one(asked: "Asked") -> str | None:
    """What there is to say of a submission that would be the last of the day, or of all; None for any other."""
    from tools.codabench.competition.limits import left, reopens
    from tools.history import utc_now

    assert asked.phase is not None
    there = left(asked.phase)
    if asked.found or there.least != 1:
        return None
    if there.in_all == 1:
        when = "the last one of all"
    else:
        when = f"today's last; the limit reopens {local_time(reopens(utc_now()))}"
    return f"this submission to {shown(asked.phase.name)} is {when}"


def require_consent(asked: "Asked", *, yes: bool) -> None:
    """Ask before the last submission of the day, or of all, is spent. Raises RefusedError where that is not wanted."""
    from tools.errors import RefusedError

    told = None if yes else last_one(asked)
    if told is None or is_asked(f"{told}. Send it?"):
        return
    if is_terminal():
        raise RefusedError("nothing was sent, as you said", "")
    raise RefusedError(f"{told}; nothing was sent", upload_again(None, "--yes"))
