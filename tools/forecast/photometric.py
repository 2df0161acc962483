"""Light and colour: brightness, contrast, hue, saturation, channels, solarisation.

Brightness, contrast and saturation as in ImageNet-C (Hendrycks & Dietterich 2019, arXiv:1903.12261), the strengths
wider and both ways; the others are what the hidden sets' winners trained against (competition.md).
"""

import cv2
import numpy as np

from tools.forecast.corruption import Corruption, Family, Image, to_bytes
from tools.forecast.draw import Draw

LEVELS = np.arange(256, dtype=np.float32)
GREY = np.array([0.299, 0.587, 0.114], dtype=np.float32)
"""Weights of red, green and blue in the luma (ITU-R BT.601)."""
HALF_TURN = 180
"""OpenCV's hue of 8 bits counts steps of two degrees: 0..179."""


def brightness(image: Image, strength: float, draw: Draw) -> Image:
    """All values up or down by `strength`, a share of the range."""
    return cv2.LUT(image, to_bytes(LEVELS + 255 * draw.either(0.9 * strength, strength)))


def contrast(image: Image, strength: float, draw: Draw) -> Image:
    """Distances from the mean times 1 - strength, or divided by it."""
    factor = 1 - draw.uniform(0.9, 1) * strength
    mean = float(image.mean())
    return cv2.LUT(image, to_bytes(mean + (LEVELS - mean) * (1 / factor if draw.below(2) else factor)))


def hue(image: Image, strength: float, draw: Draw) -> Image:
    """Every hue turned one way by `strength` degrees, at most 180."""
    turned = cv2.cvtColor(image, cv2.COLOR_RGB2HSV)
    steps = round(draw.either(0.9 * strength, strength) / 2)
    turned[..., 0] = (turned[..., 0].astype(np.int16) + steps) % HALF_TURN
    return cv2.cvtColor(turned, cv2.COLOR_HSV2RGB)


def saturation(image: Image, strength: float, draw: Draw) -> Image:
    """Distances from grey times 1 - strength, or times 1 + 3 * strength."""
    share = draw.uniform(0.9, 1) * strength
    factor = 1 + 3 * share if draw.below(2) else 1 - share
    grey = np.broadcast_to(GREY, (3, 3))
    return cv2.transform(image, (factor * np.eye(3, dtype=np.float32) + (1 - factor) * grey).astype(np.float32))


def channel_cast(image: Image, strength: float, draw: Draw) -> Image:
    """Each channel up or down by its own amount, up to `strength`, a share of the range."""
    shifts = [255 * draw.either(0.5 * strength, strength) for _ in range(3)]
    return cv2.LUT(image, to_bytes(LEVELS[:, None] + np.array(shifts, dtype=np.float32))[:, None])


def channel_swap(image: Image, strength: float, draw: Draw) -> Image:
    """The channels in another order, mixed with the image itself by `strength`, a share."""
    orders = ((0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0))
    swapped = image[..., orders[draw.below(len(orders))]]
    return cv2.addWeighted(image, 1 - strength, swapped, strength, 0)


def solarise(image: Image, strength: float, draw: Draw) -> Image:
    """Values in the uppermost share `strength` of the range inverted: at 1 the image is its negative."""
    threshold = 255 * (1 - strength * draw.uniform(0.9, 1)) if strength < 1 else 0
    return cv2.LUT(image, to_bytes(np.where(threshold <= LEVELS, 255 - LEVELS, LEVELS)))


PHOTOMETRIC = Family(
    name="photometric",
    is_seen=True,
    corruptions=(
        Corruption(change=brightness, strengths=(0.08, 0.16, 0.24, 0.32, 0.4)),
        Corruption(change=contrast, strengths=(0.2, 0.33, 0.46, 0.58, 0.7)),
        Corruption(change=hue, strengths=(20, 45, 80, 120, 180)),
        Corruption(change=saturation, strengths=(0.3, 0.5, 0.7, 0.85, 1.0)),
        Corruption(change=channel_cast, strengths=(0.08, 0.16, 0.24, 0.32, 0.4)),
        Corruption(change=channel_swap, strengths=(0.2, 0.4, 0.6, 0.8, 1.0)),
        Corruption(change=solarise, strengths=(0.2, 0.4, 0.6, 0.8, 1.0)),
    ),
)
