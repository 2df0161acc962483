"""What training makes small."""

from collections.abc import Callable
from typing import Any

from keras import losses, ops

from training.recipes.recipe import Recipe

Loss = Callable[[Any, Any], Any]
"""(labels (n, ...), probabilities (n, classes)) -> what each image adds, (n,)."""

LEAST = 1e-7
"""A probability is taken as at least this in a logarithm."""


def loss(recipe: Recipe) -> Loss:
    """The recipe's loss: cross-entropy, of smoothed labels or not, and the weight of inconsistent answers."""
    if recipe.has_soft_labels:
        plain = losses.CategoricalCrossentropy(label_smoothing=recipe.label_smoothing or 0.0)
    else:
        plain = losses.SparseCategoricalCrossentropy()
    return plain if recipe.consistency is None else consistent(plain, recipe.consistency)


def consistent(plain: Any, weight: float) -> Loss:
    """A Keras loss, and `weight` times how far apart the answers to two augmentations of an image are.

    The batch holds each image twice, the second halves in the order of the first. The distance of two answers is their
    Jensen-Shannon divergence, 0 to ln 2 (AugMix, Hendrycks et al. 2020, arXiv 1912.02781, with two instead of three).
    """

    def loss_of(labels: Any, answers: Any) -> Any:
        one, other = ops.split(ops.maximum(answers, LEAST), 2)
        middle = (one + other) / 2
        apart = (_divergence(one, middle) + _divergence(other, middle)) / 2
        return plain.call(labels, answers) + weight * ops.concatenate((apart, apart))

    return loss_of


def _divergence(of: Any, to: Any) -> Any:
    """Kullback and Leibler's, (n, classes) twice -> (n,)."""
    return ops.sum(of * (ops.log(of) - ops.log(to)), axis=-1)
