"""One pass over the images: what a step trains on, and the figures that are told of it."""

import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import numpy.typing as npt

from training import augment
from training.feed import Feed, Subset, Teach
from training.networks import averaged
from training.parallel.share import WHOLE, Share
from training.progress import Advance, Reporter
from training.recipes.recipe import Recipe

if TYPE_CHECKING:
    from training.parallel.team import Team


@dataclass(frozen=True, kw_only=True)
class Work:
    """What is trained, on what, and where its state is kept."""

    recipe: Recipe
    model: keras.Model
    """Built; `run` compiles it for each phase."""
    class_count: int
    train: Subset
    validation: Subset | None
    """None: early stopping goes by the training loss."""
    class_weights: npt.NDArray[np.float32] | None
    """What an image of each class counts, (class_count,); None: all the same."""
    seed: int
    folder: Path
    reporter: Reporter
    team: "Team | None" = None
    """The processes that train together with this one; None: it trains alone."""
    teach: Teach | None = None
    """What answers for the teachers; None: there are none."""

    @property
    def share(self) -> Share:
        """Which part of each batch this process trains on."""
        return WHOLE if self.team is None else self.team.share

    @property
    def writes(self) -> bool:
        """Whether this process keeps the run's state in its folder."""
        return self.team is None or self.team.is_chief

    @property
    def watched(self) -> str:
        """The column of the history that early stopping goes by."""
        return "loss" if self.validation is None else "val_loss"


class DivergedError(Exception):
    """The loss is no finite number any more."""


def training_feed(work: Work, epoch: int, side: int | None = None) -> Feed:
    """The training images of an epoch, shuffled, augmented and mixed as the recipe says, and scaled to `side`."""
    return Feed(
        work.train,
        work.recipe.batch_size,
        moment=(work.seed, epoch),
        augmentation=augment.named(work.recipe.augmentation),
        mixing=work.recipe.mixing,
        class_count=work.class_count,
        twice=work.recipe.consistency is not None,
        side=side,
        teaching=None if work.teach is None else (work.teach, work.recipe.distillation or 0.0),
        share=work.share,
    )


def validation_feed(work: Work, subset: Subset) -> Feed:
    """The validation images as they are."""
    return Feed(subset, work.recipe.batch_size, share=work.share)


def train_and_validate(work: Work, feed: Feed, advance: Advance) -> dict[str, float]:
    """Train on every batch, then measure on the validation images: loss, accuracy, val_loss and val_accuracy.

    What is validated are the averaged weights, where there are such. Raises DivergedError where the loss is lost. Not
    `model.fit`: what it puts between the data and TensorFlow gives freed memory back to the system after every step,
    and taking it again cost a fifth of the time on two cores.
    """
    began, trained = time.perf_counter(), _Mean()
    for index, (images, targets) in enumerate(feed):
        size = feed.size(index)
        logs = step(work, images, targets, size)
        if not math.isfinite(logs["loss"]):
            raise DivergedError(f"the loss became {logs['loss']}")
        trained.add(logs, size)
        speed = trained.images / (time.perf_counter() - began)
        told = trained.values
        advance(size, f"{speed:.0f} images/s, loss {told['loss']:.3f}, accuracy {told['accuracy']:.3f}")
    if work.validation is None:
        return trained.values
    validated, feed = _Mean(), validation_feed(work, work.validation)
    with averaged(work.model):
        for index, (images, targets) in enumerate(feed):
            validated.add(measured(work, images, targets, feed.size(index)), feed.size(index))
    return trained.values | {f"val_{name}": value for name, value in validated.values.items()}


def step(work: Work, images: npt.NDArray[np.uint8], targets: npt.NDArray[Any], size: int) -> dict[str, Any]:
    """One step of the optimizer on a batch of `size` images, all of them or this process' share.

    Returns the whole batch's loss and accuracy.
    """
    weights = None
    if work.class_weights is not None:
        weights = work.class_weights[targets] if targets.ndim == 1 else targets @ work.class_weights
    wanted = _as_the_loss_wants(work, targets)
    if work.team is not None:
        return work.team.train_on_batch(work.model, images, wanted, weights, size)
    work.model.reset_metrics()
    logs: dict[str, Any] = work.model.train_on_batch(images, wanted, sample_weight=weights, return_dict=True)
    return logs


def measured(work: Work, images: npt.NDArray[np.uint8], targets: npt.NDArray[Any], size: int) -> dict[str, Any]:
    """Loss and accuracy of a batch, nothing trained; else as `step`."""
    if work.recipe.consistency is not None:  # an image agrees with itself, so that the rest of the loss is measured
        images, targets = np.concatenate((images, images)), np.concatenate((targets, targets))
    wanted = _as_the_loss_wants(work, targets)
    if work.team is not None:
        return work.team.test_on_batch(work.model, images, wanted, size)
    work.model.reset_metrics()
    logs: dict[str, Any] = work.model.test_on_batch(images, wanted, return_dict=True)
    return logs


def _as_the_loss_wants(work: Work, targets: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Class ids, or a share of each class."""
    if targets.ndim == 1 and work.recipe.has_soft_labels:
        targets = np.eye(work.class_count, dtype=np.float32)[targets]
    return targets


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
