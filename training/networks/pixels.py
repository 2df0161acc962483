"""What a network does to raw pixels first."""

import keras
from keras import layers

from training.recipes.recipe import Recipe

Numbers = float | list[float]
"""One for all channels, or one each."""
LEAST_VARIANCE = 16.0
"""Is added to the variance of a channel, so that an even one stays even."""
SPREAD = 0.5
"""Deviation of standardised pixels: about that of pixels scaled to -1..1, which backbones know."""


def pixels(recipe: Recipe, scale: Numbers, offset: Numbers, channels: int = 3) -> list[keras.Layer]:
    """The first layers, from pixels 0..255 (n, H, W, channels) to floats: pixels * scale + offset.

    With `standardize` instead each channel of each image less its mean, by its own deviation: what another lamp or
    camera did to the whole of an image is gone then. Both compute in 32 bits.
    """
    if not recipe.standardize:
        return [layers.Rescaling(scale, offset, dtype="float32")]
    normalised = layers.GroupNormalization(
        channels, center=False, scale=False, epsilon=LEAST_VARIANCE, dtype="float32", name="standardize"
    )
    return [normalised, layers.Rescaling(SPREAD, dtype="float32")]
