"""What dyes and slides do to a smear: other amounts of dye, faded, too dark, deposits, bubbles. Never trained on.

Dyes are changed in optical density, OD = -log10(value / 255), which is linear in the amount of dye (Beer and Lambert;
Ruifrok & Johnston 2001). Deposits and bubbles after BloodMNIST-C (Di Salvo et al. 2024, arXiv:2406.17536).
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from tools.forecast.corruption import Corruption, Family, Image, side_of, to_bytes
from tools.forecast.draw import Draw

GIEMSA = np.array([[0.834750, 0.513556, 0.196330], [0.092789, 0.954111, 0.283111], [0.0, 0.0, 0.0]])
"""Rows: what methylene blue and eosin absorb of red, green and blue (Landini, Colour Deconvolution, `Giemsa`)."""
GIEMSA[2] = np.cross(GIEMSA[0], GIEMSA[1]) / np.linalg.norm(np.cross(GIEMSA[0], GIEMSA[1]))
TO_DYES = np.linalg.inv(GIEMSA)
DENSITY = -np.log10((np.arange(256, dtype=np.float32) + 1) / 256)
PRECIPITATE = np.array([0.55, 0.95, 0.4])
"""Density of a grain of dye in red, green and blue."""
COVERED = np.linspace(0, 1, 256)[:, None]
_AIR = np.float32(245)
_FINE = 16
"""OpenCV draws with this many steps a pixel (its shift of 4 bits)."""


def dye_balance(image: Image, strength: float, draw: Draw) -> Image:
    """The amount of one dye times e^strength, of the other times e^-strength."""
    shift = draw.either(0.8 * strength, strength)
    density = cv2.transform(cv2.LUT(image, DENSITY), _in_dyes(math.exp(shift), math.exp(-shift), 1.0))
    return to_bytes(cv2.exp(density * np.float32(-math.log(10))) * np.float32(256) - 1)


def fading(image: Image, strength: float, draw: Draw) -> Image:
    """A share `strength` of all dye bleached away, and the mounting medium yellowed by it."""
    left = 1 - strength * draw.uniform(0.9, 1)
    yellow = np.array([0.0, 0.02, 0.12]) * strength * draw.uniform(0.5, 1.5)
    return cv2.LUT(image, _of_density(left * DENSITY[:, None] + yellow)[:, None])


def overstaining(image: Image, strength: float, draw: Draw) -> Image:
    """1 + strength times the dye, and some of one in what should stay clear."""
    more = 1 + strength * draw.uniform(0.9, 1)
    veil = GIEMSA[draw.below(2)] * 0.12 * strength
    return cv2.LUT(image, _of_density(more * DENSITY[:, None] + veil)[:, None])


def stain_deposit(image: Image, strength: float, draw: Draw) -> Image:
    """Dark violet grains of precipitated dye; `strength` is how many there are."""
    height, width = image.shape[:2]
    grains = np.zeros((height, width), dtype=np.uint8)
    for _ in range(round(strength)):
        size = side_of(image) * draw.uniform(0.012, 0.055)
        place = (_fine(width * draw.uniform(0, 1)), _fine(height * draw.uniform(0, 1)))
        axes = (_fine(size), _fine(size * draw.uniform(0.5, 1)))
        cv2.ellipse(grains, place, axes, draw.uniform(0, 180), 0, 360, 255, -1, cv2.LINE_AA, 4)
    light = np.power(10.0, -PRECIPITATE * draw.uniform(0.8, 1.3) * COVERED)
    return cv2.multiply(image, light.astype(np.float32).take(grains, axis=0), dtype=cv2.CV_8U)


def bubble(image: Image, strength: float, draw: Draw) -> Image:
    """One to three of air under the cover glass: pale, with a dark rim, up to `strength` of the side across."""
    height, width = image.shape[:2]
    rows, columns = np.arange(height, dtype=np.float32)[:, None], np.arange(width, dtype=np.float32)
    share, added = np.ones((2, height, width), dtype=np.float32)
    added[:] = 0
    for _ in range(1 + draw.below(3)):
        radius = side_of(image) * strength / 2 * draw.uniform(0.6, 1)
        y, x = np.float32(height * draw.uniform(0.1, 0.9)), np.float32(width * draw.uniform(0.1, 0.9))
        distance = (np.square(rows - y) + np.square(columns - x)) / np.float32(radius * radius) - 1
        rim = 1 - np.float32(0.75) * cv2.exp(-np.square(distance / np.float32(0.24)))
        clear = np.where(distance < 0, np.float32(0.5), np.float32(1))
        share *= clear * rim
        added = (added * clear + (1 - clear) * _AIR) * rim
    return to_bytes(image * share[..., None] + added[..., None])


def _of_density(density: NDArray[np.floating]) -> Image:
    return to_bytes((256 * np.power(10.0, -density) - 1).astype(np.float32))


def _in_dyes(*factors: float) -> NDArray[np.float32]:
    """The matrix that multiplies the amounts of methylene blue, eosin and the rest, acting on columns of density."""
    matrix: NDArray[np.float64] = TO_DYES @ np.diag(factors) @ GIEMSA
    return matrix.T.astype(np.float32)


def _fine(pixels: float) -> int:
    return round(pixels * _FINE)


STAIN = Family(
    name="stain",
    is_seen=False,
    corruptions=(
        Corruption(change=dye_balance, strengths=(0.2, 0.35, 0.5, 0.7, 0.9)),
        Corruption(change=fading, strengths=(0.2, 0.35, 0.5, 0.63, 0.75)),
        Corruption(change=overstaining, strengths=(0.3, 0.6, 1.0, 1.5, 2.2)),
        Corruption(change=stain_deposit, strengths=(5, 11, 20, 32, 48)),
        Corruption(change=bubble, strengths=(0.2, 0.3, 0.42, 0.55, 0.7)),
    ),
)
