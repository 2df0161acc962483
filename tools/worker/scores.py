"""What the worker reads as scores, and what the server stores and shows of them (codabench.md 1.10).

The server's field is Django's DecimalField(20, 10) on PostgreSQL: a bool is stored as 1 or 0, numbers are rounded half
away from zero to ten decimals.
"""

import decimal
import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tools.bundle import Column
from tools.worker.status import SCORES_NOT_FOUND, SCORES_NOT_JSON, SubmissionError, UncaughtError

CONTEXT = decimal.Context(prec=20)
WIDE = decimal.Context(prec=40, rounding=decimal.ROUND_HALF_UP)
TEN_PLACES = decimal.Decimal("1e-10")
INTEGER_DIGITS = 10
MOST_VALUES = 1_000_000
NOT_FINITE = "InvalidJSONError: Out of range float values are not JSON compliant"
COMPUTATIONS: dict[str, Callable[[list[decimal.Decimal]], decimal.Decimal]] = {
    "sum": lambda values: sum(values, decimal.Decimal(0)),
    "avg": lambda values: sum(values, decimal.Decimal(0)) / len(values),
    "min": min,
    "max": max,
}


@dataclass(frozen=True, kw_only=True)
class Stored:
    """What the server keeps: the text of ten decimals by column key. `complaint` says where it stopped, and why."""

    scores: dict[str, str]
    complaint: str | None = None


def read_scores(output: Path) -> Any:
    """What scores.json holds, or else scores.txt (YAML).

    Raises SubmissionError where the worker says so, UncaughtError where it only stumbles: text that is no YAML, or
    bytes that are no text.
    """
    try:
        if (output / "scores.json").exists():
            return json.loads((output / "scores.json").read_text("utf-8"))
        if (output / "scores.txt").exists():
            return yaml.safe_load((output / "scores.txt").read_text("utf-8"))
    except json.JSONDecodeError as error:
        raise SubmissionError(SCORES_NOT_JSON.format(error.msg)) from error
    except (yaml.YAMLError, ValueError, OSError, RecursionError) as error:
        raise UncaughtError(f"{type(error).__name__}: {error}") from error
    raise SubmissionError(SCORES_NOT_FOUND)


def demand_bounded(scores: Any) -> None:
    """Raise UncaughtError where YAML's aliases make the scores endless, or larger than anything could send."""
    sizes: dict[int, int] = {}

    def size(value: Any) -> int:
        if not isinstance(value, dict | list):
            return 1
        if id(value) in sizes:
            if sizes[id(value)] < 0:
                raise UncaughtError("ValueError: Circular reference detected")
            return sizes[id(value)]
        sizes[id(value)] = -1
        inner = value.values() if isinstance(value, dict) else value
        sizes[id(value)] = 1 + sum(map(size, inner))
        return sizes[id(value)]

    try:
        if size(scores) > MOST_VALUES:
            raise UncaughtError(f"the scores hold more than {MOST_VALUES} values")
    except RecursionError as error:
        raise UncaughtError("RecursionError: the scores are nested too deep") from error


def demand_sendable(scores: Any) -> None:
    """Raise UncaughtError where NaN or infinity is anywhere among the scores: the worker cannot send them."""
    waiting = [scores]
    while waiting:
        value = waiting.pop()
        if isinstance(value, float) and not math.isfinite(value):
            raise UncaughtError(NOT_FINITE)
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def store(scores: Any, columns: Sequence[Column]) -> Stored:
    """Store scores as the server does: unknown keys are ignored, and the first bad value ends it.

    Columns with a computation are computed after each score, from those of their columns that have one.
    """
    if not isinstance(scores, dict):
        return Stored(scores={}, complaint=f"the scores are {type(scores).__name__}, an object of keys is wanted")
    by_key = {column.key: column for column in columns}
    kept: dict[str, decimal.Decimal] = {}
    complaint = None
    for key, value in scores.items():
        if key not in by_key:
            continue
        number = _decimal(value)
        if number is None or number.adjusted() >= INTEGER_DIGITS:
            complaint = f"{key} is {value!r:.80}, a number of at most {INTEGER_DIGITS} integer digits is wanted"
            break
        kept[key] = number.quantize(TEN_PLACES, context=WIDE)
        _compute(kept, columns)
    return Stored(scores={key: f"{number:f}" for key, number in kept.items()}, complaint=complaint)


def _compute(kept: dict[str, decimal.Decimal], columns: Iterable[Column]) -> None:
    """Fill the computed columns in, each from the stored scores of the columns it names by index."""
    by_index = {column.index: column.key for column in columns}
    for column in columns:
        if column.computation is None:
            continue
        keys = (by_index.get(index) for index in column.computation_indexes)
        values = [kept[key] for key in keys if key in kept]
        if values:
            kept[column.key] = COMPUTATIONS[column.computation](values).quantize(TEN_PLACES, context=WIDE)


def _decimal(value: Any) -> decimal.Decimal | None:
    if not isinstance(value, bool | int | float | str):
        return None
    try:
        number = CONTEXT.create_decimal_from_float(value) if isinstance(value, float) else decimal.Decimal(value)
    except (decimal.InvalidOperation, ValueError):
        return None
    return number if number.is_finite() else None


def shown(stored: dict[str, str], columns: Sequence[Column]) -> dict[str, str]:
    """The visible columns as the leaderboard prints them: {title: text}, n/a where there is no score."""
    return {
        column.title: str(round(float(stored[column.key]), column.precision)) if column.key in stored else "n/a"
        for column in columns
        if not column.hidden
    }
