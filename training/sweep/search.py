"""Runs the trials of a sweep, one after the other: each is a full run in its own folder.

A sweep chooses by the validation accuracy of each trial's best epoch, never by the test images: the best of many trials
on the images that it was chosen by is better than it will be on others, and the test accuracy would stop telling
anything. It stands in the table, beside.
"""

import csv
import gc
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import keras

from training import card as cards
from training import run_folder
from training.data.load import Dataset
from training.errors import InputError, TrainingError
from training.fit import train
from training.options import Options
from training.progress import Reporter
from training.sweep import table
from training.sweep.axis import text
from training.sweep.ledger import Ledger, Trial

NO_MEMORY = ("RESOURCE_EXHAUSTED", "OOM when allocating")
"""How TensorFlow and JAX begin or say that a device's memory is too small."""
Measure = Callable[[Path], None]
"""Measures a finished run further and writes what it finds into the run's card."""


@dataclass(frozen=True, kw_only=True)
class Search:
    """What is searched, on what, and how a trial is run."""

    ledger: Ledger
    dataset: Dataset
    options: Options
    """Of each trial; resume and overwrite are seen to here."""
    reporter: Reporter
    measure: Measure | None = None


def run(search: Search) -> None:
    """Run what is left of the sweep; after each trial the table's files are written anew.

    A trial that diverges before it has a result, or for which a device's memory is too small, is entered with its
    reason, and the next one begins. Raises KeyboardInterrupt, and what stops every trial alike: InputError and
    TrainingError where the disk is full. The trial that was under way goes on from its last epoch the next time.
    """
    ledger, reporter = search.ledger, search.reporter
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # it warns that each trial's network is compiled anew
    while True:
        with ledger.taken() as trial:
            if trial is None:
                return
            told = ", ".join(f"{axis.field} {text(trial.values[axis.field])}" for axis in ledger.sweep.varied_axes)
            reporter.say(f"Trial {trial.folder}, {trial.number + 1} of {ledger.sweep.wanted}: {told}")
            _one(search, trial)
        with ledger.alone():
            table.write(ledger)
        keras.backend.clear_session()
        gc.collect()


def _one(search: Search, trial: Trial) -> None:
    """Train or go on with a trial, and enter what came out."""
    folder = search.ledger.folder / trial.folder
    is_begun = run_folder.is_finished(folder) or run_folder.is_begun(folder)
    options = replace(search.options, resume=is_begun, overwrite=not is_begun)
    recipe = search.ledger.sweep.varied(trial.values)
    try:
        train(recipe, search.dataset, folder, options=options, reporter=search.reporter)
    except Exception as error:
        reason = _reason(error)
        if reason is None:
            raise
        search.ledger.failed(trial, reason)
        search.reporter.say(f"Trial {trial.folder} has no result: {reason}.")
        return
    if search.measure is not None:
        search.measure(folder)
    search.ledger.done(trial, facts(folder))


def _reason(error: Exception) -> str | None:
    """Why this trial alone has no result; None where the next one would fare no better."""
    if isinstance(error, MemoryError) or any(sign in str(error) for sign in NO_MEMORY):
        return "the memory of the device is too small for it"
    if isinstance(error, TrainingError) and not isinstance(error, InputError):
        return None if isinstance(error.__cause__, OSError) else error.what
    return None


def facts(folder: Path) -> dict[str, Any]:
    """What a finished run says for the sweep's table."""
    with (folder / run_folder.HISTORY).open(newline="", encoding="utf-8") as stream:
        rows = {int(row["epoch"]): row for row in csv.DictReader(stream)}
    card = cards.read(folder / run_folder.CARD)
    return {
        "validation_accuracy": float(rows[card["best_epoch"]]["val_accuracy"]),
        "validation_images": card["split"]["validation"],
        "test_accuracy": card["accuracy"],
        "test_images": card["test_images"],
        "shifted_accuracy": (card.get("shift") or {}).get("shifted"),
        "parameters": card["parameters"],
        "best_epoch": card["best_epoch"],
        "epochs_run": card["epochs_run"],
        "ended": card["ended"],
        "seconds": card["seconds"],
    }
