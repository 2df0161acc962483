"""The optimizers that a recipe can name."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
from keras import optimizers

from training.recipes.recipe import Recipe


def optimizer(recipe: Recipe, learning_rate: float) -> keras.optimizers.Optimizer:
    """A new optimizer with that rate; its other settings are Keras' defaults.

    adam: Kingma and Ba 2015 (arXiv 1412.6980). adamw: Loshchilov and Hutter 2019 (1711.05101), weights decay apart
    from the gradient. lion: Chen et al. 2023 (2302.06675), steps by the sign of a momentum; it wants a rate of about
    a tenth of Adam's, and a decay that is as much larger. All that is trained decays, biases too.
    With `ema_decay` it keeps a moving average of the weights, which `averaged` puts into the model.
    """
    kinds = {"adam": optimizers.Adam, "adamw": optimizers.AdamW, "lion": optimizers.Lion}
    average: dict[str, Any] = {} if recipe.ema_decay is None else {"use_ema": True, "ema_momentum": recipe.ema_decay}
    return kinds[recipe.optimizer](learning_rate, weight_decay=recipe.weight_decay, **average)


@contextmanager
def averaged(model: keras.Model) -> Iterator[None]:
    """Within the block the weights are their moving average, where the optimizer keeps one; then as they were."""
    if not model.optimizer.use_ema:
        yield
        return
    kept = [keras.ops.convert_to_numpy(variable) for variable in model.trainable_variables]
    model.optimizer.finalize_variable_values(model.trainable_variables)
    try:
        yield
    finally:
        for variable, value in zip(model.trainable_variables, kept, strict=True):
            variable.assign(value)
