"""A model made ready for one stretch of its training: what of it is trained, on which loss, and how fast."""

from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from training import networks
from training.networks.optimizers import optimizer
from training.recipes.recipe import Phase, Recipe


def make_ready(model: keras.Model, recipe: Recipe, phase: Phase) -> None:
    """Freeze what the phase freezes, and compile with a new optimizer, its state built so that it can be restored."""
    networks.prepare(model, phase)
    soft = keras.losses.CategoricalCrossentropy(label_smoothing=recipe.label_smoothing or 0.0)
    model.compile(
        optimizer=optimizer(recipe, phase.learning_rate),
        loss=soft if has_soft_labels(recipe) else "sparse_categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile="auto" if accelerator() else False,  # XLA starts and runs slower on a CPU
    )
    model.optimizer.build(model.trainable_variables)


def has_soft_labels(recipe: Recipe) -> bool:
    """Whether a label is a share of each class, (classes,) float32, instead of one class id."""
    return recipe.mixing is not None or recipe.label_smoothing is not None


def learning_rate(recipe: Recipe, phase: Phase, number: int) -> float:
    """The rate of a phase's epoch `number`, from 1: constant for `decay_after` epochs, then falling exponentially."""
    if recipe.decay_after is None:
        return phase.learning_rate
    return float(phase.learning_rate * recipe.decay_rate ** max(0, number - recipe.decay_after))


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
