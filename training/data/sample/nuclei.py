"""The shapes inside a cell that more than one class has: lobes on a thread, a band, vacuoles."""

import math

import numpy as np

from training.data.sample.pen import Mask, Pen, Place

_BEADS = 7
"""Discs from the middle of a lobe to the middle of the next."""


def lobes(  # noqa: PLR0913 - a shape has that many measures
    pen: Pen, at: Place, rng: np.random.Generator, *, count: int, reach: float, size: float, thread: float
) -> None:
    """Draw a nucleus of `count` lobes of radius `size`, about `reach` from the middle, `thread` thick between them."""
    number = np.arange(count)
    angles = np.cumsum(size / reach * rng.uniform(2.0, 3.0, count)) + 2 * np.pi * rng.random()
    position = np.linspace(-0.3, count - 0.7, _BEADS * count)
    near = np.abs(np.cos(np.pi * position)) ** 1.2
    sizes = (size * rng.uniform(0.8, 1.2, count))[np.rint(position).astype(int)]
    away = np.interp(position, number, reach * rng.uniform(0.75, 1.15, count))
    angle = np.interp(position, number, angles) + (position - np.clip(position, 0, count - 1)) * 1.5 * size / reach
    radius = np.maximum(sizes * near, thread)
    x, y = at[0] + away * np.cos(angle), at[1] + away * np.sin(angle)
    pen.beads(Mask.NUCLEUS, zip(x.tolist(), y.tolist(), radius.tolist(), strict=True))


def band(pen: Pen, at: Place, rng: np.random.Generator, *, reach: float, thick: float) -> None:
    """Draw a nucleus like a horseshoe: a band with half-width `thick` on an arc `reach` from the middle."""
    angle = 2 * np.pi * rng.random() + np.linspace(0, rng.uniform(2.4, 4.2), 20)
    radius = thick * (1 + 0.15 * np.cos(3 * angle))
    away = reach * (1 + 0.12 * np.cos(2 * angle))
    x, y = at[0] + away * np.cos(angle), at[1] + away * np.sin(angle)
    pen.beads(Mask.NUCLEUS, zip(x.tolist(), y.tolist(), radius.tolist(), strict=True))


def vacuoles(pen: Pen, at: Place, within: float, rng: np.random.Generator, *, most: int) -> None:
    """Draw up to `most` bubbles not further than `within` from the middle."""
    for _ in range(int(rng.random() * (most + 1))):
        x, y = beside(at, within * rng.uniform(0.4, 1), rng)
        pen.beads(Mask.VACUOLE, [(x, y, rng.uniform(0.8, 2.8))])


def beside(at: Place, distance: float, rng: np.random.Generator) -> Place:
    """Return a place that far away in any direction."""
    angle = 2 * math.pi * rng.random()
    return at[0] + distance * math.cos(angle), at[1] + distance * math.sin(angle)


def happens(probability: float, rng: np.random.Generator) -> bool:
    """Toss a coin that falls true with this probability."""
    return rng.random() < probability
