"""Loss, accuracy and learning rate by epoch, the phases of the training marked."""

from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from training.figures.sheet import BLUE, GREEN, VERMILLION, plain, save

LINES = (("", "training", BLUE, "--"), ("val_", "validation", VERMILLION, "-"))
RATE, PHASE = "learning_rate", "phase"
Row = dict[str, Any]


def learning_curves(history: list[Row], best_epoch: int, path: Path) -> None:
    """Draw loss and accuracy by epoch, training and (where there is one) validation, and mark the epoch kept.

    `history` has a row an epoch, at least one, with epoch, loss, accuracy and perhaps val_loss and val_accuracy. Where
    it has `learning_rate` that is drawn too, and where `phase` changes, a line with the phases' names stands.
    """
    panels = 3 if RATE in history[0] else 2
    figure = Figure(figsize=(4.5 * panels, 3.8), layout="constrained")
    loss, accuracy, *rate = figure.subplots(1, panels)
    for axes, quantity in ((loss, "loss"), (accuracy, "accuracy")):
        _mark_kept(axes, best_epoch)
        _curves(axes, history, quantity)
    loss.set_ylabel("loss (cross-entropy, nats)")
    accuracy.set_ylabel("accuracy (share of images)")
    for axes in rate:
        _rates(axes, history)
    for axes in (loss, accuracy, *rate):
        _finish(axes, history)
    figure.legend(*accuracy.get_legend_handles_labels(), loc="outside upper center", ncols=3, frameon=False)
    save(figure, path)


def phase_starts(history: list[Row]) -> list[tuple[str, int]]:
    """Each phase's name and first epoch, in order; empty where the history does not tell phases."""
    starts: list[tuple[str, int]] = []
    for row in history:
        if PHASE in row and (not starts or starts[-1][0] != row[PHASE]):
            starts.append((row[PHASE], row["epoch"]))
    return starts


def _curves(axes: Axes, history: list[Row], quantity: str) -> None:
    epochs = [row["epoch"] for row in history]
    for prefix, label, colour, style in LINES:
        if prefix + quantity in history[0]:
            values = [row[prefix + quantity] for row in history]
            axes.plot(epochs, values, color=colour, linestyle=style, marker="o", markersize=3, label=label)


def _mark_kept(axes: Axes, best_epoch: int) -> None:
    axes.axvline(best_epoch, color="0.6", linewidth=1, linestyle=":", label=f"kept: epoch {best_epoch}")


def _rates(axes: Axes, history: list[Row]) -> None:
    """The learning rate, by its logarithm: it changes by factors."""
    values = [row[RATE] for row in history]
    axes.plot([row["epoch"] for row in history], values, color=GREEN, marker="o", markersize=3, drawstyle="steps-mid")
    axes.set_yscale("log")
    axes.set_ylim(min(values) / 2, max(values) * 2)
    axes.set_ylabel("learning rate")


def _finish(axes: Axes, history: list[Row]) -> None:
    """Name the axis, and part the phases where there are several."""
    axes.set_xlabel("epoch")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    plain(axes)
    starts = phase_starts(history)
    if len(starts) < 2:  # noqa: PLR2004 - a single phase is the whole training
        return
    ends = [begin for _, begin in starts[1:]] + [history[-1]["epoch"] + 1]
    for (name, begin), end in zip(starts, ends, strict=True):
        middle = (begin + end - 1) / 2
        axes.text(middle, 1.01, name, transform=axes.get_xaxis_transform(), ha="center", va="bottom", fontsize=9)
        if begin != starts[0][1]:
            axes.axvline(begin - 0.5, color="0.4", linewidth=1)
