"""The accuracy of a sweep's trials, by each field that was swept."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from training.figures.sheet import BLUE, GREEN, VERMILLION, plain, save

COLUMNS = 3
WIDE = 9
"""Letters of a category's name that still fit beside the others."""
SPREAD = 0.12
"""How far apart, in categories, the points of one category lie at most, so that none hides another."""


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One field: what each trial had for it."""

    field: str
    values: tuple[Any, ...]
    """A number a trial; where there are `ticks`, one of them."""
    ticks: tuple[str, ...] | None
    """The categories in order; None: the axis is of numbers."""
    is_logarithmic: bool


def swept(panels: list[Panel], reached: dict[str, list[float]], path: Path) -> None:
    """Draw one panel a field, a point a trial, the best by validation marked in each.

    `reached` has the accuracies of `validation` and `test`, 0..1, a figure a trial, at least one.
    """
    rows = math.ceil(len(panels) / COLUMNS)
    columns = math.ceil(len(panels) / rows)
    figure = Figure(figsize=(0.8 + 3.9 * columns, 0.8 + 3.3 * rows), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False, sharey=True).ravel()
    for axes, panel in zip(grid, panels, strict=False):
        _points(axes, panel, reached)
    for axes in grid[len(panels) :]:
        axes.set_visible(False)
    for axes in grid[::columns]:
        axes.set_ylabel("accuracy (share of images)")
    figure.legend(*grid[0].get_legend_handles_labels(), loc="outside upper center", ncols=3, frameon=False)
    save(figure, path)


def _points(axes: Axes, panel: Panel, reached: dict[str, list[float]]) -> None:
    places = _places(panel)
    best = int(np.argmax(reached["validation"]))
    axes.scatter(places, reached["test"], marker="D", s=22, facecolors="none", edgecolors=GREEN, label="test")
    axes.scatter(places, reached["validation"], color=BLUE, s=26, label="validation")
    highest = reached["validation"][best]
    axes.scatter(places[best], highest, color=VERMILLION, marker="*", s=150, zorder=3, label="best by validation")
    axes.set_xlabel(panel.field)
    plain(axes)
    if panel.ticks is not None:
        wide = max(map(len, panel.ticks)) > WIDE
        turned: dict[str, Any] = {"rotation": 30, "ha": "right", "rotation_mode": "anchor"} if wide else {}
        axes.set_xticks(range(len(panel.ticks)), panel.ticks, **turned)
        axes.set_xlim(-0.5, len(panel.ticks) - 0.5)
    elif panel.is_logarithmic:
        axes.set_xscale("log")


def _places(panel: Panel) -> list[float]:
    """Where each trial stands: its number or, among categories, beside the other trials of its category."""
    if panel.ticks is None:
        return list(panel.values)
    categories = [panel.ticks.index(value) for value in panel.values]
    places, met = [], dict.fromkeys(categories, 0)
    for category in categories:
        count = categories.count(category)
        step = 2 * SPREAD * (met[category] / (count - 1) - 0.5) if count > 1 else 0.0
        places.append(category + step)
        met[category] += 1
    return places
