"""Small copies of the images: all that the comparisons of `inspect` keep in memory, 1.5 KB an image."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.data.load import Dataset
from training.progress import Reporter, Silent

COLOUR_SIDE = 12
GREY_SIDE = 32
_SILENT = Silent()


@dataclass(frozen=True, eq=False)
class Thumbnails:
    """Small copies of M images, uint8; also those of images that are not square are."""

    rows: NDArray[np.int64]
    """(M,): which rows of the dataset, ascending"""
    colour: NDArray[np.uint8]
    """(M, 12, 12, 3)"""
    grey: NDArray[np.uint8]
    """(M, 32, 32)"""


def thumbnails(dataset: Dataset, rows: NDArray[np.int64], reporter: Reporter = _SILENT) -> Thumbnails:
    """Shrink the chosen rows (ascending) in one pass over the file."""
    colour = np.empty((len(rows), COLOUR_SIDE, COLOUR_SIDE, 3), np.uint8)
    grey = np.empty((len(rows), GREY_SIDE, GREY_SIDE), np.uint8)
    with reporter.track("shrinking", dataset.count) as advance:
        for first, images in dataset.chunks():
            for place in range(*np.searchsorted(rows, [first, first + len(images)])):
                image = Image.fromarray(images[rows[place] - first])
                colour[place] = np.asarray(_shrink(image, COLOUR_SIDE))
                grey[place] = np.asarray(_shrink(image, GREY_SIDE).convert("L"))
            advance(len(images))
    return Thumbnails(rows, colour, grey)


def load_grey(dataset: Dataset, rows: NDArray[np.int64], max_side: int) -> NDArray[np.uint8]:
    """Read the chosen rows (ascending) in grey, (M, S, S), S the longer side but not more than `max_side`."""
    side = min(max_side, max(dataset.image_shape[:2]))
    grey = np.empty((len(rows), side, side), np.uint8)
    for first, images in dataset.chunks():
        for place in range(*np.searchsorted(rows, [first, first + len(images)])):
            image = Image.fromarray(images[rows[place] - first]).convert("L")
            grey[place] = np.asarray(_shrink(image, side))
    return grey


def _shrink(image: Image.Image, side: int) -> Image.Image:
    return image if image.size == (side, side) else image.resize((side, side), Image.Resampling.BOX)
