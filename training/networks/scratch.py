"""Networks trained from nothing: the report's first models."""

import keras
from keras import layers

from training.errors import InputError
from training.networks.heads import head
from training.recipes.recipe import Recipe

KERNEL = 3
POOL = 2


def convolutional(recipe: Recipe, image_shape: tuple[int, int, int], class_count: int) -> keras.Model:
    """Per width in `filters` a 3x3 convolution (valid padding, ReLU) and 2x2 max pooling; then flatten, and the head.

    The team's first model is this with widths 32, 64, 128 and a bare softmax: 195,656 weights for 96x96 RGB and eight
    classes. Input (n, *image_shape) float32 0..255, output (n, class_count) float32 probabilities. Raises InputError
    where the images shrink to nothing on the way.
    """
    filters = recipe.filters or ()
    if smallest_side(len(filters)) > min(image_shape[:2]):
        raise InputError(
            f"images of {image_shape[0]}x{image_shape[1]} are too small for {len(filters)} convolutions",
            f"use images of at least {smallest_side(len(filters))} pixels a side, or fewer filters in the recipe",
        )
    stages = [
        layer
        for width in filters
        for layer in (layers.Conv2D(width, KERNEL, activation="relu"), layers.MaxPooling2D(POOL))
    ]
    # The order in which layers are made decides their first weights: convolutions before the head.
    top = [layers.Flatten(), *head(recipe, class_count)]
    return keras.Sequential([keras.Input(image_shape), layers.Rescaling(1 / 255), *stages, *top], name="scratch")


def smallest_side(stages: int) -> int:
    """Pixels that a side needs so that one is left after so many stages of convolution and pooling."""
    side = 1
    for _ in range(stages):
        side = side * POOL + KERNEL - 1
    return side
