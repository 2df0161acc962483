"""What a corruption is: a named change of one image, in five severities, and a member of a family."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from tools.forecast.draw import Draw

SEVERITIES = (1, 2, 3, 4, 5)
LEAST_SIDE = 24
"""Pixels; a smaller image has no room for what the suite draws."""
Image = MatLike
"""(H, W, 3) uint8, 0..255, RGB; OpenCV's types say no more than that it is an array of numbers."""
Change = Callable[[Image, float, Draw], Image]
"""change(image, strength, draw) -> a new image of the same shape; `image` stays as it is."""


@dataclass(frozen=True, kw_only=True)
class Corruption:
    """One change at five strengths, weakest first; what a strength means is said by the change itself."""

    change: Change
    strengths: tuple[float, float, float, float, float]

    @property
    def name(self) -> str:
        """What tables call it."""
        return self.change.__name__

    def apply(self, image: Image, severity: int, draw: Draw) -> Image:
        """The image under one of SEVERITIES."""
        return self.change(image, self.strengths[severity - 1], draw)


@dataclass(frozen=True, kw_only=True)
class Family:
    """Corruptions of one kind. `is_seen`: training may use operations like them; reported apart where it never does."""

    name: str
    is_seen: bool
    corruptions: tuple[Corruption, ...]


def side_of(image: Image) -> int:
    """The shorter side in pixels: what lengths are given as shares of, so that any size is corrupted alike."""
    height, width = image.shape[:2]
    return int(min(height, width))


def to_bytes(values: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Round to the nearest of 0..255, cutting off what lies outside."""
    rounded: NDArray[np.floating] = np.clip(np.rint(values), 0, 255)
    return rounded.astype(np.uint8)
