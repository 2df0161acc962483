"""A field of a recipe and the values that a sweep tries for it, from `FIELD=V1,V2,...` or `FIELD=LOW..HIGH`."""

import difflib
import math
import types
import typing
from dataclasses import dataclass, fields
from typing import Any

from optuna.trial import Trial

from training.errors import InputError
from training.recipes.recipe import Recipe

RATES = ("learning_rate", "fine_tuning_rate", "weight_decay", "l1", "l2")
"""Fields that are compared by factors: a range of theirs is drawn from, and shown, by its logarithm."""
NEVER = ("name", "summary")
RANGE = ".."
NONE = "none"
DIGITS = 3
"""Significant digits of a number drawn from a range: more would promise what no trial can tell apart."""
Value = Any
"""What a field of a recipe holds: text, a number, a truth value, a tuple of int, or None."""


@dataclass(frozen=True, kw_only=True)
class Axis:
    """Either `choices`, in the order given, or a range from `low` to `high`, both tried too."""

    field: str
    choices: tuple[Value, ...] = ()
    low: float | None = None
    high: float | None = None

    @property
    def is_list(self) -> bool:
        """Whether the values are given one by one."""
        return bool(self.choices)

    @property
    def is_varied(self) -> bool:
        """Whether there is more than one value; a single one only changes the recipe."""
        return len(self.corners) > 1

    @property
    def is_logarithmic(self) -> bool:
        """Whether factors count, not differences: a rate, its values all positive numbers."""
        return self.field in RATES and all(isinstance(one, float | int) and one > 0 for one in self.corners)

    @property
    def corners(self) -> tuple[Value, ...]:
        """The choices, or both ends of the range: where these make sense, so does what lies between."""
        return self.choices or (self.low, self.high)

    def draw(self, trial: Trial) -> None:
        """Let Optuna draw a value of the axis; choices stand there as text, which its storage keeps."""
        if self.low is None or self.high is None:
            trial.suggest_categorical(self.field, [text(one) for one in self.choices])
        elif isinstance(self.low, int) and isinstance(self.high, int):
            trial.suggest_int(self.field, self.low, self.high)
        else:
            trial.suggest_float(self.field, self.low, self.high, log=self.is_logarithmic)

    def stored(self, value: Value) -> float | str:
        """A value as Optuna keeps it."""
        return text(value) if self.is_list else value

    def value(self, drawn: float | str) -> Value:
        """The recipe's value of what Optuna drew."""
        if isinstance(drawn, str):
            return next(one for one in self.choices if text(one) == drawn)
        if self.low is None or self.high is None or isinstance(drawn, int):
            return drawn
        return min(max(float(f"{drawn:.{DIGITS}g}"), self.low), self.high)

    def holds(self, value: Value) -> bool:
        """Whether the value is one of those that may be drawn."""
        if self.is_list:
            return value in self.choices
        return isinstance(value, float | int) and typing.cast(float, self.low) <= value <= typing.cast(float, self.high)

    @property
    def spelled(self) -> str:
        """The values as the command line takes them."""
        return ",".join(map(text, self.choices)) if self.is_list else f"{text(self.low)}{RANGE}{text(self.high)}"


def parse(words: list[str]) -> tuple[Axis, ...]:
    """Read `FIELD=...` words. Raises InputError: no such field, one given twice, or values that are not of its kind."""
    axes = tuple(_axis(word) for word in words)
    names = [axis.field for axis in axes]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise InputError(f"--set gives {twice[0]} twice", f"give all its values at once: --set {twice[0]}=A,B,C")
    if not axes:
        raise InputError("the sweep has no field to change", "give one or more: --set learning_rate=1e-4..1e-2")
    return axes


def text(value: Value) -> str:
    """A value as the command line takes it: 32-64-128 for a tuple, `none` for None and for an empty tuple."""
    if isinstance(value, tuple):
        return "-".join(map(str, value)) or NONE
    if isinstance(value, bool):
        return str(value).lower()
    return NONE if value is None else str(value)


def _axis(word: str) -> Axis:
    field, equals, given = word.partition("=")
    field, given = field.strip().replace("-", "_"), given.strip()
    known = [one.name for one in fields(Recipe) if one.name not in NEVER]
    if field not in known:
        near = difflib.get_close_matches(field, known, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise InputError(f"a recipe has no field {field!r} to sweep", f"{hint}the fields are: {', '.join(known)}")
    if not equals or not given:
        raise InputError(f"--set {word!r} gives no values", f"write --set {field}=A,B or --set {field}=LOW..HIGH")
    if RANGE in given:
        return _range(field, given)
    values = [_read(field, one.strip()) for one in given.split(",")]
    return Axis(field=field, choices=tuple(dict.fromkeys(values)))


def _range(field: str, given: str) -> Axis:
    """LOW..HIGH of a numeric field."""
    begin, _, end = given.partition(RANGE)
    if not kinds(field) & {int, float}:
        raise InputError(f"{field} is no number and has no range, got {given!r}", f"list values: --set {field}=A,B")
    low, high = _read(field, begin), _read(field, end)
    if low is None or high is None or low >= high:
        raise InputError(f"the range of {field} must rise, got {given!r}", f"write --set {field}=LOW..HIGH")
    return Axis(field=field, low=low, high=high)


def kinds(field: str) -> set[type]:
    """The types that a recipe's field may have, `tuple` for a tuple of int."""
    hint = typing.get_type_hints(Recipe)[field]
    members = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    return {typing.get_origin(one) or one for one in members}


def _read(field: str, word: str) -> Value:
    """One value of a field, of the field's type. Raises InputError."""
    wanted = kinds(field)
    if word.lower() == NONE and wanted & {types.NoneType, tuple}:
        return None if types.NoneType in wanted else ()
    try:
        return _of_kind(wanted, word)
    except ValueError as error:
        raise InputError(f"{field} takes {_described(wanted)}, got {word!r}", f"mend --set {field}=...") from error


def _of_kind(wanted: set[type], word: str) -> Value:
    """Raises ValueError where the word is no value of these types."""
    if tuple in wanted:
        return tuple(int(part) for part in word.split("-"))
    if bool in wanted:
        return {"true": True, "false": False}[word.lower()] if word.lower() in ("true", "false") else _refuse(word)
    if int in wanted:
        return int(word)
    if float in wanted:
        number = float(word)
        return number if math.isfinite(number) else _refuse(word)
    return word or _refuse(word)


def _refuse(word: str) -> typing.NoReturn:
    raise ValueError(word)


def _described(wanted: set[type]) -> str:
    names = {tuple: "widths such as 32-64-128", bool: "true or false", int: "a whole number", float: "a number"}
    told = next((name for kind, name in names.items() if kind in wanted), "a word")
    return f"{told} or {NONE}" if wanted & {types.NoneType, tuple} else told
