"""The optimizers that a recipe can name."""

import keras
from keras import optimizers

from training.recipes.recipe import Recipe


def optimizer(recipe: Recipe, learning_rate: float) -> keras.optimizers.Optimizer:
    """A new optimizer with that rate; its other settings are Keras' defaults.

    adam: Kingma and Ba 2015 (arXiv 1412.6980). adamw: Loshchilov and Hutter 2019 (1711.05101), weights decay apart
    from the gradient. lion: Chen et al. 2023 (2302.06675), steps by the sign of a momentum; it wants a rate of about
    a tenth of Adam's, and a decay that is as much larger. All that is trained decays, biases too.
    """
    kinds = {"adam": optimizers.Adam, "adamw": optimizers.AdamW, "lion": optimizers.Lion}
    return kinds[recipe.optimizer](learning_rate, weight_decay=recipe.weight_decay)
