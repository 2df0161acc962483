"""A residual network for small images and few cores: most of its work is done at a quarter of the side."""

import keras
from keras import layers

from training.errors import InputError
from training.networks.heads import head
from training.networks.pixels import pixels
from training.recipes.recipe import Recipe

KERNEL = 3
GROUP = 8
"""Channels that are normalised together; widths have to be multiples of it."""
SHRINK = 4
"""What the stem divides the side by, before the first stage."""


def residual(recipe: Recipe, image_shape: tuple[int | None, int | None, int], class_count: int) -> keras.Model:
    """Two strided convolutions, then per width in `filters` a stage of `blocks`, global average pooling, and the head.

    A block is two 3x3 convolutions with group normalisation, whose sum with its input is rectified (He et al. 2016,
    arXiv 1512.03385; Wu and He 2018, 1803.08494): no statistics of a batch, which corrupted images would upset. Every
    stage but the first halves the side. Input (n, *image_shape) float32 0..255, of any side where it is None; output
    (n, class_count) float32 probabilities. Raises InputError where a width is no multiple of GROUP or the images are
    too small.
    """
    widths, depths = recipe.filters or (), recipe.blocks or ()
    _check(widths, image_shape)
    images = keras.Input(image_shape)
    values = images
    for layer in pixels(recipe, 1 / 127.5, -1):
        values = layer(values)
    for width in (widths[0] // 2, widths[0]):
        values = layers.ReLU()(_normalised(_convolution(values, width, 2), width))
    for stage, (width, depth) in enumerate(zip(widths, depths, strict=True)):
        for block in range(depth):
            values = _block(values, width, 2 if stage and not block else 1)
    values = layers.GlobalAveragePooling2D()(values)
    for layer in head(recipe, class_count):
        values = layer(values)
    return keras.Model(images, values, name="residual")


def _check(widths: tuple[int, ...], image_shape: tuple[int | None, ...]) -> None:
    if odd := [width for width in widths if width % (2 * GROUP)]:
        raise InputError(
            f"a residual network has widths that are multiples of {2 * GROUP}, got {odd}",
            "change filters in the recipe",
        )
    least = SHRINK * 2 ** (len(widths) - 1)
    if small := [side for side in image_shape[:2] if side is not None and side < least]:
        raise InputError(
            f"images of {small[0]} pixels a side are too small for {len(widths)} stages",
            f"use images of at least {least} pixels a side, or fewer filters in the recipe",
        )


def _block(values: keras.KerasTensor, width: int, stride: int) -> keras.KerasTensor:
    inner = layers.ReLU()(_normalised(_convolution(values, width, stride), width))
    inner = _normalised(_convolution(inner, width, 1), width, gamma="zeros")
    if stride > 1:
        values = layers.AveragePooling2D(stride, padding="same")(values)
    if values.shape[-1] != width:
        values = layers.Conv2D(width, 1, use_bias=False, kernel_initializer="he_normal")(values)
    return layers.ReLU()(layers.Add()([values, inner]))


def _convolution(values: keras.KerasTensor, width: int, stride: int) -> keras.KerasTensor:
    made = layers.Conv2D(width, KERNEL, stride, padding="same", use_bias=False, kernel_initializer="he_normal")
    return made(values)


def _normalised(values: keras.KerasTensor, width: int, gamma: str = "ones") -> keras.KerasTensor:
    return layers.GroupNormalization(width // GROUP, gamma_initializer=gamma)(values)
