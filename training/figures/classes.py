"""How good a model is at each class: the confusion matrix, and the recalls as bars."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from training.figures.sheet import BLUE, VERMILLION, plain, save
from training.measure import Scores

PALE = 0.5
"""Above this share a cell of the matrix is dark and takes white text."""


def confusion(scores: Scores, path: Path) -> None:
    """Draw the confusion matrix: each cell the number of images, its shade the share of its true class."""
    names = list(scores.recall)
    side = 2.6 + 0.62 * len(names)
    figure = Figure(figsize=(side + 0.6, side), layout="constrained")
    axes = figure.subplots()
    counts = scores.confusion
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    shown = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    _write_counts(axes, counts, shares)
    axes.set_xticks(range(len(names)), names, rotation=40, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(names)), names)
    axes.set_xlabel("answer")
    axes.set_ylabel("true class")
    axes.set_title(_title(scores))
    figure.colorbar(shown, ax=axes, shrink=0.8, label="share of the true class")
    save(figure, path)


def recall(scores: Scores, path: Path) -> None:
    """Draw each class's recall as a bar with its figure and the images of the class; a line at their mean.

    A class without images has no bar. The bars begin at 0: their lengths are compared.
    """
    names, values = list(scores.recall), list(scores.recall.values())
    figure = Figure(figsize=(7.5, 1.6 + 0.36 * len(names)), layout="constrained")
    axes = figure.subplots()
    axes.barh(range(len(names)), [value or 0 for value in values], color=BLUE, height=0.7)
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    mean = scores.balanced_accuracy
    line = axes.axvline(mean, color=VERMILLION, linestyle="--", label=f"mean of the classes: {mean:.4f}")
    axes.set_xlabel("recall (right answers by images of the class)")
    plain(axes, grid="x")
    _write_recalls(axes, values, scores.confusion.sum(axis=1))
    axes.set_title(_title(scores), fontsize=11)
    figure.legend(handles=[line], loc="outside lower center", frameon=False)
    save(figure, path)


def _title(scores: Scores) -> str:
    total = int(scores.confusion.sum())
    return f"accuracy {scores.accuracy:.4f}, balanced {scores.balanced_accuracy:.4f}, {total:,} images"


def _write_counts(axes: Axes, counts: npt.NDArray[np.int64], shares: npt.NDArray[np.float64]) -> None:
    for row, column in np.argwhere(counts):
        colour = "white" if shares[row, column] > PALE else "black"
        axes.text(column, row, f"{counts[row, column]}", ha="center", va="center", color=colour, fontsize=9)


def _write_recalls(axes: Axes, values: list[float | None], images: npt.NDArray[np.int64]) -> None:
    """Right of the axes, where no bar and no line crosses them."""
    for place, (value, count) in enumerate(zip(values, images, strict=True)):
        told = "no images" if value is None else f"{value:.3f} of {count:,}"
        axes.text(1.02, place, told, va="center", fontsize=9, transform=axes.get_yaxis_transform())
