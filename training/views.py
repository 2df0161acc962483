"""Test-time views: an image as it is, mirrored and transposed, whose probabilities are averaged.

The views of a square are all that turning and mirroring by right angles make of it, so a cell, which has no upper
side, looks as probable in each. NumPy only; training.averaging does the same inside of a graph.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from training.errors import InputError
from training.recipes.recipe import VIEWS


def require_views(views: int, image_shape: tuple[int, ...]) -> None:
    """Raise InputError where `views` is none of VIEWS, or where 8 are wanted of (H, W, C) that is not square."""
    if views not in VIEWS:
        raise InputError(f"views is {views}, expected one of {', '.join(map(str, VIEWS))}", "1 is the image as it is")
    height, width, *_ = image_shape
    if views == max(VIEWS) and height != width:
        raise InputError(
            f"{views} views want square images, got {height}x{width}: four of them are transposed",
            "take 4 views, or put a keras.layers.Resizing before the network",
        )


def view(images: npt.NDArray[np.generic], number: int) -> npt.NDArray[np.generic]:
    """View `number`, 0 to 7, of images (n, H, W, C): bit 0 mirrors, bit 1 turns upside down, bit 2 then transposes."""
    if number & 1:
        images = images[:, :, ::-1]
    if number & 2:
        images = images[:, ::-1]
    if number & 4:
        images = images.swapaxes(1, 2)
    return np.ascontiguousarray(images)


def averaged(
    predict: Callable[[npt.NDArray[np.generic]], npt.NDArray[np.floating]],
    images: npt.NDArray[np.generic],
    views: int,
) -> npt.NDArray[np.float32]:
    """The mean of what `predict` says of the first `views` views of images (n, H, W, C): (n, classes) float32.

    `predict` gets one view at a time, so that memory does not grow with their number. Raises InputError as
    `require_views`.
    """
    require_views(views, images.shape[1:])
    total = predict(view(images, 0)).astype(np.float32)
    for number in range(1, views):
        total += predict(view(images, number))
    return total / np.float32(views)
