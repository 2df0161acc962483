"""The figures of a run: learning curves and confusion matrix, as PNG.

Colours are two of Okabe and Ito's, told apart by the colour-blind and, by their line style, in grey print too.
"""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from training.files import replacing
from training.measure import Scores

DOTS_PER_INCH = 150
LINES = (("", "training", "#0072B2", "--"), ("val_", "validation", "#D55E00", "-"))
PALE = 0.5
"""Above this share a cell of the matrix is dark and takes white text."""


def learning_curves(history: list[dict[str, Any]], best_epoch: int, path: Path) -> None:
    """Draw loss and accuracy by epoch, training and (where there is one) validation, and mark the epoch kept.

    `history` has a row an epoch with epoch, loss, accuracy and perhaps val_loss and val_accuracy.
    """
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    _curves(left, history, "loss", best_epoch)
    _curves(right, history, "accuracy", best_epoch)
    left.set_ylabel("loss (cross-entropy, nats)")
    right.set_ylabel("accuracy (share of images)")
    figure.legend(*right.get_legend_handles_labels(), loc="outside upper center", ncols=3, frameon=False)
    _save(figure, path)


def _curves(axes: Axes, history: list[dict[str, Any]], quantity: str, best_epoch: int) -> None:
    epochs = [row["epoch"] for row in history]
    axes.axvline(best_epoch, color="0.6", linewidth=1, linestyle=":", label=f"kept: epoch {best_epoch}")
    for prefix, label, colour, style in LINES:
        if prefix + quantity in history[0]:
            values = [row[prefix + quantity] for row in history]
            axes.plot(epochs, values, color=colour, linestyle=style, marker="o", markersize=3, label=label)
    axes.set_xlabel("epoch")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="0.92")


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
    total = int(counts.sum())
    axes.set_title(f"accuracy {scores.accuracy:.4f}, balanced {scores.balanced_accuracy:.4f}, {total:,} images")
    figure.colorbar(shown, ax=axes, shrink=0.8, label="share of the true class")
    _save(figure, path)


def _write_counts(axes: Axes, counts: npt.NDArray[np.int64], shares: npt.NDArray[np.float64]) -> None:
    for row, column in np.argwhere(counts):
        colour = "white" if shares[row, column] > PALE else "black"
        axes.text(column, row, f"{counts[row, column]}", ha="center", va="center", color=colour, fontsize=9)


def _save(figure: Figure, path: Path) -> None:
    with replacing(path) as beside:
        figure.savefig(beside, dpi=DOTS_PER_INCH, metadata={"Software": None})
