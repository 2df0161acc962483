"""The built-in sample: blood smears that are drawn, not shipped, with the classes and the disease of the real file.

It is for trying the chain without the real images; a score on it says nothing about a score on them.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.data.sample.intruders import cartoon, film_still
from training.data.sample.order import CELLS_PER_LABEL, SECOND_INTRUDER_LABEL, Order, intruders_per_label, order
from training.data.sample.smear import Smear
from training.data.sample.texture import SIDE
from training.errors import InputError, TrainingError
from training.files import replacing
from training.progress import Reporter, Silent

__all__ = ["Sample", "draw", "write"]

_STEP = 64
_SILENT = Silent()


@dataclass(frozen=True)
class Sample:
    """Pictures and their labels: `images` (N, 96, 96, 3) uint8, `labels` (N, 1) uint8 in 0..7; intruders last."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]


def draw(count: int, *, seed: int = 0, reporter: Reporter = _SILENT) -> Sample:
    """Draw `count` cells and, after them, the intruders: one picture under every label, then one under label 5.

    The labels have the proportions of the real file; from 16 cells on each label occurs. Among the cells a few pictures
    stand twice, one of them under two labels. The same seed and count give the same bytes on the same kind of processor
    (between kinds, a byte in millions may differ by 1), and a cell's picture does not depend on the count. The
    intruders are 13 % of the file, from 180 cells on; fewer cells get more, at least three of a picture.

    Raises InputError where count is below 1 or seed below 0.
    """
    _refuse(count, seed)
    rows, copies = order(count, seed), intruders_per_label(count)
    cells = np.arange(len(CELLS_PER_LABEL), dtype=np.uint8)
    ends = np.append(cells.repeat(copies), np.full(copies, SECOND_INTRUDER_LABEL, dtype=np.uint8))
    images = np.empty((count + ends.size, SIDE, SIDE, 3), dtype=np.uint8)
    _draw_cells(images[:count], rows, seed, reporter)
    images[count:-copies] = cartoon()
    images[-copies:] = film_still()
    return Sample(images, np.append(rows.labels, ends)[:, None])


def write(path: Path, count: int, *, seed: int = 0, reporter: Reporter) -> Sample:
    """Draw a sample and write it as an .npz with the keys `images` and `labels`; return it.

    Raises InputError as `draw` does and where `path` is a folder, TrainingError where it cannot be written.
    """
    if path.is_dir():
        raise InputError(f"{path} is a folder, not a file", "name a file in it, such as sample.npz")
    sample = draw(count, seed=seed, reporter=reporter)
    try:
        with replacing(path) as beside, beside.open("wb") as file:
            np.savez(file, images=sample.images, labels=sample.labels)
    except OSError as error:
        fix = f"name a place that you may write to, with {sample.images.nbytes / 1e6:.0f} MB of room"
        raise TrainingError(f"{path} could not be written: {error}", fix) from error
    return sample


def _draw_cells(images: NDArray[np.uint8], rows: Order, seed: int, reporter: Reporter) -> None:
    """Draw the pictures of `rows` into `images`."""
    smear = Smear(seed)
    with reporter.track("drawing the sample", len(images)) as advance:
        for row, source in enumerate(rows.sources.tolist()):
            if source < row:
                images[row] = images[source]
            else:
                for channel, plane in enumerate(smear.picture(row, int(rows.labels[row]))):
                    images[row, :, :, channel] = plane
            if row % _STEP == _STEP - 1:
                advance(_STEP)
        advance(len(images) % _STEP)


def _refuse(count: int, seed: int) -> None:
    """Raise InputError where the sample cannot be drawn."""
    for name, value, least in (("count", count, 1), ("seed", seed, 0)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
            what = f"the sample's {name} is {value!r}, not a whole number from {least} on"
            raise InputError(what, f"give a {name} of {least} or more")
