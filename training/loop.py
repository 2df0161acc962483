"""One epoch after the other, phase by phase: early stopping, checkpoints, divergence, and telling what happens.

An epoch depends on the seed, its number and the state before it only; so a resumed run repeats an uninterrupted one.
"""

import csv
import math
import time
from pathlib import Path
from typing import Any

from training import checkpoint, event_log, phases
from training.checkpoint import State
from training.errors import TrainingError
from training.files import replacing
from training.networks import averaged
from training.recipes.recipe import Phase, Recipe
from training.run_folder import CHECKPOINT, HISTORY, TENSORBOARD
from training.steps import DivergedError, Work, train_and_validate, training_feed


def run(work: Work, state: State) -> None:
    """Train on from `state` through the recipe's phases, or to divergence; leave the best weights in the model.

    The model must have the arrays of that state (checkpoint.restore), compiled for its phase. Raises KeyboardInterrupt
    on Ctrl-C, with the finished epochs saved, and TrainingError where no epoch has a finite loss.
    """
    event_log.rewrite(work.folder / TENSORBOARD, state.history)
    try:
        reason = _phase(work, state)
        while state.best_epoch and not state.diverged and state.phase + 1 < len(work.recipe.phases):
            work.reporter.say(f"The {_current(work, state).name} phase ended after epoch {state.epoch}: {reason}.")
            _begin_next_phase(work, state)
            reason = _phase(work, state)
    except KeyboardInterrupt:
        kept = f"{state.epoch} of {_all_epochs(work.recipe)} epochs are saved"
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
    _restore_best(work, state)


def _phase(work: Work, state: State) -> str:
    """Train the phase that the state is in to its end, and say why it is over."""
    while (reason := ending(state, work.recipe)) is None:
        _epoch(work, state)
        _keep(work, state)
    return reason


def _begin_next_phase(work: Work, state: State) -> None:
    """Go on from the best weights so far, with the next phase's layers and optimizer."""
    _restore_best(work, state)
    state.phase, state.phase_began = state.phase + 1, state.epoch
    phases.make_ready(work.model, work.recipe, _current(work, state))


def _restore_best(work: Work, state: State) -> None:
    folder = work.folder / CHECKPOINT
    if work.team is not None:
        work.team.give_file(checkpoint.best(folder, state.best_epoch))
    checkpoint.restore_best(folder, work.model, state.best_epoch)


def _current(work: Work, state: State) -> Phase:
    return work.recipe.phases[state.phase]


def _all_epochs(recipe: Recipe) -> int:
    return sum(phase.epochs for phase in recipe.phases)


def ending(state: State, recipe: Recipe) -> str | None:
    """Why the phase is over, None while it is not."""
    phase, done = recipe.phases[state.phase], state.epoch - state.phase_began
    if state.diverged:
        return state.diverged
    if done >= phase.epochs:
        return f"all {phase.epochs} epochs are done"
    if recipe.patience is not None and state.epoch - max(state.best_epoch, state.phase_began) >= recipe.patience:
        return f"{recipe.patience} epochs without a lower loss (early stopping)"
    return None


def _epoch(work: Work, state: State) -> None:
    """Train one epoch and add its row to the history; on divergence only say so in the state."""
    number, recipe, phase = state.epoch + 1, work.recipe, _current(work, state)
    rate = phases.learning_rate(recipe, phase, number - state.phase_began)
    work.model.optimizer.learning_rate = rate
    feed = training_feed(work, number, phases.image_side(recipe, phase, number - state.phase_began))
    began = time.perf_counter()
    try:
        with work.reporter.track(f"epoch {number}/{_all_epochs(recipe)}", feed.images) as advance:
            logs = train_and_validate(work, feed, advance)
        if not math.isfinite(logs[work.watched]):
            raise DivergedError(f"{work.watched} became {logs[work.watched]}")
    except DivergedError as error:
        state.diverged = f"{error} in epoch {number}"
        return
    seconds = time.perf_counter() - began
    state.seconds += seconds
    times = {"seconds": round(seconds, 4), "wait_share": round(feed.waited_s / seconds, 4)}
    state.history.append({"epoch": number, "phase": phase.name, "learning_rate": rate, **logs, **times})
    state.epoch = number


def _keep(work: Work, state: State) -> None:
    """Save the state after an epoch, with the best weights first, and tell the epoch's figures."""
    if state.diverged:
        return
    folder, row = work.folder / CHECKPOINT, state.history[-1]
    is_best = state.best_watched is None or row[work.watched] < state.best_watched
    if is_best:
        state.best_epoch, state.best_watched = state.epoch, row[work.watched]
    if not work.writes:
        return
    if is_best:
        with averaged(work.model):
            checkpoint.save_best(folder, work.model, state.epoch)
    checkpoint.save(folder, work.model, state)
    checkpoint.drop_older_best(folder, state.best_epoch)
    write_history(work.folder / HISTORY, state.history)
    event_log.append(work.folder / TENSORBOARD, row)
    work.reporter.say(_line(work, state))


def _line(work: Work, state: State) -> str:
    """One epoch as a line."""
    row = state.history[-1]
    figures = f"loss {row['loss']:.4f}, accuracy {row['accuracy']:.4f}"
    if work.validation is not None:
        figures += f", validation {row['val_loss']:.4f} and {row['val_accuracy']:.4f}"
    whole, speed = _all_epochs(work.recipe), len(work.train) / row["seconds"]
    left = (whole - state.epoch) * row["seconds"] / 60
    return f"Epoch {state.epoch}/{whole}: {figures}; {speed:.0f} images/s, at most {left:.1f} min left."


def write_history(path: Path, history: list[dict[str, Any]]) -> None:
    """Write the history as CSV, a row an epoch."""
    with replacing(path) as beside, beside.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(history[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(history)
