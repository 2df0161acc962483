"""Noise of a sensor: Gaussian, shot, impulse, speckle (ImageNet-C, Hendrycks & Dietterich 2019)."""

import numpy as np

from tools.forecast.corruption import Corruption, Family, Image, to_bytes
from tools.forecast.draw import Draw

_STEPS = 1 << 16


def gaussian_noise(image: Image, strength: float, draw: Draw) -> Image:
    """Added to each value: standard deviation `strength`, a share of the range."""
    return to_bytes(image + np.float32(255 * strength) * draw.normal(image.shape))


def shot_noise(image: Image, strength: float, draw: Draw) -> Image:
    """As of few photons: 1 / strength of them at white.

    A count is drawn by Anscombe's transform (1948), in which a Poisson count is nearly normal of variance 1/4.
    """
    photons = image * np.float32(1 / (255 * strength))
    root = np.sqrt(photons + np.float32(0.375)) + np.float32(0.5) * draw.normal(image.shape)
    return to_bytes((np.square(np.maximum(root, 0)) - np.float32(0.375)) * np.float32(255 * strength))


def impulse_noise(image: Image, strength: float, draw: Draw) -> Image:
    """A share `strength` of the pixels black or white."""
    height, width = image.shape[:2]
    drawn = draw.bits((height, width, 1))
    dead = int(strength * _STEPS)
    out = np.where(drawn < dead // 2, np.uint8(0), image)
    return np.where((drawn >= dead // 2) & (drawn < dead), np.uint8(255), out)


def speckle_noise(image: Image, strength: float, draw: Draw) -> Image:
    """Each value times a factor of mean 1 and standard deviation `strength`."""
    return to_bytes(image * (1 + np.float32(strength) * draw.normal(image.shape)))


NOISE = Family(
    name="noise",
    is_seen=True,
    corruptions=(
        Corruption(change=gaussian_noise, strengths=(0.04, 0.08, 0.12, 0.17, 0.23)),
        Corruption(change=shot_noise, strengths=(0.01, 0.025, 0.05, 0.085, 0.13)),
        Corruption(change=impulse_noise, strengths=(0.02, 0.05, 0.09, 0.14, 0.2)),
        Corruption(change=speckle_noise, strengths=(0.1, 0.17, 0.25, 0.34, 0.45)),
    ),
)
