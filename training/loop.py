"""One epoch after the other: early stopping, checkpoints, divergence, and telling what happens.

An epoch depends on the seed, its number and the state before it only; so a resumed run repeats an uninterrupted one.
"""

import csv
import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras

from training import checkpoint
from training.augment import named
from training.checkpoint import State
from training.errors import TrainingError
from training.feed import Feed, Subset
from training.files import replacing
from training.progress import Advance, Reporter
from training.recipes.recipe import Recipe
from training.run_folder import CHECKPOINT, HISTORY


@dataclass(frozen=True, kw_only=True)
class Work:
    """What is trained, on what, and where its state is kept."""

    recipe: Recipe
    model: keras.Model
    """Compiled, its optimizer built."""
    train: Subset
    validation: Subset | None
    """None: early stopping goes by the training loss."""
    seed: int
    folder: Path
    reporter: Reporter

    @property
    def watched(self) -> str:
        """The column of the history that early stopping goes by."""
        return "loss" if self.validation is None else "val_loss"


class _DivergedError(Exception):
    """The loss is no finite number any more."""


def run(work: Work, state: State) -> None:
    """Train on from `state` until early stopping, the last epoch or divergence; leave the best weights in the model.

    Raises KeyboardInterrupt on Ctrl-C, with the finished epochs saved, and TrainingError where no epoch has a finite
    loss.
    """
    folder = work.folder / CHECKPOINT
    try:
        while (reason := ending(state, work.recipe)) is None:
            _epoch(work, state)
            _keep(work, state)
    except KeyboardInterrupt:
        kept = f"{state.epoch} of {work.recipe.epochs} epochs are saved"
        work.reporter.say(f"Stopped in epoch {state.epoch + 1}; {kept}. Go on with --resume.")
        raise
    if not state.best_epoch:
        raise TrainingError(
            f"no epoch was finished: {reason}", "lower learning_rate in the recipe, and look at the data"
        )
    work.reporter.say(
        f"Training ended after epoch {state.epoch}: {reason}. Kept: the weights of epoch {state.best_epoch}."
    )
    state.ended = reason
    checkpoint.restore_best(folder, work.model, state.best_epoch)


def ending(state: State, recipe: Recipe) -> str | None:
    """Why training is over, None while it is not."""
    if state.diverged:
        return state.diverged
    if state.epoch >= recipe.epochs:
        return f"all {recipe.epochs} epochs are done"
    if recipe.patience is not None and state.epoch - state.best_epoch >= recipe.patience:
        return f"{recipe.patience} epochs without a lower loss (early stopping)"
    return None


def _epoch(work: Work, state: State) -> None:
    """Train one epoch and add its row to the history; on divergence only say so in the state."""
    number = state.epoch + 1
    augmentation = named(work.recipe.augmentation)
    feed = Feed(work.train, work.recipe.batch_size, moment=(work.seed, number), augmentation=augmentation)
    began = time.perf_counter()
    try:
        with work.reporter.track(f"epoch {number}/{work.recipe.epochs}", len(work.train)) as advance:
            logs = _pass(work, feed, advance)
        if not math.isfinite(logs[work.watched]):
            raise _DivergedError(f"{work.watched} became {logs[work.watched]}")
    except _DivergedError as error:
        state.diverged = f"{error} in epoch {number}"
        return
    seconds = time.perf_counter() - began
    state.seconds += seconds
    state.history.append(
        {"epoch": number, **logs, "seconds": round(seconds, 4), "feed_share": round(feed.busy_s / seconds, 4)}
    )
    state.epoch = number


def _pass(work: Work, feed: Feed, advance: Advance) -> dict[str, float]:
    """Train on every batch, then measure on the validation images: loss, accuracy, val_loss and val_accuracy.

    Not `model.fit`: what it puts between the data and TensorFlow gives freed memory back to the system after every
    step, and taking it again cost a fifth of the time on two cores.
    """
    began, trained = time.perf_counter(), _Mean()
    for images, labels in feed:
        work.model.reset_metrics()
        logs = work.model.train_on_batch(images, labels, return_dict=True)
        if not math.isfinite(logs["loss"]):
            raise _DivergedError(f"the loss became {logs['loss']}")
        trained.add(logs, len(images))
        speed = trained.images / (time.perf_counter() - began)
        told = trained.values
        advance(len(images), f"{speed:.0f} images/s, loss {told['loss']:.3f}, accuracy {told['accuracy']:.3f}")
    if work.validation is None:
        return trained.values
    measured = _Mean()
    for images, labels in Feed(work.validation, work.recipe.batch_size):
        work.model.reset_metrics()
        measured.add(work.model.test_on_batch(images, labels, return_dict=True), len(images))
    return trained.values | {f"val_{name}": value for name, value in measured.values.items()}


class _Mean:
    """The mean of figures over images, from their means over batches of several sizes."""

    def __init__(self) -> None:
        self.images = 0
        self._sums: dict[str, float] = {}

    def add(self, means: dict[str, Any], images: int) -> None:
        """Take in a batch's figures."""
        self.images += images
        for name, value in means.items():
            self._sums[name] = self._sums.get(name, 0.0) + float(value) * images

    @property
    def values(self) -> dict[str, float]:
        """The means so far."""
        return {name: total / self.images for name, total in self._sums.items()}


def _keep(work: Work, state: State) -> None:
    """Save the state after an epoch, with the best weights first, and tell the epoch's figures."""
    if state.diverged:
        return
    folder, row = work.folder / CHECKPOINT, state.history[-1]
    if state.best_watched is None or row[work.watched] < state.best_watched:
        checkpoint.save_best(folder, work.model, state.epoch)
        state.best_epoch, state.best_watched = state.epoch, row[work.watched]
    checkpoint.save(folder, work.model, state)
    checkpoint.drop_older_best(folder, state.best_epoch)
    write_history(work.folder / HISTORY, state.history)
    work.reporter.say(_line(work, state))


def _line(work: Work, state: State) -> str:
    """One epoch as a line."""
    row = state.history[-1]
    figures = f"loss {row['loss']:.4f}, accuracy {row['accuracy']:.4f}"
    if work.validation is not None:
        figures += f", validation {row['val_loss']:.4f} and {row['val_accuracy']:.4f}"
    left = (work.recipe.epochs - state.epoch) * state.seconds / state.epoch / 60
    speed = len(work.train) / row["seconds"]
    return f"Epoch {state.epoch}/{work.recipe.epochs}: {figures}; {speed:.0f} images/s, at most {left:.1f} min left."


def write_history(path: Path, history: list[dict[str, Any]]) -> None:
    """Write the history as CSV, a row an epoch."""
    with replacing(path) as beside, beside.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(history[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(history)
