"""The networks that a recipe can name, as functions from its values to a Keras model.

Every network takes raw pixels, float32 0..255, and gives class probabilities: the preprocessing is its first layer, so
that training and the submission cannot differ in it.
"""

import keras

from training.networks.freezing import prepare
from training.networks.optimizers import averaged
from training.networks.precision import computing_in, device_policy, gains_from_16_bit
from training.networks.residual import residual
from training.networks.scratch import convolutional
from training.networks.transfer import with_backbone
from training.recipes.recipe import Recipe

__all__ = ["averaged", "build", "gains_from_16_bit", "prepare"]


def build(
    recipe: Recipe,
    image_shape: tuple[int | None, int | None, int],
    class_count: int,
    *,
    weights: str | None = None,
    mixed_precision: bool = False,
) -> keras.Model:
    """An uncompiled model: (n, *image_shape) float32 0..255 to (n, class_count) float32 probabilities.

    `weights` are a backbone's first ones: `imagenet`, the path of a .h5 or .keras file of it without its top, or None
    for fresh ones; the same layers are built with each. Fresh weights follow Keras' global seed. With
    `mixed_precision` the layers compute in 16 bits on a device that gains from it; the probabilities and the weights
    are float32 always, so that the weights fit a model built without it. Raises InputError where the images are too
    small for the network or a file does not fit, TrainingError where a download fails.
    """
    with computing_in(device_policy() if mixed_precision else None):
        if recipe.is_transfer:
            return with_backbone(recipe, image_shape, class_count, weights)
        if recipe.network == "residual":
            return residual(recipe, image_shape, class_count)
        height, width, channels = image_shape
        if height is None or width is None:
            raise ValueError(f"{recipe.network} takes images of one size only, got {image_shape}")
        return convolutional(recipe, (height, width, channels), class_count)
