"""Lost sharpness: Gaussian, out of focus, moved, zoomed (ImageNet-C, Hendrycks & Dietterich 2019).

Lengths are shares of the image's shorter side.
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from tools.forecast.corruption import Corruption, Family, Image, side_of
from tools.forecast.draw import Draw

_DOUBLINGS = 4
"""What moves is the mean of 2^4 views."""


def gaussian_blur(image: Image, strength: float, draw: Draw) -> Image:
    """A Gaussian of standard deviation `strength`."""
    sigma = max(strength * side_of(image) * draw.uniform(0.9, 1), 0.3)
    return cv2.GaussianBlur(image, (0, 0), sigma, borderType=cv2.BORDER_REFLECT_101)


def defocus(image: Image, strength: float, draw: Draw) -> Image:
    """The mean over a disc of radius `strength`, as of a lens out of focus."""
    radius = max(strength * side_of(image) * draw.uniform(0.9, 1), 0.6)
    reach = math.ceil(radius)
    across = np.arange(-reach, reach + 1)
    distance = np.hypot(across[:, None], across)
    disc = np.clip(radius + 0.5 - distance, 0, 1).astype(np.float32)
    return cv2.filter2D(image, -1, disc / disc.sum(), borderType=cv2.BORDER_REFLECT_101)


def motion_blur(image: Image, strength: float, draw: Draw) -> Image:
    """The mean along a line of length `strength` in any direction."""
    step = max(strength * side_of(image) * draw.uniform(0.9, 1), 1.0) / ((1 << _DOUBLINGS) - 1)
    angle = draw.uniform(0, 2 * math.pi)
    x, y = step * math.cos(angle), step * math.sin(angle)
    for _ in range(_DOUBLINGS):
        image = _halfway(image, np.array([[1, 0, x], [0, 1, y]]))
        x, y = 2 * x, 2 * y
    return image


def zoom_blur(image: Image, strength: float, draw: Draw) -> Image:
    """The mean of views zoomed in by 0 up to `strength`, about a point near the middle."""
    height, width = image.shape[:2]
    x, y = width * draw.uniform(0.4, 0.6), height * draw.uniform(0.4, 0.6)
    factor = (1 + strength) ** (1 / ((1 << _DOUBLINGS) - 1))
    for _ in range(_DOUBLINGS):
        image = _halfway(image, np.array([[factor, 0, x * (1 - factor)], [0, factor, y * (1 - factor)]]))
        factor *= factor
    return image


def _halfway(image: Image, view: NDArray[np.float64]) -> Image:
    """The mean of an image and its view: done n times, with the view's step doubled each time, that of 2^n views."""
    height, width = image.shape[:2]
    moved = cv2.warpAffine(image, view, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    return cv2.addWeighted(image, 0.5, moved, 0.5, 0)


BLUR = Family(
    name="blur",
    is_seen=True,
    corruptions=(
        Corruption(change=gaussian_blur, strengths=(0.008, 0.013, 0.019, 0.026, 0.034)),
        Corruption(change=defocus, strengths=(0.014, 0.021, 0.029, 0.039, 0.05)),
        Corruption(change=motion_blur, strengths=(0.05, 0.08, 0.12, 0.16, 0.21)),
        Corruption(change=zoom_blur, strengths=(0.08, 0.14, 0.2, 0.27, 0.36)),
    ),
)
