"""Blurs, each with its cause: defocus, motion, averaging and median filters; and the sharpening that undoes them.

Lengths are in pixels. At 0 each returns the image as it is. Beyond the edge the image goes on mirrored.
"""

import math

import cv2
import numpy as np
import numpy.typing as npt

from training.augment.pixels import Pixels


def gaussian(image: Pixels, deviation: float) -> Pixels:
    """Each pixel becomes the mean about it, weighted by a bell of this standard deviation, cut off after two.

    Row by row, then column by column: cv2.GaussianBlur gives the same and took twice as long.
    """
    if deviation <= 0:
        return image
    bell = cv2.getGaussianKernel(2 * math.ceil(2 * deviation) + 1, deviation)
    return cv2.sepFilter2D(image, -1, bell, bell)


def box(image: Pixels, radius: int) -> Pixels:
    """Each pixel becomes the mean of the square that reaches `radius` pixels from it."""
    return cv2.blur(image, (2 * radius + 1, 2 * radius + 1))


def median(image: Pixels, times: int) -> Pixels:
    """Each value becomes the median of the 3 x 3 about it, several times over.

    A median of 5 x 5 took ten times as long as one of 3 x 3.
    """
    for _ in range(times):
        image = cv2.medianBlur(image, 3)
    return image


def motion(image: Pixels, length: float, degrees: float) -> Pixels:
    """Each pixel becomes the mean of a line of this length through it, at this angle: the camera or the slide moved."""
    reach = math.ceil(length / 2)
    steps = np.linspace(-length / 2, length / 2, 2 * reach + 1)
    columns = np.rint(steps * math.cos(math.radians(degrees))).astype(np.intp) + reach
    rows = np.rint(steps * -math.sin(math.radians(degrees))).astype(np.intp) + reach
    line = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    line[rows, columns] = 1
    return _filtered(image, line)


def defocus(image: Pixels, radius: float) -> Pixels:
    """Each pixel becomes the mean of the disc about it: what a lens out of focus does."""
    reach = math.ceil(radius)
    squares = np.arange(-reach, reach + 1) ** 2
    disc = squares[:, None] + squares <= radius**2
    return _filtered(image, disc.astype(np.float32))


def sharpen(image: Pixels, amount: float) -> Pixels:
    """The image plus `amount` times what a blur of one pixel takes away (unsharp mask)."""
    return cv2.addWeighted(image, 1 + amount, gaussian(image, 1.0), -amount, 0)


def _filtered(image: Pixels, weights: npt.NDArray[np.float32]) -> Pixels:
    """Each pixel becomes the mean about it by these weights, which need not add up to 1."""
    return cv2.filter2D(image, -1, weights / weights.sum())
