"""The networks that a recipe can name, as functions from its values to a Keras model.

Every network takes raw pixels, float32 0..255, and gives class probabilities: the preprocessing is its first layer, so
that training and the submission cannot differ in it.
"""

import keras

from training.networks import scratch
from training.recipes.recipe import Recipe


def build(recipe: Recipe, image_shape: tuple[int, int, int], class_count: int) -> keras.Model:
    """A fresh, uncompiled model: (n, *image_shape) float32 0..255 to (n, class_count) float32 probabilities.

    The initial weights follow Keras' global seed. Raises InputError where the images are too small for the network.
    """
    networks = {"scratch": scratch.convolutional}
    return networks[recipe.network](image_shape, class_count, recipe.filters)
