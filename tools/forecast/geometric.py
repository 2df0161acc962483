"""The cell elsewhere, turned, larger, smaller or bent; lengths are shares of the image's sides.

What comes in from outside the image is drawn for each: its reflection, its edge drawn out, or black.
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from tools.forecast.corruption import Corruption, Family, Image, side_of
from tools.forecast.draw import Draw

BORDERS = (cv2.BORDER_REFLECT_101, cv2.BORDER_REPLICATE, cv2.BORDER_CONSTANT)
_COARSE = 6
"""Nodes a side of the field that bends an image."""


def rotate(image: Image, strength: float, draw: Draw) -> Image:
    """Turned by `strength` degrees, either way."""
    angle = math.radians(draw.either(0.9 * strength, strength))
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    return _warped(image, turn, (0, 0), draw)


def translate(image: Image, strength: float, draw: Draw) -> Image:
    """Moved by `strength` of the shorter side, in any direction."""
    length = strength * side_of(image) * draw.uniform(0.9, 1)
    angle = draw.uniform(0, 2 * math.pi)
    return _warped(image, np.eye(2), (length * math.cos(angle), length * math.sin(angle)), draw)


def zoom(image: Image, strength: float, draw: Draw) -> Image:
    """Smaller, by the factor 1 - strength, or larger, by its inverse."""
    factor = 1 - strength * draw.uniform(0.9, 1)
    return _warped(image, np.eye(2) * (factor if draw.below(2) else 1 / factor), (0, 0), draw)


def shear(image: Image, strength: float, draw: Draw) -> Image:
    """A row moved by `strength` of its distance from the middle, or a column."""
    slant = draw.either(0.9 * strength, strength)
    matrix = np.array([[1, slant], [0, 1]]) if draw.below(2) else np.array([[1, 0], [slant, 1]])
    return _warped(image, matrix, (0, 0), draw)


def elastic(image: Image, strength: float, draw: Draw) -> Image:
    """Bent by a smooth field whose shifts have a standard deviation of `strength` (Simard et al. 2003)."""
    height, width = image.shape[:2]
    nodes = draw.normal((2, _COARSE, _COARSE)) * np.float32(strength * side_of(image))
    x, y = (cv2.resize(field, (width, height), interpolation=cv2.INTER_CUBIC) for field in nodes)
    x += np.arange(width, dtype=np.float32)
    y += np.arange(height, dtype=np.float32)[:, None]
    return cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=BORDERS[draw.below(len(BORDERS))])


def _warped(image: Image, matrix: NDArray[np.float64], shift: tuple[float, float], draw: Draw) -> Image:
    """A linear map about the middle, then a shift in pixels."""
    height, width = image.shape[:2]
    middle = np.array([(width - 1) / 2, (height - 1) / 2])
    moved = middle - matrix @ middle + np.array(shift)
    border = BORDERS[draw.below(len(BORDERS))]
    whole = np.column_stack([matrix, moved])
    return cv2.warpAffine(image, whole, (width, height), flags=cv2.INTER_LINEAR, borderMode=border)


GEOMETRIC = Family(
    name="geometric",
    is_seen=True,
    corruptions=(
        Corruption(change=rotate, strengths=(8, 15, 23, 33, 45)),
        Corruption(change=translate, strengths=(0.06, 0.11, 0.17, 0.23, 0.3)),
        Corruption(change=zoom, strengths=(0.12, 0.2, 0.29, 0.37, 0.45)),
        Corruption(change=shear, strengths=(0.1, 0.2, 0.3, 0.45, 0.6)),
        Corruption(change=elastic, strengths=(0.015, 0.025, 0.035, 0.05, 0.065)),
    ),
)
