"""Parts of the image hidden: one square, many small ones, a grid, bars.

After cutout (DeVries & Taylor 2017, arXiv:1708.04552) and GridMask (Chen et al. 2020, arXiv:2001.04086); what hides is
of one drawn colour.
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from tools.forecast.corruption import Corruption, Family, Image, side_of
from tools.forecast.draw import Draw

_PATCH = 0.09
"""Share of the shorter side that a small patch is wide."""


def cutout(image: Image, strength: float, draw: Draw) -> Image:
    """One square, `strength` of the shorter side wide."""
    height, width = image.shape[:2]
    side = max(round(strength * side_of(image)), 1)
    top, left = draw.below(height - side + 1), draw.below(width - side + 1)
    out = image.copy()
    out[top : top + side, left : left + side] = _colour(draw)
    return out


def patches(image: Image, strength: float, draw: Draw) -> Image:
    """Small squares, as many as would cover a share `strength` of the image side by side."""
    height, width = image.shape[:2]
    side = max(round(_PATCH * side_of(image)), 2)
    out, colour = image.copy(), _colour(draw)
    for _ in range(math.ceil(strength * height * width / side**2)):
        top, left = draw.below(height - side + 1), draw.below(width - side + 1)
        out[top : top + side, left : left + side] = colour
    return out


def grid_mask(image: Image, strength: float, draw: Draw) -> Image:
    """Squares in a turned grid that hide a share `strength` of the image."""
    pitch, angle = side_of(image) * draw.uniform(0.15, 0.3), draw.uniform(0, math.pi / 2)
    square = np.float32(math.sqrt(strength))
    along, across = (_sawtooth(image, pitch, angle + turn, draw) for turn in (0, math.pi / 2))
    return _hidden(image, (along < square) & (across < square), draw)


def bars(image: Image, strength: float, draw: Draw) -> Image:
    """Parallel bars in any direction that hide a share `strength` of the image."""
    pitch, angle = side_of(image) * draw.uniform(0.2, 0.4), draw.uniform(0, math.pi)
    return _hidden(image, _sawtooth(image, pitch, angle, draw) < np.float32(strength), draw)


def _sawtooth(image: Image, pitch: float, angle: float, draw: Draw) -> NDArray[np.float32]:
    """(H, W): rises from 0 to 1 again and again along a direction, every `pitch` pixels, begun anywhere."""
    height, width = image.shape[:2]
    columns = np.arange(width) * (math.cos(angle) / pitch) + draw.uniform(0, 1)
    rows = np.arange(height) * (math.sin(angle) / pitch)
    along = (rows[:, None] + columns).astype(np.float32)
    return along - np.floor(along)


def _hidden(image: Image, where: NDArray[np.bool_], draw: Draw) -> Image:
    out = image.copy()
    cv2.copyTo(np.full_like(image, _colour(draw)), where.astype(np.uint8), out)
    return out


def _colour(draw: Draw) -> NDArray[np.uint8]:
    """Black, white, or any colour."""
    kind = draw.below(3)
    levels = [draw.below(256) for _ in range(3)]
    return np.array((0, 0, 0) if kind == 0 else (255, 255, 255) if kind == 1 else levels, dtype=np.uint8)


OCCLUSION = Family(
    name="occlusion",
    is_seen=True,
    corruptions=(
        Corruption(change=cutout, strengths=(0.15, 0.22, 0.3, 0.37, 0.45)),
        Corruption(change=patches, strengths=(0.07, 0.13, 0.2, 0.27, 0.35)),
        Corruption(change=grid_mask, strengths=(0.08, 0.15, 0.22, 0.3, 0.38)),
        Corruption(change=bars, strengths=(0.08, 0.15, 0.22, 0.3, 0.38)),
    ),
)
