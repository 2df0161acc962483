"""Trains a recipe on a data set, from the split to the finished run folder."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from training import card as cards
from training import checkpoint, figures, loop, networks, phases, results, run_folder, teachers
from training.checkpoint import State
from training.conversion import Probabilities, Request, converted
from training.data.classes import class_names
from training.data.load import Dataset
from training.data.mapped import gathered, mapped_images
from training.data.split import Split
from training.feed import Feed, Subset
from training.files import replacing
from training.job import IMAGES, Job, claim, disk_trouble_told, divide, facts, fresh_model
from training.job import work as work_of
from training.options import Options, require_weights
from training.progress import Reporter, Silent
from training.recipes.recipe import Recipe
from training.steps import Work
from training.views import averaged

_SILENT = Silent()
_TEST_IMAGES = "test.npy"
"""The test split's images, in the checkpoint's folder, where they stay on the disk."""


def train(
    recipe: Recipe, dataset: Dataset, run_dir: Path, *, options: Options, reporter: Reporter = _SILENT
) -> dict[str, Any]:
    """Train `recipe`, or go on with it, and leave the finished run in `run_dir`; returns its card.

    Raises ExistsError where the folder is taken, InputError where a resumed run differs or a backbone's weights are
    missing, TrainingError where training diverges before an epoch is done or the disk is full, KeyboardInterrupt on
    Ctrl-C with the finished epochs saved.
    """
    if options.resume and run_folder.is_finished(run_dir):
        reporter.say(f"{run_dir} is finished already; nothing is left to train.")
        return cards.read(run_dir / run_folder.CARD)
    require_weights(recipe, options.weights)
    teachers.require(recipe, options, dataset)
    job = Job(recipe=recipe, dataset=dataset, folder=run_dir, options=options, reporter=reporter)
    with disk_trouble_told(run_dir):
        job = claim(job)
        parts = divide(job)
        work = work_of(job, parts, fresh_model(job))
        state = last_state(work)
        loop.run(work, state)
        return finish(job, work, parts, state)


def last_state(work: Work) -> State:
    """What was saved of the run, put back into the model; a new state where nothing was."""
    folder = work.folder / run_folder.CHECKPOINT
    state = checkpoint.read(folder)
    phases.make_ready(work.model, work.recipe, work.recipe.phases[state.phase])
    checkpoint.restore(folder, work.model)
    if state.epoch:
        whole = sum(phase.epochs for phase in work.recipe.phases)
        work.reporter.say(f"Going on after epoch {state.epoch} of {whole}.")
    return state


def finish(job: Job, work: Work, parts: Split, state: State) -> dict[str, Any]:
    """Save the model, export it, measure it on the test split, and remove what only training needs; the run's card."""
    _save_without_optimizer(job, work.model)
    names, drawn = class_names(job.dataset.class_count), job.folder / run_folder.FIGURES
    figures.learning_curves(state.history, state.best_epoch, drawn / "learning_curves.png")
    test = _test(job, parts)
    if (augmentation := job.recipe.augmentation) is not None:
        path = drawn / "augmentation_examples.png"
        figures.augmentation_examples(test.images, test.labels, names, augmentation, path, job.options.seed)
    own = _answers(work, test)
    source = str((job.folder / run_folder.MODEL).resolve())
    request = Request(source=source, image_shape=job.dataset.image_shape, views=job.recipe.views)
    job.reporter.say("Exporting the graph that is shipped.")
    with converted(request, test.images, job.folder) as exported:
        if exported.halving:
            job.reporter.say(exported.halving.told)
        answered = results.Answered(
            images=test.images,
            labels=test.labels,
            predictions=exported.agreed(own),
            class_names=names,
        )
        card = results.finish(job.folder, exported, answered, facts(job, parts) | _course(state))
    shutil.rmtree(job.folder / run_folder.CHECKPOINT)
    return card


def _save_without_optimizer(job: Job, trained: keras.Model) -> None:
    """Write model.keras: a third of the size that the optimizer's state would make it, and computing in 32 bits."""
    bare = networks.build(job.recipe, job.dataset.image_shape, job.dataset.class_count)
    bare.set_weights(trained.get_weights())
    with replacing(job.folder / run_folder.MODEL) as beside:
        bare.save(beside)


def _test(job: Job, parts: Split) -> Subset:
    """The test split, as one array in memory or on the disk."""
    checkpoints, rows = job.folder / run_folder.CHECKPOINT, parts.test
    if job.maps_images:
        images = gathered(mapped_images(job.dataset, checkpoints / IMAGES), rows, checkpoints / _TEST_IMAGES)
    else:
        images = job.dataset.load(rows)
    return Subset(images=images, labels=job.dataset.labels[rows], rows=rows)


def _answers(work: Work, subset: Subset) -> Probabilities:
    """What the trained model says of a subset, its views averaged: (n, classes) float32."""

    def predict(images: npt.NDArray[np.generic]) -> Probabilities:
        answers: Probabilities = keras.ops.convert_to_numpy(work.model.predict_on_batch(images))
        return answers

    batches = []
    feed = Feed(subset, work.recipe.batch_size)
    with work.reporter.track("measuring on the test split", len(subset)) as advance:
        for images, _ in feed:
            batches.append(averaged(predict, images, work.recipe.views))
            advance(len(images))
    return np.concatenate(batches)


def _course(state: State) -> dict[str, Any]:
    """What the card says of how the training went."""
    return {
        "seconds": round(state.seconds, 1),
        "date": datetime.now(UTC).date().isoformat(),
        "epochs_run": state.epoch,
        "best_epoch": state.best_epoch,
        "ended": state.ended,
    }
