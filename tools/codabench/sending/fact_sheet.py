"""The questions that a competition asks with each submission, and whether the answers are what the platform takes.

The platform wants exactly the keys of the sheet, a text each, true or false for a checkbox; a question with a selection
wants one of it, required or not (codabench.md 3.6).
"""

from collections.abc import Mapping
from typing import Any

from tools.codabench.answers import Question

CHECKBOX = "checkbox"
YES, NO = ("true", "yes", "y", "1", "on"), ("false", "no", "n", "0", "off", "")


def prepared(sheet: Mapping[str, Question], given: Mapping[str, str]) -> dict[str, Any]:
    """The answers in the form that is sent; a question that was not answered gets an empty one."""
    return {key: _value(question, given.get(key, "")) for key, question in sheet.items()}


def complaints(sheet: Mapping[str, Question], given: Mapping[str, str]) -> list[str]:
    """What the platform would refuse: one sentence for each answer that is missing, wrong or not asked for."""
    unknown = [
        f"{key} is no question of this competition: it asks {', '.join(sheet) or 'none'}"
        for key in given
        if key not in sheet
    ]
    told = (complaint(key, question, given.get(key, "")) for key, question in sheet.items())
    return unknown + [sentence for sentence in told if sentence is not None]


def complaint(key: str, question: Question, answer: str) -> str | None:
    """What the platform would refuse of one answer, "" for none given; None where it takes it."""
    if question.type == CHECKBOX and answer.strip().lower() not in (*YES, *NO):
        return f"{key} is answered {answer!r}, yes or no is wanted"
    if question.is_required and not _value(question, answer):
        agreed = " with yes" if question.type == CHECKBOX else _choices(question)
        return f"{key} ({question.title}) requires an answer{agreed}"
    if question.type != CHECKBOX and question.selection and answer not in question.selection:
        return f"{key} is {f'answered {answer!r}' if answer else 'not answered'}{_choices(question)}"
    return None


def _choices(question: Question) -> str:
    return f", one of: {', '.join(question.selection)}" if question.selection else ""


def _value(question: Question, answer: str) -> Any:
    if question.type != CHECKBOX:
        return answer
    is_yes = answer.strip().lower() in YES
    return is_yes if question.selection else "true" if is_yes else ""  # without a selection it takes texts alone
