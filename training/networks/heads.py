"""What follows the convolutions: from features to class probabilities."""

import keras
from keras import initializers, layers, regularizers

from training.recipes.recipe import Recipe


def head(recipe: Recipe, class_count: int) -> list[keras.Layer]:
    """The layers from flat features (n, features) to (n, class_count) float32 probabilities.

    With `hidden_units` it is the head of the team's report: dropout, dense ReLU layers (L1 and L2, HeUniform), dropout,
    and the output layer (GlorotUniform); without them the second dropout and everything between go. What the recipe
    leaves out is not built. The output layer computes in 32 bits whatever the others do: a softmax in 16 loses classes.
    """
    hidden = [
        layers.Dense(
            width,
            activation="relu",
            kernel_initializer=initializers.HeUniform(),
            kernel_regularizer=_penalty(recipe.l1, recipe.l2),
        )
        for width in recipe.hidden_units
    ]
    output = layers.Dense(
        class_count,
        activation="softmax",
        kernel_initializer=initializers.GlorotUniform(),
        kernel_regularizer=None if hidden else _penalty(recipe.l1, recipe.l2),
        dtype="float32",
    )
    return [*_dropout(recipe), *hidden, *(_dropout(recipe) if hidden else ()), output]


def _dropout(recipe: Recipe) -> list[keras.Layer]:
    return [] if recipe.dropout is None else [layers.Dropout(recipe.dropout)]


def _penalty(l1: float | None, l2: float | None) -> regularizers.Regularizer | None:
    return regularizers.L1L2(l1 or 0.0, l2 or 0.0) if l1 or l2 else None
