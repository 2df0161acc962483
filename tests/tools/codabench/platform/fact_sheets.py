"""What the site has against the answers to a competition's fact sheet."""

from __future__ import annotations

from typing import Any

Questions = dict[str, dict[str, Any]]


def fact_sheet_error(questions: Questions, answers: dict[str, Any] | None) -> str | None:
    """The first complaint; no answers at all are never one."""
    if not answers:
        return None
    if set(answers) != set(questions):
        return "Fact Sheet keys do not match Answer keys"
    complaints = (_complaint(questions[key], key, value) for key, value in answers.items())
    return next((complaint for complaint in complaints if complaint), None)


def _complaint(question: dict[str, Any], key: str, value: Any) -> str | None:
    selection = question.get("selection")
    if not selection and not isinstance(value, str):
        return f"{value} should be string not {type(value)}"
    if selection and value not in selection:
        return f"{key}: {value} is not a valid selection from {question}"
    if not value and question.get("is_required") == "true":
        return f"{question['title']}({key}) requires an answer"
    return None
