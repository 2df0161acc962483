"""The pen that draws the outlines of a cell as masks, twice as fine as the picture; it knows no colours."""

from collections.abc import Iterable
from enum import Enum

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from training.data.sample.texture import SIDE, Plane

Place = tuple[float, float]
Box = tuple[slice, slice]
"""Rows and columns of a picture."""

Border = NDArray[np.float64]
"""Distances of a shape's border from its middle, one each of 48 directions, in pixels or as factors."""

FINER = 2

_ANGLES = np.linspace(0, 2 * np.pi, 48, endpoint=False)
_CIRCLE = np.exp(1j * _ANGLES)
_ACROSS = np.sin(_ANGLES) ** 2


class Mask(Enum):
    """What a shape is made of; it covers what was drawn before it. The values are its ink on the four planes."""

    CYTOPLASM = (255, 0, 0, 0)
    NUCLEUS = (255, 255, 0, 0)
    VACUOLE = (255, 0, 255, 0)
    DEBRIS = (0, 0, 0, 255)


_PLANES = tuple(enumerate(Mask))


class Pen:
    """Draws one cell after the other on the same sheet; lengths in pixels of the picture, angles in radians."""

    def __init__(self) -> None:
        """Take an empty sheet; CMYK stands for four plain planes."""
        self._sheet = Image.new("CMYK", (SIDE * FINER, SIDE * FINER))
        self._draw = ImageDraw.Draw(self._sheet)
        self._used: set[Mask] = set()

    def clear(self) -> None:
        """Empty the sheet for the next cell."""
        self._sheet.paste((0, 0, 0, 0), (0, 0, *self._sheet.size))
        self._used.clear()

    def masks(self) -> tuple[Box, dict[Mask, Plane]]:
        """Return where something is drawn, and there, for each mask in use, how much: float32 in 0..1.

        The mask of the cytoplasm holds the whole cell.
        """
        left, top, right, bottom = self._sheet.getbbox() or (0, 0, FINER, FINER)
        left, top, right, bottom = left // FINER, top // FINER, -(-right // FINER), -(-bottom // FINER)
        sheet = self._sheet.reduce(FINER, (left * FINER, top * FINER, right * FINER, bottom * FINER))
        planes, full = np.asarray(sheet), np.float32(1 / 255)
        masks = {mask: planes[..., index].astype(np.float32) * full for index, mask in _PLANES if mask in self._used}
        return (slice(top, bottom), slice(left, right)), masks

    def blob(self, mask: Mask, at: Place, border: Border, turn: float = 0.0) -> None:
        """Draw the shape with this border around `at`, turned by `turn`."""
        corners = (complex(*at) + border * _CIRCLE * np.exp(1j * turn)) * FINER
        self._draw.polygon(corners.view(np.float64).tolist(), fill=mask.value)
        self._used.add(mask)

    def beads(self, mask: Mask, discs: Iterable[tuple[float, float, float]]) -> None:
        """Draw discs (x, y, radius); close enough, they melt into one body."""
        for x, y, radius in discs:
            box = ((x - radius) * FINER, (y - radius) * FINER, (x + radius) * FINER, (y + radius) * FINER)
            self._draw.ellipse(box, fill=mask.value)
        self._used.add(mask)


def rough(waves: float, rng: np.random.Generator) -> Border:
    """Factors that make a border wavy: about `waves` of the radius, two to five waves around."""
    return np.asarray(1 + waves * _SMOOTH[int(rng.random() * len(_SMOOTH))])


def ragged(waves: float, rng: np.random.Generator) -> Border:
    """Factors that make a border wavy and ragged: about `waves` of the radius, two to fourteen waves around."""
    return np.asarray(1 + waves * _RAGGED[int(rng.random() * len(_RAGGED))])


def oval(stretch: float) -> Border:
    """Factors that stretch a shape by `stretch` along angle 0 and narrow it as much across."""
    return np.asarray(1 / np.sqrt(_ACROSS * stretch**2 + (1 - _ACROSS) / stretch**2))


def dent(depth: float, width: float) -> Border:
    """Factors that press a bay into the side at angle 0: `depth` of the radius, `width` radians wide."""
    away = np.minimum(_ANGLES, 2 * np.pi - _ANGLES)
    return np.asarray(1 - depth * np.exp(-((away / width) ** 2)))


def _borders(highest: int) -> Border:
    """Wavy borders to choose from, (512, 48): random sums of 2 to `highest` waves, mean 0, standard deviation 1."""
    rng = np.random.default_rng(highest)
    order = np.arange(2, highest + 1)
    height, phase = rng.standard_normal((512, order.size, 1)), rng.uniform(0, 2 * np.pi, (512, order.size, 1))
    waves = (height * np.cos(order[:, None] * _ANGLES + phase)).sum(axis=1)
    return np.asarray(waves / np.sqrt(order.size / 2))


_SMOOTH = _borders(5)
_RAGGED = _borders(14)
