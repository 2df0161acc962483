"""One image on its way through its operations: what can wait waits, so that it is done at once.

All that moves pixels becomes one warp. All that changes values by themselves becomes a lookup table, all that mixes
channels one matrix, with a table before it and one after it. They are done when an operation needs the pixels or when
the image is finished; the result is the same as one by one, but for what rounding and cutting off would have lost.
"""

from collections.abc import Callable

import cv2
import numpy as np

from training.augment import colours, geometry
from training.augment.pixels import Pixels

_EVERY_VALUE = np.arange(256, dtype=np.uint8)[:, None]
"""The table that changes nothing, (256, 1); one serves all channels."""


class View:
    """An image (H, W, 3) uint8 and what is still to be done to it. The array it is made from is never written to."""

    __slots__ = ("_after", "_before", "_matrix", "_pixels", "_warp", "height", "width")

    def __init__(self, image: Pixels) -> None:
        """Nothing is to be done yet."""
        self._pixels = image
        self.height, self.width = image.shape[:2]
        self._warp = geometry.IDENTITY
        self._before: Pixels | None = None
        self._matrix: colours.Matrix | None = None
        self._after: Pixels | None = None

    def move(self, matrix: geometry.Affine) -> None:
        """Move the pixels, after all that moved them so far."""
        self._warp = geometry.composed(matrix, self._warp)

    def change(self, operation: Callable[[Pixels], Pixels]) -> None:
        """Change the values; `operation` is one of training.augment.values, given all but its first argument."""
        if self._matrix is None:
            self._before = operation(_EVERY_VALUE if self._before is None else self._before)
        else:
            self._after = operation(_EVERY_VALUE if self._after is None else self._after)

    def mix(self, matrix: colours.Matrix) -> None:
        """Mix the channels, (3, 4) as in training.augment.colours."""
        if self._after is not None:
            self._colour()
        self._matrix = matrix if self._matrix is None else colours.composed(matrix, self._matrix)

    def replace(self, operation: Callable[[Pixels], Pixels]) -> None:
        """Do what waits, then an operation that needs the pixels and returns new ones of the same shape."""
        self._pixels = operation(self.pixels())

    def pixels(self) -> Pixels:
        """The image with all done that was to be done. Not to be written to."""
        if self._warp is not geometry.IDENTITY:
            self._pixels = geometry.warp(self._pixels, self._warp)
            self._warp = geometry.IDENTITY
        self._colour()
        return self._pixels

    def _colour(self) -> None:
        if self._before is not None:
            self._pixels = _looked_up(self._pixels, self._before)
        if self._matrix is not None:
            self._pixels = cv2.transform(self._pixels, self._matrix)
        if self._after is not None:
            self._pixels = _looked_up(self._pixels, self._after)
        self._before = self._matrix = self._after = None


def _looked_up(pixels: Pixels, table: Pixels) -> Pixels:
    """Every value's entry in the table. Without channels it goes twice as fast."""
    return cv2.LUT(pixels.reshape(len(pixels), -1), table).reshape(pixels.shape)
