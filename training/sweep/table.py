"""What a sweep found, as files: sweep.csv, sweep.json and sweep.png, written anew after each trial."""

import csv
import json
import math
from pathlib import Path
from typing import Any

from training.figures.swept import Panel, swept
from training.files import replacing
from training.sweep.axis import Axis, text
from training.sweep.ledger import DONE, Ledger, Trial

CSV, JSON, PICTURE = "sweep.csv", "sweep.json", "sweep.png"
FACTS = (
    "validation_accuracy",
    "test_accuracy",
    "shifted_accuracy",
    "parameters",
    "best_epoch",
    "epochs_run",
    "seconds",
    "ended",
    "reason",
)
"""The columns after the swept fields; `reason` is why a trial has no result."""
CERTAIN = 1.96
"""Standard errors on each side of an accuracy within which the true one lies 19 times out of 20."""


def write(ledger: Ledger) -> None:
    """Write the three files into the sweep's folder; the picture once a trial has a result. Raises OSError."""
    trials, axes = ledger.trials(), ledger.sweep.axes
    with replacing(ledger.folder / JSON) as beside:
        beside.write_text(json.dumps(document(ledger), indent=1) + "\n", "utf-8")
    with replacing(ledger.folder / CSV) as beside, beside.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["trial", *(axis.field for axis in axes), "state", *FACTS])
        for one in trials:
            values = [text(one.values[axis.field]) for axis in axes]
            writer.writerow([one.folder, *values, one.state, *(one.facts.get(name) for name in FACTS)])
    if best(trials):
        draw(ledger.folder / PICTURE, trials, ledger.sweep.varied_axes)


def document(ledger: Ledger) -> dict[str, Any]:
    """The sweep as JSON keeps it: what makes it this one, its trials, the best one, and whether it is finished."""
    trials = ledger.trials()
    chosen = best(trials)
    return {
        "schema": 1,
        "sweep": ledger.sweep.identity,
        "wanted": ledger.sweep.wanted,
        "is_finished": ledger.is_finished(),
        "trials": [_row(one) for one in trials],
        "best": _row(chosen) if chosen else None,
        "recipe_lines": recipe_lines(chosen) if chosen else [],
    }


def _row(one: Trial) -> dict[str, Any]:
    facts = {name: one.facts.get(name) for name in FACTS}
    return {"trial": one.folder, "values": one.values, "state": one.state, **facts}


def best(trials: list[Trial]) -> Trial | None:
    """The trial with the highest validation accuracy, the first of equals; None where none has a result."""
    return next(iter(ranked(trials)), None) if any(one.state == DONE for one in trials) else None


def ranked(trials: list[Trial]) -> list[Trial]:
    """From the highest validation accuracy to the lowest; those without a result last, in their order."""
    return sorted(trials, key=lambda one: -one.facts["validation_accuracy"] if one.state == DONE else 1)


def recipe_lines(trial: Trial) -> list[str]:
    """The trial's values as lines of a recipe's file."""
    spelled = {field: f'"{value}"' if isinstance(value, str) else repr(value) for field, value in trial.values.items()}
    return [f"{field}={value}," for field, value in spelled.items()]


def uncertainty(trial: Trial) -> float:
    """How far from the trial's validation accuracy the true one may be (95 %), by the number of images."""
    share, images = trial.facts["validation_accuracy"], trial.facts["validation_images"]
    return CERTAIN * math.sqrt(share * (1 - share) / images)


def draw(path: Path, trials: list[Trial], axes: tuple[Axis, ...]) -> None:
    """Draw the accuracy of the finished trials by each of the axes."""
    done = [one for one in trials if one.state == DONE]
    panels = [_panel(axis, [one.values[axis.field] for one in done]) for axis in axes]
    reached = {name: [one.facts[f"{name}_accuracy"] for one in done] for name in ("validation", "test")}
    swept(panels, reached, path)


def _panel(axis: Axis, values: list[Any]) -> Panel:
    """Numbers of a range or of rates stand at their place, all else by category."""
    if axis.is_logarithmic or not axis.is_list:
        return Panel(field=axis.field, values=tuple(values), ticks=None, is_logarithmic=axis.is_logarithmic)
    ticks = tuple(map(text, axis.choices))
    return Panel(field=axis.field, values=tuple(map(text, values)), ticks=ticks, is_logarithmic=False)
