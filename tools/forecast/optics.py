"""What lamp and lens of a microscope do: uneven light, shadow, glare, colours that part. Never trained on.

Lengths are shares of the image's shorter side.
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from tools.forecast.corruption import Corruption, Family, Image, side_of, to_bytes
from tools.forecast.draw import Draw


def vignette(image: Image, strength: float, draw: Draw) -> Image:
    """Light falls off with the square of the distance from a point near the middle: by `strength` at the corners."""
    height, width = image.shape[:2]
    across, down = _axes(image, draw.uniform(-0.2, 0.2), draw.uniform(-0.2, 0.2))
    square = (np.square(across) + np.square(down)) / np.float32(height**2 + width**2) * 4
    return _lit(image, np.maximum(1 - np.float32(strength) * square, 0))


def uneven_light(image: Image, strength: float, draw: Draw) -> Image:
    """Light rises in one direction, from 1 - strength at one edge to 1 + strength at the other."""
    return _lit(image, 1 + np.float32(strength) * np.clip(_slope(image, draw, 0.0), -1, 1))


def shadow(image: Image, strength: float, draw: Draw) -> Image:
    """One side of the image, up to a soft edge, loses a share `strength` of its light."""
    inside = 1 / (1 + np.exp(np.float32(12) * _slope(image, draw, draw.uniform(-0.35, 0.35))))
    return _lit(image, 1 - np.float32(strength) * inside)


def glare(image: Image, strength: float, draw: Draw) -> Image:
    """Stray light about one point, `strength` of the range at its brightest."""
    across, down = _axes(image, draw.uniform(-0.4, 0.4), draw.uniform(-0.4, 0.4))
    reach = np.float32(side_of(image) * draw.uniform(0.2, 0.4))
    spot = np.exp(-(np.square(across) + np.square(down)) / (2 * reach * reach))
    return to_bytes(image + np.float32(255 * strength) * spot[..., None])


def chromatic_aberration(image: Image, strength: float, draw: Draw) -> Image:
    """Red and blue moved apart by `strength` each, in opposite directions, and imaged larger and smaller by it."""
    height, width = image.shape[:2]
    angle, length = draw.uniform(0, 2 * math.pi), strength * side_of(image)
    channels = list(cv2.split(image))
    for channel, sign in ((0, 1), (2, -1)):
        scale = 1 + sign * strength
        x = (1 - scale) * (width - 1) / 2 + sign * length * math.cos(angle)
        y = (1 - scale) * (height - 1) / 2 + sign * length * math.sin(angle)
        view = np.array([[scale, 0, x], [0, scale, y]])
        channels[channel] = cv2.warpAffine(
            channels[channel], view, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
    return cv2.merge(channels)


def _axes(image: Image, x: float, y: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Distances in pixels along (1, W) and down (H, 1) from a point that lies (x, y) of the sides off the middle."""
    height, width = image.shape[:2]
    across = np.arange(width, dtype=np.float32)[None] - np.float32((width - 1) / 2 + x * width)
    down = np.arange(height, dtype=np.float32)[:, None] - np.float32((height - 1) / 2 + y * height)
    return across, down


def _slope(image: Image, draw: Draw, offset: float) -> NDArray[np.float32]:
    """(H, W): rises in a drawn direction from -1 to 1, about, and is 0 on a line `offset` off the middle."""
    across, down = _axes(image, 0.0, 0.0)
    angle = draw.uniform(0, 2 * math.pi)
    height, width = image.shape[:2]
    along = across * np.float32(2 * math.cos(angle) / width) + down * np.float32(2 * math.sin(angle) / height)
    return along - np.float32(offset)


def _lit(image: Image, light: NDArray[np.float32]) -> Image:
    return to_bytes(image * light[..., None])


OPTICS = Family(
    name="optics",
    is_seen=False,
    corruptions=(
        Corruption(change=vignette, strengths=(0.5, 0.8, 1.1, 1.4, 1.8)),
        Corruption(change=uneven_light, strengths=(0.2, 0.35, 0.5, 0.65, 0.8)),
        Corruption(change=shadow, strengths=(0.3, 0.45, 0.6, 0.72, 0.84)),
        Corruption(change=glare, strengths=(0.2, 0.35, 0.5, 0.7, 0.9)),
        Corruption(change=chromatic_aberration, strengths=(0.015, 0.03, 0.045, 0.065, 0.09)),
    ),
)
