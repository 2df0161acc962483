"""A model made ready for one stretch of its training: what of it is trained, on which loss, and how fast."""

import math
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from training import networks
from training.losses import loss
from training.networks.optimizers import optimizer
from training.recipes.recipe import Phase, Recipe


def make_ready(model: keras.Model, recipe: Recipe, phase: Phase) -> None:
    """Freeze what the phase freezes, and compile with a new optimizer, its state built so that it can be restored."""
    networks.prepare(model, phase)
    model.compile(
        optimizer=optimizer(recipe, phase.learning_rate),
        loss=loss(recipe),
        metrics=["accuracy"],
        jit_compile="auto" if accelerator() else False,  # XLA starts and runs slower on a CPU
    )
    model.optimizer.build(model.trainable_variables)


def learning_rate(recipe: Recipe, phase: Phase, number: int) -> float:
    """The rate of a phase's epoch `number`, from 1.

    With the cosine it is that of the epoch's middle (Loshchilov and Hutter 2017, arXiv 1608.03983, without restarts);
    else constant for `decay_after` epochs, then falling exponentially.
    """
    if recipe.schedule == "cosine":
        return phase.learning_rate * (1 + math.cos(math.pi * (number - 0.5) / phase.epochs)) / 2
    if recipe.decay_after is None:
        return phase.learning_rate
    return float(phase.learning_rate * recipe.decay_rate ** max(0, number - recipe.decay_after))


def image_side(recipe: Recipe, phase: Phase, number: int) -> int | None:
    """Pixels a side of the training images in a phase's epoch `number`, from 1; None: as they are."""
    sides = recipe.image_sides
    return None if sides is None else sides[min(len(sides) - 1, (number - 1) * len(sides) // phase.epochs)]


def class_weights(labels: npt.NDArray[np.int64], class_count: int) -> npt.NDArray[np.float32]:
    """What an image of each class counts, (class_count,): images / (classes * images of the class); the mean is 1."""
    counts = np.bincount(labels, minlength=class_count)
    return (len(labels) / (class_count * np.maximum(counts, 1))).astype(np.float32)


def accelerator() -> str | None:
    """The first GPU or TPU that Keras' backend trains on, None on a CPU."""
    first: str = keras.distribution.list_devices()[0]
    return None if first.startswith("cpu") else first


def trainable_count(model: Any) -> int:
    """How many weights the model's present phase trains."""
    return sum(int(np.prod(variable.shape)) for variable in model.trainable_variables)
