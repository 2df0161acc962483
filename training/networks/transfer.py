"""Transfer learning: a backbone that was trained on ImageNet, and the head of the team's report.

Every backbone is one of keras.applications without its top. What those expect of pixels differs: some scale inside,
some do not, and EfficientNet builds other layers with ImageNet's weights than without. Here the scaling is always one
Rescaling layer before the backbone, so that the network is the same whatever its first weights are.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import keras
from keras import applications, layers

from training.errors import InputError
from training.networks import pretrained
from training.networks.heads import head
from training.networks.pixels import Numbers, pixels
from training.recipes.recipe import Recipe

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
"""Of RGB pixels from 0 to 1: keras.applications.imagenet_utils, mode torch."""


@dataclass(frozen=True, kw_only=True)
class Backbone:
    """How a network of keras.applications is made, and what it takes."""

    application: Callable[..., keras.Model]
    scale: Numbers
    offset: Numbers
    """Its weights expect raw pixels 0..255 times `scale` plus `offset`: one number, or one a channel."""
    smallest_side: int = 32
    """Pixels that each side needs at least."""
    first_layer: str | None = None
    """Where it begins once its own scaling is cut off; None: it has none."""


_SYMMETRIC: dict[str, Any] = {"scale": 1 / 127.5, "offset": -1.0}
_STANDARDISED: dict[str, Any] = {
    "scale": [1 / (255 * std) for std in IMAGENET_STD],
    "offset": [-mean / std for mean, std in zip(IMAGENET_MEAN, IMAGENET_STD, strict=True)],
}


def _convnextsmall(**options: Any) -> keras.Model:
    return applications.ConvNeXtSmall(include_preprocessing=False, **options)


BACKBONES = {
    "mobilenetv2": Backbone(application=applications.MobileNetV2, **_SYMMETRIC),
    "resnet50v2": Backbone(application=applications.ResNet50V2, **_SYMMETRIC),
    "inceptionv3": Backbone(application=applications.InceptionV3, smallest_side=75, **_SYMMETRIC),
    "efficientnetb3": Backbone(application=applications.EfficientNetB3, first_layer="stem_conv_pad", **_STANDARDISED),
    "convnextsmall": Backbone(application=_convnextsmall, **_STANDARDISED),
}


def with_backbone(
    recipe: Recipe, image_shape: tuple[int | None, int | None, int], class_count: int, weights: str | None
) -> keras.Model:
    """Rescaling, the recipe's backbone, global average pooling, and the head.

    Input (n, *image_shape) float32 0..255, output (n, class_count) float32 probabilities. Nothing is frozen yet:
    freezing.prepare keeps BatchNormalization at what it learnt on ImageNet. Calling the backbone with training=False,
    the usual way, would not: under Keras 3 what train_on_batch says goes through to every layer (seen with 3.15). So
    EfficientNet's own dropout, of whole branches, is on in training, as it was on ImageNet. `weights` as in
    networks.build. Raises InputError where the images are too small, and what pretrained.load raises.
    """
    kind = BACKBONES[recipe.network]
    if min(side or kind.smallest_side for side in image_shape[:2]) < kind.smallest_side:
        raise InputError(
            f"images of {image_shape[0]}x{image_shape[1]} are too small for {recipe.network}",
            f"use images of at least {kind.smallest_side} pixels a side, or another recipe",
        )
    options = {"alpha": recipe.alpha} if recipe.network == "mobilenetv2" else {}
    build = partial(kind.application, include_top=False, input_shape=image_shape, **options)
    whole = pretrained.load(build, recipe, weights)
    images = keras.Input(image_shape)
    values = images
    for layer in pixels(recipe, kind.scale, kind.offset):
        values = layer(values)
    values = _without_scaling(whole, kind)(values)
    values = layers.GlobalAveragePooling2D()(values)
    for layer in head(recipe, class_count):
        values = layer(values)
    return keras.Model(images, values, name=recipe.network)


def _without_scaling(whole: keras.Model, kind: Backbone) -> keras.Model:
    """The part of the network that begins after its own scaling."""
    if kind.first_layer is None:
        return whole
    return keras.Model(whole.get_layer(kind.first_layer).input, whole.output, name=whole.name)
