"""What one call of `kit train` is asked for and works with: the claimed folder, the split, the model, the images."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import numpy.typing as npt
import psutil

from training import card as cards
from training import networks, phases, run_folder, teachers
from training.data.duplicates import exact_groups
from training.data.load import Dataset
from training.data.mapped import mapped_images
from training.data.split import Split, split
from training.errors import TrainingError
from training.feed import Subset
from training.files import replacing
from training.options import IMAGENET, NO_WEIGHTS, Options
from training.progress import Reporter
from training.recipes.recipe import Recipe
from training.run_folder import Identity
from training.steps import Work
from training.views import require_views

if TYPE_CHECKING:
    from training.parallel.team import Team

IMAGES = "images.npy"
"""The unpacked images of a deflated file, in the checkpoint's folder."""
SHARE_OF_MEMORY = 0.5
"""Images that would take more than this share of the free memory stay on the disk; processes divide it."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """What `train` was asked for; `claim` puts the numbers of epochs that count into the recipe."""

    recipe: Recipe
    dataset: Dataset
    folder: Path
    options: Options
    reporter: Reporter
    team: "Team | None" = None
    """The processes that train together with this one; None: it trains alone."""

    @property
    def identity(self) -> Identity:
        """What a resumed run must have in common with this one."""
        lengths = ("epochs", "fine_tuning_epochs")
        settings = {name: value for name, value in self.recipe.settings.items() if name not in lengths}
        return Identity(
            data_sha256=self.dataset.sha256,
            seed=self.options.seed,
            fractions=self.options.fractions,
            settings=settings | {"recipe": self.recipe.name, "weights": self.weights} | self.teachers,
            epochs=tuple(phase.epochs for phase in self.recipe.phases),
        )

    @property
    def weights(self) -> dict[str, str] | None:
        """The weights that the network begins with, as the card names them; None: random ones."""
        given = self.options.weights
        if given in (None, NO_WEIGHTS):
            return None
        path = Path(str(given))
        return {"source": IMAGENET} if given == IMAGENET else {"source": path.name, "sha256": cards.sha256(path)}

    @property
    def teachers(self) -> dict[str, Any]:
        """The runs that it learns from, as card and identity name them; nothing where there are none."""
        folders = self.options.teachers
        named = [{"run": folder.name, "sha256": cards.sha256(folder / run_folder.CARD)} for folder in folders]
        return {"teachers": named} if named else {}

    @property
    def maps_images(self) -> bool:
        """Whether the images stay on the disk."""
        if self.options.memory_map is not None:
            return self.options.memory_map
        local = 1 if self.team is None else self.team.cluster.local
        return local * self.dataset.images.size_bytes > SHARE_OF_MEMORY * psutil.virtual_memory().available

    def with_epochs(self, epochs: tuple[int, ...]) -> "Job":
        """The same with other numbers of epochs, one a phase."""
        first, *rest = epochs
        return replace(self, recipe=replace(self.recipe, epochs=first, fine_tuning_epochs=rest[0] if rest else None))


@contextmanager
def disk_trouble_told(run_dir: Path) -> Iterator[None]:
    """Turn what a full or closed disk raises into one TrainingError that says how to go on."""
    try:
        yield
    except OSError as error:
        raise TrainingError(
            f"{error.filename or run_dir} could not be written or read: {error.strerror or error}",
            "make room, or see to the permissions; the finished epochs are saved: go on with --resume",
        ) from error


def claim(job: Job) -> Job:
    """Take or resume the run's folder."""
    options = job.options
    asked = tuple(options.epochs or phase.epochs for phase in job.recipe.phases)
    job = job.with_epochs(asked)
    if options.resume and run_folder.is_begun(job.folder):
        then = run_folder.begun(job.folder, job.identity)
        run_folder.sweep(job.folder)
        return job if options.epochs else job.with_epochs(then.epochs)
    if options.resume:
        job.reporter.say(f"There is nothing to resume in {job.folder}: training begins.")
    if options.overwrite:
        run_folder.clear(job.folder)
    run_folder.begin(job.folder, job.identity)
    return job


def divide(job: Job) -> Split:
    """The split of the run, made at its begin and read from it later."""
    path = job.folder / run_folder.SPLIT
    if path.is_file():
        with np.load(path) as stored:
            return Split(stored["train"], stored["validation"], stored["test"])
    parts = fresh_split(job)
    with replacing(path) as beside:
        np.savez(beside, train=parts.train, validation=parts.validation, test=parts.test)
    if not len(parts.validation):
        job.reporter.say("The split has no validation images: early stopping goes by the training loss.")
    return parts


def fresh_split(job: Job) -> Split:
    """The split that the seed and the fractions give; nothing is written."""
    groups = exact_groups(job.dataset, job.reporter).ids
    return split(job.dataset.labels, groups, job.options.fractions, seed=job.options.seed)


def fresh_model(job: Job) -> keras.Model:
    """The recipe's network with its first weights, which the seed decides."""
    require_views(job.recipe.views, job.dataset.image_shape)
    keras.utils.set_random_seed(job.options.seed)
    height, width, channels = job.dataset.image_shape
    return networks.build(
        job.recipe,
        (height, width, channels) if job.recipe.image_sides is None else (None, None, channels),
        job.dataset.class_count,
        weights=None if job.options.weights == NO_WEIGHTS else job.options.weights,
        mixed_precision=job.recipe.mixed_precision,
    )


def work(job: Job, parts: Split, model: keras.Model) -> Work:
    """What the loop trains on: the images in memory, or on the disk where they are too many."""
    images = mapped_images(job.dataset, job.folder / run_folder.CHECKPOINT / IMAGES) if job.maps_images else None
    if images is not None:
        job.reporter.say("The images stay on the disk and are read batch by batch.")

    def subset(rows: npt.NDArray[np.int64]) -> Subset:
        labels = job.dataset.labels[rows]
        if images is not None:
            return Subset(images=images, labels=labels, rows=rows, places=rows)
        return Subset(images=job.dataset.load(rows), labels=labels, rows=rows)

    labels, count = job.dataset.labels[parts.train], job.dataset.class_count
    return Work(
        recipe=job.recipe,
        model=model,
        class_count=count,
        train=subset(parts.train),
        validation=subset(parts.validation) if len(parts.validation) else None,
        class_weights=phases.class_weights(labels, count) if job.recipe.class_weights else None,
        seed=job.options.seed,
        folder=job.folder,
        reporter=job.reporter,
        team=job.team,
        teach=teachers.teach(job.options.teachers),
    )


def facts(job: Job, parts: Split) -> dict[str, Any]:
    """What the card says of how the run came about, but for how it went."""
    together = {} if job.team is None else {"processes": job.team.share.processes}
    counts = {"train": len(parts.train), "validation": len(parts.validation), "test": len(parts.test)}
    return {
        "recipe": job.recipe.name,
        "settings": job.recipe.settings,
        "weights": job.weights,
        "command": job.options.command,
        "seed": job.options.seed,
        "data": {"path": job.dataset.path.name, "sha256": job.dataset.sha256, "images": job.dataset.count},
        "split": {"fractions": list(job.options.fractions), **counts},
        "backend": keras.backend.backend(),
        "machine": cards.machine(phases.accelerator()),
        **together,
        **job.teachers,
    }
