"""What the worker reads as scores, and what the server stores and shows of them (codabench.md 1.10)."""

import decimal
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tools.worker.bundle import Column

NOT_FOUND = "Could not find scores file, did the scoring program output it?"
NOT_JSON = "Could not decode scores json properly, it contains an error.\n{}"
CONTEXT = decimal.Context(prec=20)
TEN_PLACES = decimal.Decimal("1e-10")
INTEGER_DIGITS = 10


class ScoresError(Exception):
    """What the worker would end the submission with; its text is the platform's `status_details`."""


@dataclass(frozen=True, kw_only=True)
class Stored:
    """What the server keeps: the text of ten decimals by column key. `complaint` says where it stopped, and why."""

    scores: dict[str, str]
    complaint: str | None = None


def read_scores(output: Path) -> Any:
    """What scores.json holds, or else scores.txt (YAML). Raises ScoresError as the worker does."""
    try:
        if (output / "scores.json").is_file():
            return json.loads((output / "scores.json").read_text("utf-8"))
        if (output / "scores.txt").is_file():
            return yaml.safe_load((output / "scores.txt").read_text("utf-8"))
    except json.JSONDecodeError as error:
        raise ScoresError(NOT_JSON.format(error.msg)) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ScoresError(NOT_JSON.format(error)) from error
    raise ScoresError(NOT_FOUND)


def store(scores: Any, columns: Sequence[Column]) -> Stored:
    """Store scores as the server does: unknown keys are ignored, and the first bad value ends it."""
    if not isinstance(scores, dict):
        return Stored(scores={}, complaint=f"the scores are {type(scores).__name__}, an object of keys is wanted")
    if any(isinstance(value, float) and not math.isfinite(value) for value in scores.values()):
        return Stored(scores={}, complaint="NaN or infinity among the scores: the worker cannot send them")
    known = {column.key for column in columns}
    kept: dict[str, str] = {}
    for key, value in scores.items():
        if key not in known:
            continue
        number = _decimal(value)
        if number is None or number.adjusted() >= INTEGER_DIGITS:
            return Stored(scores=kept, complaint=f"{key} is {value!r}, a number of at most 10 integer digits is wanted")
        kept[key] = f"{number.quantize(TEN_PLACES):f}"
    return Stored(scores=kept)


def _decimal(value: Any) -> decimal.Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = CONTEXT.create_decimal_from_float(value) if isinstance(value, float) else CONTEXT.create_decimal(value)
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
