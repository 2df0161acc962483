"""Examples of an augmentation: one image of each class, as it lies and as training sees it."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from training.augment import PIPELINES, Augmentation, named
from training.figures.sheet import save

SEVEN = "seven-pipelines"
DRAWS = 5
"""How often any other augmentation is drawn."""
INCH = 1.1
"""Width of an image."""
Images = npt.NDArray[np.uint8]


def augmentation_examples(  # noqa: PLR0913, PLR0917 - what is shown, whose it is, and where it goes
    images: Images, labels: npt.NDArray[np.int64], class_names: tuple[str, ...], name: str, path: Path, seed: int
) -> None:
    """Draw the first image of each class (columns) as it lies, and below it augmented (rows).

    images (n, H, W, C) uint8; labels (n,) int64, ids below len(class_names); `name` is one of recipe.AUGMENTATIONS. A
    row is one of the seven pipelines by its name or, for other augmentations, one draw. The seed decides the draws.
    Classes without an image have no column. Raises InputError where the augmentation takes no such images, and OSError.
    """
    shown = [int(np.flatnonzero(labels == label)[0]) for label in range(len(class_names)) if (labels == label).any()]
    originals, places = np.stack([images[place] for place in shown]), np.arange(len(shown))
    drawn = {"as it lies": originals}
    for title, epoch, augmentation in _rows(name):
        drawn[title] = augmentation(originals, places, (seed, epoch))
    height, width = images.shape[1:3]
    size = (1.7 + INCH * len(shown), 0.9 + (INCH * height / width + 0.05) * len(drawn))
    figure = Figure(figsize=size, layout="constrained")
    grid = figure.subplots(len(drawn), len(shown), squeeze=False)
    for line, (title, augmented) in zip(grid, drawn.items(), strict=True):
        _line(line, title, augmented)
    for axes, place in zip(grid[0], shown, strict=True):
        axes.set_title(class_names[labels[place]].replace(" ", "\n"), fontsize=8)
    save(figure, path)


def _rows(name: str) -> list[tuple[str, int, Augmentation]]:
    """Title, epoch and augmentation of each row below the first."""
    if name == SEVEN:
        return [(title.replace(" and ", "\nand "), 1, pipeline) for title, pipeline in PIPELINES.items()]
    whole = named(name)
    assert whole is not None, "a name was given"
    return [(f"{name}, draw {epoch}", epoch, whole) for epoch in range(1, DRAWS + 1)]


def _line(line: npt.NDArray[np.object_], title: str, images: Images) -> None:
    """One row of images, its title at the left."""
    for axes, image in zip(line, images, strict=True):
        _show(axes, image)
    line[0].set_ylabel(title, rotation=0, ha="right", va="center", fontsize=8)


def _show(axes: Axes, image: Images) -> None:
    grey = image.shape[2] == 1
    axes.imshow(image[..., 0] if grey else image, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)
