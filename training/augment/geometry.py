"""Where pixels go: rotations, translations, shears, zooms, mirrorings and crops, as matrices that compose into one.

The origin is the image's centre, x runs to the right, y downwards, in pixels. A matrix says where a point goes to.
"""

import math
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from training.augment.pixels import Pixels

Affine = tuple[float, float, float, float, float, float]
"""(a, b, c, d, e, f): x becomes a x + b y + c, and y becomes d x + e y + f."""

IDENTITY: Affine = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)

BORDER = cv2.BORDER_REFLECT_101
"""What is seen beyond the edge: the image mirrored. A smear goes on beyond the edge of a crop, and a constant colour
would draw a frame that gives the operation away and that no real image has."""


def composed(second: Affine, first: Affine) -> Affine:
    """The matrix that does `first`, then `second`."""
    a, b, c, d, e, f = second
    g, h, i, j, k, m = first
    return (a * g + b * j, a * h + b * k, a * i + b * m + c, d * g + e * j, d * h + e * k, d * i + e * m + f)


def rotation(degrees: float) -> Affine:
    """Counter-clockwise, as one sees it, about the centre."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return (cosine, sine, 0.0, -sine, cosine, 0.0)


def quarter_turns(count: int) -> Affine:
    """So many times 90 degrees counter-clockwise, exactly."""
    cosine, sine = ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[count % 4]
    return (cosine, sine, 0.0, -sine, cosine, 0.0)


def translation(x: float, y: float) -> Affine:
    """By so many pixels to the right and down."""
    return (1.0, 0.0, x, 0.0, 1.0, y)


def shear(x: float, y: float) -> Affine:
    """Rows slide by `x` pixels per row, columns by `y` pixels per column."""
    return (1.0, x, 0.0, y, 1.0, 0.0)


def zoom(x: float, y: float) -> Affine:
    """Things become `x` times as wide and `y` times as high; both are above 0."""
    return (x, 0.0, 0.0, 0.0, y, 0.0)


def mirror(*, horizontal: bool = False, vertical: bool = False) -> Affine:
    """Left and right change places (horizontal), top and bottom (vertical)."""
    return (-1.0 if horizontal else 1.0, 0.0, 0.0, 0.0, -1.0 if vertical else 1.0, 0.0)


def crop(share: float, x: float, y: float) -> Affine:
    """Show a window that is `share` as wide and as high as the image, about the point (x, y), at the image's size."""
    return composed(zoom(1 / share, 1 / share), translation(-x, -y))


def warp(image: Pixels, matrix: Affine) -> Pixels:
    """The image (H, W, 3) uint8 under a matrix, of the same size, interpolated linearly.

    Mirrorings and quarter turns move pixels and change none. A fourth channel comes along for the way: with it OpenCV
    took 38 us for an image of 96 x 96, both conversions included, and 64 us without. The matrix must have an inverse.
    """
    exact = _view(image, matrix)
    if exact is not None:
        return exact
    a, b, c, d, e, f = matrix
    height, width = image.shape[:2]
    x, y = (width - 1) / 2, (height - 1) / 2
    about = np.array(((a, b, c + x - a * x - b * y), (d, e, f + y - d * x - e * y)))
    image = cv2.cvtColor(image, cv2.COLOR_RGB2RGBA)
    image = cv2.warpAffine(image, about, (width, height), flags=cv2.INTER_LINEAR, borderMode=BORDER)
    return cv2.cvtColor(image, cv2.COLOR_RGBA2RGB)


def _view(image: Pixels, matrix: Affine) -> Pixels | None:
    """The image mirrored or turned by quarters where the matrix says no more than that, else None."""
    a, b, c, d, e, f = matrix
    if c or f or {abs(a), abs(b), abs(d), abs(e)} != {0.0, 1.0}:
        return None
    if b or d:
        if a or e or image.shape[0] != image.shape[1]:
            return None
        image, a, e = cv2.transpose(image), b, d
    if a > 0 and e > 0:
        return image
    return cv2.flip(image, -1 if a < 0 and e < 0 else int(a < 0))


def elastic(image: Pixels, shifts: npt.NDArray[np.float32]) -> Pixels:
    """The image as if it were drawn on rubber: each pixel shows what lies a smooth shift away from it.

    `shifts` (rows, columns, 2) float32 are pixels to the right and down at the points of a coarse grid that spans the
    image; between them they run smoothly (Ronneberger et al. 2015, U-Net, section 3.1). Shifts are smaller than
    the image.
    """
    height, width = image.shape[:2]
    fine = cv2.resize(shifts, (width, height), interpolation=cv2.INTER_CUBIC)
    x = _reflected(fine[..., 0] + np.arange(width), width)
    y = _reflected(fine[..., 1] + np.arange(height)[:, None], height)
    return cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _reflected(places: npt.NDArray[np.floating[Any]], size: int) -> npt.NDArray[np.float32]:
    """Places beyond the edges, mirrored into the image; OpenCV's own way of it in remap did not end (5.0)."""
    last = size - 1
    return np.asarray(np.clip(last - np.abs(last - np.abs(places)), 0, last), np.float32)
