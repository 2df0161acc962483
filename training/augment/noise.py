"""Noise: of the amplifier (gaussian), of counted light (shot), and of dead pixels (salt and pepper).

Drawing tens of thousands of normal numbers for an image takes longer than all else that is done to it, so they are
drawn once; each image gets a stretch of them, from a place of its own.
"""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from training.augment.pixels import Pixels

_POOL_SIZE = 1 << 20
_NORMAL = np.random.default_rng(20151).standard_normal(_POOL_SIZE, np.float32)
_PLACES = np.random.default_rng(20152).integers(0, 1 << 31, _POOL_SIZE, np.int32)
_ROOTS = np.sqrt(np.arange(256, dtype=np.float32))


def gaussian(image: Pixels, deviation: float, place: float) -> Pixels:
    """Plus normal noise of this standard deviation, in values of 0 to 255; `place` (0 to 1) decides which."""
    noise = _stretch(_NORMAL, image.size, place).reshape(image.shape)
    return cv2.addWeighted(image, 1, noise, deviation, 0, dtype=cv2.CV_8U)


def shot(image: Pixels, photons: float, place: float) -> Pixels:
    """As if white were so many photons (Poisson's noise by its normal limit); `place` (0 to 1) decides which.

    A value of v gets noise of the standard deviation sqrt(255 v / photons).
    """
    noise = _stretch(_NORMAL, image.size, place).reshape(image.shape)
    noise = cv2.multiply(cv2.LUT(image, _ROOTS), noise)
    return cv2.addWeighted(image, 1, noise, (255 / photons) ** 0.5, 0, dtype=cv2.CV_8U)


def salt_and_pepper(image: Pixels, share: float, place: float) -> Pixels:
    """About `share` of the pixels become white or black, half of them each; `place` (0 to 1) decides which."""
    dots = image.copy().reshape(-1, image.shape[2])
    chosen = _stretch(_PLACES, round(share * len(dots)), place) % len(dots)
    dots[chosen[::2]] = 255
    dots[chosen[1::2]] = 0
    return dots.reshape(image.shape)


def _stretch(pool: npt.NDArray[Any], count: int, place: float) -> npt.NDArray[Any]:
    """`count` numbers in a row from the place in the pool, which goes round."""
    begin = int(place * _POOL_SIZE)
    if begin + count <= _POOL_SIZE:
        return pool[begin : begin + count]
    return np.take(pool, np.arange(begin, begin + count), mode="wrap")
