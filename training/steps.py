"""One pass over the images: what a step trains on, and the figures that are told of it."""

import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np
import numpy.typing as npt

from training import augment
from training.feed import Feed, Subset
from training.networks import averaged
from training.progress import Advance, Reporter
from training.recipes.recipe import Recipe


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

    @property
    def watched(self) -> str:
        """The column of the history that early stopping goes by."""
        return "loss" if self.validation is None else "val_loss"


class DivergedError(Exception):
    """The loss is no finite number any more."""


def training_feed(work: Work, epoch: int) -> Feed:
    """The training images of an epoch, shuffled, augmented and mixed as the recipe says."""
    return Feed(
        work.train,
        work.recipe.batch_size,
        moment=(work.seed, epoch),
        augmentation=augment.named(work.recipe.augmentation),
        mixing=work.recipe.mixing,
        class_count=work.class_count,
        twice=work.recipe.consistency is not None,
    )


def train_and_validate(work: Work, feed: Feed, side: int | None, advance: Advance) -> dict[str, float]:
    """Train on every batch, then measure on the validation images: loss, accuracy, val_loss and val_accuracy.

    Images are trained on scaled to `side`, and validated as they are, with the averaged weights where there are such.
    Raises DivergedError where the loss is lost. Not `model.fit`: what it puts between the data and TensorFlow
    gives freed memory back to the system after every step, and taking it again cost a fifth of the time on two cores.
    """
    began, trained = time.perf_counter(), _Mean()
    for images, targets in feed:
        logs = step(work, images, targets, side)
        if not math.isfinite(logs["loss"]):
            raise DivergedError(f"the loss became {logs['loss']}")
        trained.add(logs, len(images))
        speed = trained.images / (time.perf_counter() - began)
        told = trained.values
        advance(len(images), f"{speed:.0f} images/s, loss {told['loss']:.3f}, accuracy {told['accuracy']:.3f}")
    if work.validation is None:
        return trained.values
    validated = _Mean()
    with averaged(work.model):
        for images, targets in Feed(work.validation, work.recipe.batch_size):
            validated.add(measured(work, images, targets), len(images))
    return trained.values | {f"val_{name}": value for name, value in validated.values.items()}


def step(
    work: Work, images: npt.NDArray[np.uint8], targets: npt.NDArray[Any], side: int | None = None
) -> dict[str, Any]:
    """One step of the optimizer on a batch, its images scaled to `side`; returns the batch's loss and accuracy."""
    work.model.reset_metrics()
    weights = None
    if work.class_weights is not None:
        weights = work.class_weights[targets] if targets.ndim == 1 else targets @ work.class_weights
    logs: dict[str, Any] = work.model.train_on_batch(
        scaled(images, side), _as_the_loss_wants(work, targets), sample_weight=weights, return_dict=True
    )
    return logs


def measured(work: Work, images: npt.NDArray[np.uint8], targets: npt.NDArray[Any]) -> dict[str, Any]:
    """Loss and accuracy of a batch, nothing trained."""
    if work.recipe.consistency is not None:  # an image agrees with itself, so that the rest of the loss is measured
        images, targets = np.concatenate((images, images)), np.concatenate((targets, targets))
    work.model.reset_metrics()
    logs: dict[str, Any] = work.model.test_on_batch(images, _as_the_loss_wants(work, targets), return_dict=True)
    return logs


def scaled(images: npt.NDArray[np.uint8], side: int | None) -> npt.NDArray[np.uint8]:
    """Images (n, H, W, C) made (n, side, side, C), by the area that a pixel covers; None: as they are."""
    if side in (None, images.shape[1]):
        return images
    return np.stack([cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA) for image in images])


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
