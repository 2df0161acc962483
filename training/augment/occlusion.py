"""Things that lie over an image: a patch (cutout), a grid of patches (grid mask), shapes that one can see through.

Places and sizes are shares of the image's sides, 0 to 1; colours are red, green and blue, 0 to 255.
"""

import cv2
import numpy as np
import numpy.typing as npt

from training.augment.pixels import Pixels
from training.augment.values import blended

Colour = tuple[int, int, int]


def cutout(image: Pixels, share: float, centre: tuple[float, float], colour: Colour) -> Pixels:
    """A patch of one colour, `share` as wide and high as the image, about `centre` (x, y); it may reach over the edge.

    DeVries and Taylor 2017, "Improved Regularization of Convolutional Neural Networks with Cutout".
    """
    rows, columns = (_span(share, at, size) for at, size in zip(centre[::-1], image.shape, strict=False))
    covered = image.copy()
    covered[rows, columns] = colour
    return covered


def grid_mask(image: Pixels, share: float, period: float, offset: tuple[float, float]) -> Pixels:
    """Black patches in rows and columns, one every `period` of a side, `share` of it wide and high.

    `offset` (x, y) is where the grid begins, as a share of the period. Chen et al. 2020, "GridMask Data Augmentation".
    """
    height, width = image.shape[:2]
    down = (np.arange(height) / (period * height) + offset[1]) % 1 < share
    across = (np.arange(width) / (period * width) + offset[0]) % 1 < share
    shown = (~(down[:, None] & across)).view(np.uint8)
    return cv2.bitwise_and(image, image, mask=shown)


def overlay(image: Pixels, corners: npt.NDArray[np.float64], colour: Colour, opacity: float) -> Pixels:
    """A polygon of one colour over the image, `opacity` (0 to 1) of it; `corners` (n, 2) are x and y."""
    size = np.array((image.shape[1], image.shape[0]))
    shape = cv2.fillPoly(image.copy(), [np.rint(corners * size).astype(np.int32)], colour)
    return blended(image, shape, opacity)


def _span(share: float, at: float, size: int) -> slice:
    """The pixels of a side of `size` that a patch of this share covers about its centre."""
    length = round(share * size)
    begin = round(at * size - length / 2)
    return slice(max(0, begin), max(0, begin + length))
