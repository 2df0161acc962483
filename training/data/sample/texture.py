"""What every picture of a sample takes pieces of: noise of five grains, and a sheet of red cells.

They are drawn once a sample, so that a picture costs crops and pastes instead of filters.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]

SIDE = 96
"""Height and width of a picture, in pixels."""

TILE = 192
"""Height and width of a noise tile, in pixels; pictures take crops of it."""

GRAIN_PX = {"dust": 2.7, "grains": 3.6, "chromatin": 4.6, "clumps": 6.5, "cloud": 18.0}
"""Wavelength in the middle of each noise, in pixels."""

RED_SIDE = 44
"""Height and width of the square that a red cell stands in, in pixels."""

RED_CELLS = 48
"""Different red cells of a sample."""


@dataclass(frozen=True, kw_only=True)
class Textures:
    """The pieces.

    `grain`: (TILE, TILE) float32 for each name of GRAIN_PX, mean 0, standard deviation 1.
    `sensor`: (3, TILE, TILE) float32, camera noise, standard deviation about 1.
    `red_cells`: (RED_CELLS, RED_SIDE, RED_SIDE) float32, how much haemoglobin: 0 none, 1 the thick rim.
    """

    grain: dict[str, Plane]
    sensor: Plane
    red_cells: Plane

    def crop(self, name: str, rng: np.random.Generator, shape: tuple[int, ...]) -> Plane:
        """Cut a piece of the noise `name` at a random place; a view, not to be written to."""
        y, x = _corner(rng)
        return self.grain[name][y : y + shape[0], x : x + shape[1]]

    def noise(self, rng: np.random.Generator) -> Plane:
        """Cut (3, SIDE, SIDE) of the camera noise at a random place; a view, not to be written to."""
        y, x = _corner(rng)
        return self.sensor[:, y : y + SIDE, x : x + SIDE]


def textures(seed: int) -> Textures:
    """Draw the pieces of a sample."""
    rng = np.random.default_rng([seed, 3])
    grain = {name: _band_noise(wavelength, rng) for name, wavelength in GRAIN_PX.items()}
    grey = rng.standard_normal((TILE, TILE), dtype=np.float32)
    colour = rng.standard_normal((3, TILE, TILE), dtype=np.float32)
    return Textures(grain=grain, sensor=0.7 * grey + 0.7 * colour, red_cells=_red_cells(rng))


def _corner(rng: np.random.Generator) -> tuple[int, int]:
    return int(rng.random() * (TILE - SIDE)), int(rng.random() * (TILE - SIDE))


def _band_noise(wavelength: float, rng: np.random.Generator) -> Plane:
    """Noise about one wavelength in pixels, (TILE, TILE), mean 0, standard deviation 1; wide, not to look woven."""
    white = rng.standard_normal((TILE, TILE), dtype=np.float32)
    frequency = np.hypot(np.fft.fftfreq(TILE)[:, None], np.fft.rfftfreq(TILE)) * wavelength
    band = (frequency * np.exp(-(frequency**2) / 2)).astype(np.float32)
    noise = np.fft.irfft2(np.fft.rfft2(white) * band, s=(TILE, TILE))
    return np.asarray((noise - noise.mean()) / noise.std(), dtype=np.float32)


def _red_cells(rng: np.random.Generator) -> Plane:
    """Red cells of many shapes, each in the middle of its square: round, oval or crenated, most with a pale centre."""

    def each(low: float, high: float) -> Plane:
        return rng.uniform(low, high, (RED_CELLS, 1, 1)).astype(np.float32)

    y, x = np.mgrid[:RED_SIDE, :RED_SIDE].astype(np.float32) - np.float32((RED_SIDE - 1) / 2)
    angle = np.arctan2(y, x) + each(0, 2 * np.pi)
    uneven = each(0.0, 0.1) * np.cos(2 * angle) + each(0.0, 0.04) * np.cos(3 * angle + each(0, 6))
    crenated = np.maximum(each(-0.3, 0.05), 0) * np.cos(9 * angle)
    radius = each(14.5, 17.5) * (1 + uneven + crenated)
    disc = np.clip((radius - np.hypot(y, x)) / 1.6 + 0.5, 0, 1)
    reach = np.hypot(y - each(-3, 3), x - each(-3, 3)) / radius
    pallor = each(0.1, 1.0) * np.exp(-((reach / each(0.3, 0.65)) ** 4))
    return np.asarray(disc * (1 - pallor) * each(0.85, 1.1), dtype=np.float32)
