"""What a sweep will try: a recipe, its axes and their combinations, and what makes it the same sweep again."""

import itertools
import json
import random
from dataclasses import dataclass, replace
from typing import Any

from training.errors import InputError
from training.options import require_weights
from training.recipes.recipe import Recipe
from training.sweep.axis import Axis, Value, text

MOST = 10_000
"""Combinations of a grid; nobody trains so many, and a list of more would only fill memory."""
DRAWN = 20
"""Trials of a sweep with a range, where no number is given."""
Point = dict[str, Value]
"""A value for each swept field."""


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """A sweep. Raises InputError, with the recipe's own sentence, where values make no sense together."""

    recipe: Recipe
    axes: tuple[Axis, ...]
    data_sha256: str
    trials: int | None = None
    """How many at most; None: every combination or, with a range, DRAWN. Not part of what makes the sweep this one."""
    epochs: int | None = None
    """At most so many in each phase of a trial, not the recipe's."""
    seed: int = 0
    """Of every trial, and of what is drawn from ranges."""
    fractions: tuple[float, float, float] = (0.64, 0.16, 0.2)
    weights: str | None = None
    """Of every trial, as training.options says."""

    def __post_init__(self) -> None:
        """Check the values together, before the first trial."""
        if self.epochs is not None and any(axis.field == "epochs" for axis in self.axes):
            raise InputError("epochs is swept, and --epochs sets it", "leave one of the two out")
        if not self.fractions[1]:
            raise InputError(
                "the split has no validation images, by which a sweep chooses: the test images are never chosen by",
                "give three shares: --split 64/16/20",
            )
        combinations = 1
        for axis in self.axes:
            combinations *= len(axis.corners)
        if combinations > MOST:
            raise InputError(f"the lists make {combinations:,} combinations, at most {MOST:,}", "list fewer values")
        for corner in self._combinations():
            require_weights(self.varied(corner), self.weights)

    @property
    def is_grid(self) -> bool:
        """Whether every axis is a list: then the trials are the lists' combinations; else they are drawn."""
        return all(axis.is_list for axis in self.axes)

    @property
    def varied_axes(self) -> tuple[Axis, ...]:
        """The axes by which the trials differ; all of them where none does."""
        return tuple(axis for axis in self.axes if axis.is_varied) or self.axes

    @property
    def wanted(self) -> int:
        """The number of trials."""
        if not self.is_grid:
            return self.trials or DRAWN
        return min(self.trials or MOST, len(self.grid()))

    def grid(self) -> list[Point]:
        """The combinations in the order of the lists; where only some are wanted, in an order drawn by the seed."""
        points = self._combinations()
        if self.trials is not None and self.trials < len(points):
            random.Random(self.seed).shuffle(points)  # noqa: S311 - an order to try in, no secret
        return points

    def varied(self, point: Point) -> Recipe:
        """The recipe with these values. Raises InputError where they make no sense together."""
        try:
            return replace(self.recipe, **point)
        except ValueError as error:
            told = ", ".join(f"{field}={text(value)}" for field, value in point.items())
            raise InputError(f"with {told}: {error}", "change --set, so that every combination makes sense") from error

    def _combinations(self) -> list[Point]:
        """Of the lists' values and the ranges' ends."""
        fields = [axis.field for axis in self.axes]
        return [
            dict(zip(fields, corner, strict=True))
            for corner in itertools.product(*(axis.corners for axis in self.axes))
        ]

    @property
    def identity(self) -> dict[str, Any]:
        """What may not change when the sweep goes on, as JSON keeps it."""
        facts = {
            "recipe": self.recipe.name,
            "settings": self.recipe.settings,
            "fields": {axis.field: axis.spelled for axis in self.axes},
            "data_sha256": self.data_sha256,
            "epochs": self.epochs,
            "seed": self.seed,
            "split": self.fractions,
            "weights": self.weights,
        }
        kept: dict[str, Any] = json.loads(json.dumps(facts))
        return kept


def differences(then: dict[str, Any], now: dict[str, Any], within: str = "") -> list[str]:
    """What tells two identities apart, as `name: the one's value there, the other's now`, inner values by their own."""
    told = []
    for name in dict.fromkeys([*then, *now]):
        one, other = then.get(name), now.get(name)
        if isinstance(one, dict) and isinstance(other, dict):
            told += differences(one, other, f"{name} ")
        elif one != other:
            told.append(f"{within}{name}: {one!r} there, {other!r} now")
    return told
