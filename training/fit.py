"""Trains a recipe on a data set, from the split to the finished run folder."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from training import card as cards
from training import checkpoint, figures, loop, networks, results, run_folder
from training.checkpoint import State
from training.conversion import Probabilities, Request, agreed, converted
from training.data.classes import class_names
from training.data.duplicates import exact_groups
from training.data.load import Dataset
from training.data.split import Split, split
from training.errors import TrainingError
from training.feed import Feed, Subset
from training.files import replacing
from training.loop import Work
from training.progress import Reporter, Silent
from training.recipes.recipe import Recipe
from training.run_folder import Identity

_SILENT = Silent()


@dataclass(frozen=True, kw_only=True)
class Options:
    """How a recipe is run this time."""

    epochs: int | None = None
    """At most so many instead of the recipe's; None: the recipe's or, on resuming, what the run began with."""
    seed: int = 0
    """Decides the split, the first weights, the order and the augmentation."""
    fractions: tuple[float, float, float] = (0.64, 0.16, 0.2)
    """Train, validation, test."""
    resume: bool = False
    overwrite: bool = False
    """Delete the run that lies in the folder first."""
    command: str = ""
    """What the user typed, for the card."""


def train(
    recipe: Recipe, dataset: Dataset, run_dir: Path, *, options: Options, reporter: Reporter = _SILENT
) -> dict[str, Any]:
    """Train `recipe`, or go on with it, and leave the finished run in `run_dir`; returns its card.

    Raises ExistsError where the folder is taken, InputError where a resumed run differs, TrainingError where training
    diverges before an epoch is done or the disk is full, KeyboardInterrupt on Ctrl-C with the finished epochs saved.
    """
    if options.resume and run_folder.is_finished(run_dir):
        reporter.say(f"{run_dir} is finished already; nothing is left to do.")
        return cards.read(run_dir / run_folder.CARD)
    job = _Job(recipe=recipe, dataset=dataset, folder=run_dir, options=options, reporter=reporter)
    with _disk_trouble_told(run_dir):
        job = _claim(job)
        parts = _divide(job)
        work = _prepare(job, parts)
        state = checkpoint.restore(run_dir / run_folder.CHECKPOINT, work.model)
        if state.epoch:
            reporter.say(f"Going on after epoch {state.epoch} of {job.recipe.epochs}.")
        loop.run(work, state)
        card = _finish(job, work, parts, state)
        shutil.rmtree(run_dir / run_folder.CHECKPOINT)
    return card


@dataclass(frozen=True, kw_only=True)
class _Job:
    """What `train` was asked for; `_claim` puts the number of epochs that counts into the recipe."""

    recipe: Recipe
    dataset: Dataset
    folder: Path
    options: Options
    reporter: Reporter

    @property
    def identity(self) -> Identity:
        settings = {name: value for name, value in self.recipe.settings.items() if name != "epochs"}
        return Identity(
            data_sha256=self.dataset.sha256,
            seed=self.options.seed,
            fractions=self.options.fractions,
            settings=settings | {"recipe": self.recipe.name},
            epochs=self.recipe.epochs,
        )


@contextmanager
def _disk_trouble_told(run_dir: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise TrainingError(
            f"{error.filename or run_dir} could not be written or read: {error.strerror or error}",
            "make room, or see to the permissions; the finished epochs are saved: go on with --resume",
        ) from error


def _claim(job: _Job) -> _Job:
    """Take or resume the run's folder."""
    options = job.options
    job = replace(job, recipe=replace(job.recipe, epochs=options.epochs or job.recipe.epochs))
    if options.resume and run_folder.is_begun(job.folder):
        then = run_folder.begun(job.folder, job.identity)
        run_folder.sweep(job.folder)
        return replace(job, recipe=replace(job.recipe, epochs=options.epochs or then.epochs))
    if options.resume:
        job.reporter.say(f"There is nothing to resume in {job.folder}: training begins.")
    if options.overwrite:
        run_folder.clear(job.folder)
    run_folder.begin(job.folder, job.identity)
    return job


def _divide(job: _Job) -> Split:
    """The split of the run, made at its begin and read from it later."""
    path = job.folder / run_folder.SPLIT
    if path.is_file():
        with np.load(path) as stored:
            return Split(stored["train"], stored["validation"], stored["test"])
    groups = exact_groups(job.dataset, job.reporter).ids
    parts = split(job.dataset.labels, groups, job.options.fractions, seed=job.options.seed)
    with replacing(path) as beside:
        np.savez(beside, train=parts.train, validation=parts.validation, test=parts.test)
    if not len(parts.validation):
        job.reporter.say("The split has no validation images: early stopping goes by the training loss.")
    return parts


def _prepare(job: _Job, parts: Split) -> Work:
    """Build and compile the model, and load the images that training reads."""
    keras.utils.set_random_seed(job.options.seed)
    model = networks.build(job.recipe, job.dataset.image_shape, job.dataset.class_count)
    model.compile(
        optimizer=keras.optimizers.Adam(job.recipe.learning_rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile="auto" if accelerator() else False,  # XLA starts and runs slower on a CPU
    )
    model.optimizer.build(model.trainable_variables)
    return Work(
        recipe=job.recipe,
        model=model,
        train=_subset(job.dataset, parts.train),
        validation=_subset(job.dataset, parts.validation) if len(parts.validation) else None,
        seed=job.options.seed,
        folder=job.folder,
        reporter=job.reporter,
    )


def _subset(dataset: Dataset, rows: npt.NDArray[np.int64]) -> Subset:
    return Subset(images=dataset.load(rows), labels=dataset.labels[rows], rows=rows)


def accelerator() -> str | None:
    """The first GPU or TPU that Keras' backend trains on, None on a CPU."""
    first: str = keras.distribution.list_devices()[0]
    return None if first.startswith("cpu") else first


def _finish(job: _Job, work: Work, parts: Split, state: State) -> dict[str, Any]:
    """Save the model, export it and measure it on the test split."""
    _save_without_optimizer(job, work.model)
    curves = job.folder / run_folder.FIGURES / "learning_curves.png"
    figures.learning_curves(state.history, state.best_epoch, curves)
    test = _subset(job.dataset, parts.test)
    own = _answers(work, test)
    request = Request(source=str((job.folder / run_folder.MODEL).resolve()), image_shape=job.dataset.image_shape)
    job.reporter.say("Exporting the graph that is shipped.")
    with converted(request, test.images, job.folder) as exported:
        answered = results.Answered(
            images=test.images,
            labels=test.labels,
            predictions=agreed(own, exported.shipped),
            class_names=class_names(job.dataset.class_count),
        )
        return results.finish(job.folder, exported, answered, _facts(job, parts, state))


def _save_without_optimizer(job: _Job, trained: keras.Model) -> None:
    """Write model.keras: a third of the size that the optimizer's state would make it."""
    bare = networks.build(job.recipe, job.dataset.image_shape, job.dataset.class_count)
    bare.set_weights(trained.get_weights())
    with replacing(job.folder / run_folder.MODEL) as beside:
        bare.save(beside)


def _answers(work: Work, subset: Subset) -> Probabilities:
    """What the trained model says of a subset: (n, classes) float32."""
    batches = []
    feed = Feed(subset, work.recipe.batch_size)
    with work.reporter.track("measuring on the test split", len(subset)) as advance:
        for images, _ in feed:
            batches.append(keras.ops.convert_to_numpy(work.model.predict_on_batch(images)))
            advance(len(images))
    return np.concatenate(batches).astype(np.float32)


def _facts(job: _Job, parts: Split, state: State) -> dict[str, Any]:
    """What the card says of how the run came about."""
    counts = {"train": len(parts.train), "validation": len(parts.validation), "test": len(parts.test)}
    return {
        "recipe": job.recipe.name,
        "settings": job.recipe.settings,
        "command": job.options.command,
        "seed": job.options.seed,
        "data": {"path": job.dataset.path.name, "sha256": job.dataset.sha256, "images": job.dataset.count},
        "split": {"fractions": list(job.options.fractions), **counts},
        "backend": keras.backend.backend(),
        "machine": cards.machine(accelerator()),
        "seconds": round(state.seconds, 1),
        "date": datetime.now(UTC).date().isoformat(),
        "epochs_run": state.epoch,
        "best_epoch": state.best_epoch,
        "ended": state.ended,
    }
