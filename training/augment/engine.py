"""Runs a policy on every image of a batch, each by its own random numbers."""

from collections.abc import Callable, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from training.augment import geometry
from training.augment.draws import Draws, draws
from training.augment.operations import Operation
from training.augment.pixels import Pixels
from training.augment.view import View
from training.errors import InputError

cv2.setNumThreads(1)  # a feed's threads share the images; OpenCV's own would spin beside them for twice the time

Augmentation = Callable[[npt.NDArray[np.uint8], npt.NDArray[np.int64], tuple[int, int]], npt.NDArray[np.uint8]]
"""(images (n, H, W, C) uint8, their rows (n,), (seed, epoch)) -> images of the same shape and type."""

Policy = Callable[[Pixels, Draws], Pixels]
"""What is done to one image (H, W, 3) uint8, which is not written to, given its random numbers."""

_COLOURS = 3


def per_image(policy: Policy) -> Augmentation:
    """The augmentation that does a policy to each image.

    It raises InputError where the images have not three channels.
    """

    def augmented(
        images: npt.NDArray[np.uint8], rows: npt.NDArray[np.int64], moment: tuple[int, int]
    ) -> npt.NDArray[np.uint8]:
        if images.shape[3] != _COLOURS:
            raise InputError(
                f"this augmentation works on red, green and blue, and the images have the shape {images.shape[1:]}",
                "use images with 3 channels, or a recipe with augmentation=None or 'basic'",
            )
        out = np.empty_like(images)
        for place, (image, sequence) in enumerate(zip(images, draws(rows, moment), strict=True)):
            out[place] = policy(image, sequence)
        return out

    return augmented


def eight_views(view: View, sequence: Draws) -> None:
    """Mirrored or not and turned by quarters: a cell has no up. Images that are not square turn by halves."""
    turns = sequence.integer(4)
    view.move(geometry.mirror(horizontal=sequence.chance(0.5)))
    view.move(geometry.quarter_turns(turns if view.width == view.height else 2 * turns))


def run(view: View, sequence: Draws, steps: Sequence[tuple[Operation, float]]) -> None:
    """Do operations with their magnitudes: first those that move pixels, which become one warp, then the others."""
    for moves_pixels in (True, False):
        for operation, magnitude in steps:
            if operation.moves_pixels is moves_pixels:
                operation.apply(view, sequence, magnitude)
