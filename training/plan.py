"""What a recipe would do here, before anything is trained: its network, its phases, and how long each takes.

A few steps are taken on the real images, timed, and forgotten; nothing is written.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import keras

from training import phases, teachers
from training.data.load import Dataset
from training.data.split import Split
from training.feed import Feed
from training.job import Job, fresh_model, fresh_split
from training.job import work as work_of
from training.options import Options, require_weights
from training.progress import Reporter, Silent
from training.recipes.recipe import Phase, Recipe
from training.steps import Work, measured, step, training_feed, validation_feed

WARM_UP = 2
"""Steps before the clock runs: the first ones compile."""
MEASURED_S = 3.0
"""How long the steps of a phase are timed; at least one is."""
BATCHES = 40
"""At most so many batches are read for it."""
SUMMARY_WIDTH = 100
_NOWHERE = Path("runs")
_SILENT = Silent()


@dataclass(frozen=True, kw_only=True)
class PhasePlan:
    """What one phase would take."""

    phase: Phase
    trainable: int
    """Weights that it trains."""
    images_s: float
    """Training images a second, the wait for their augmentation included; over all epochs, whatever their size."""
    epoch_s: float
    """Seconds of an epoch, validation included."""

    @property
    def seconds(self) -> float:
        """All its epochs; early stopping may end it sooner."""
        return self.epoch_s * self.phase.epochs


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What training would take."""

    network: str
    """The layers, as Keras sums them up."""
    parameters: int
    images: tuple[int, int, int]
    """Of train, validation and test."""
    phases: tuple[PhasePlan, ...]


def plan(recipe: Recipe, dataset: Dataset, *, options: Options, reporter: Reporter = _SILENT) -> Plan:
    """Build the recipe's network and time some steps of each phase. Raises InputError as `training.fit.train` does."""
    require_weights(recipe, options.weights)
    teachers.require(recipe, options, dataset)
    options = replace(options, memory_map=False)  # a few batches are read, not the whole file
    job = Job(recipe=recipe, dataset=dataset, folder=_NOWHERE, options=options, reporter=reporter)
    job = job.with_epochs(tuple(options.epochs or phase.epochs for phase in recipe.phases))
    parts = fresh_split(job)
    some = recipe.batch_size * BATCHES
    model = fresh_model(job)
    work = work_of(job, Split(parts.train[:some], parts.validation[:some], parts.test[:0]), model)
    return Plan(
        network=_summary(model),
        parameters=model.count_params(),
        images=(len(parts.train), len(parts.validation), len(parts.test)),
        phases=tuple(_timed(work, phase, parts) for phase in job.recipe.phases),
    )


def _timed(work: Work, phase: Phase, parts: Split) -> PhasePlan:
    """Compile for the phase, and time its steps, with images of each size that it has, and its validation."""
    phases.make_ready(work.model, work.recipe, phase)
    sides = [phases.image_side(work.recipe, phase, number) for number in range(1, phase.epochs + 1)]
    image_s = {side: 1 / _speed(training_feed(work, 1, side), partial(step, work)) for side in dict.fromkeys(sides)}
    images_s = len(sides) / sum(image_s[side] for side in sides)
    epoch_s = len(parts.train) / images_s
    if work.validation is not None:
        validation = validation_feed(work, work.validation)
        epoch_s += len(parts.validation) / _speed(validation, partial(measured, work))
    trained = phases.trainable_count(work.model)
    return PhasePlan(phase=phase, trainable=trained, images_s=images_s, epoch_s=epoch_s)


def _speed(feed: Feed, act: Callable[..., object]) -> float:
    """Images a second through the feed and `act`; the first batches, which compile, are left out if there are more."""
    began, done = time.perf_counter(), 0
    for number, (images, targets) in enumerate(feed):
        act(images, targets, feed.size(number))
        done += len(images)
        if number < WARM_UP and number + 1 < len(feed):
            began, done = time.perf_counter(), 0
        elif time.perf_counter() - began > MEASURED_S:
            break
    return done / (time.perf_counter() - began)


def _summary(model: keras.Model) -> str:
    lines: list[str] = []
    model.summary(print_fn=lines.append, line_length=SUMMARY_WIDTH)
    return "\n".join(lines)
