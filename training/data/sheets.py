"""Which images `inspect` shows, and what is written beside each; `drawing` and `inspect_page` show them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.data.duplicates import Group
from training.data.inspection import PAIR, Inspection
from training.data.load import Dataset

COLUMNS = 10
SHOWN_GROUPS = 30
SHOWN_PAIRS = 30
SHOWN_OUTLIERS = 40
SHOWN_CLASSES = 24
LARGEST_SIDE = 160
_SEED = 0


@dataclass(frozen=True)
class Tile:
    """One image of a sheet."""

    row: int
    label: int
    caption: str
    """up to two short lines"""
    above: str = ""
    """a line over this image and the next one, which show the same"""


@dataclass(frozen=True)
class Sheet:
    """Images under a heading."""

    title: str
    note: str
    """a sentence that says what is seen; may be empty"""
    tiles: tuple[Tile, ...]
    paired: bool = False
    """two tiles at a time belong together"""


@dataclass(frozen=True, eq=False)
class Sheets:
    """All that is shown."""

    ends: tuple[Sheet, ...]
    """first and last ten"""
    suspects: tuple[Sheet, Sheet, Sheet]
    """exact duplicates, near duplicates, outliers; any may be without tiles"""
    classes: tuple[Sheet, ...]
    """up to ten of each class"""
    images: Mapping[int, NDArray[np.uint8]]
    """(H, W, 3) by row, shrunk to 160 pixels a side where larger"""


def choose_sheets(dataset: Dataset, found: Inspection) -> Sheets:
    """Choose the rows to show, caption them, and read them in one pass over the file."""
    count = dataset.count
    first, last = range(min(COLUMNS, count)), range(max(0, count - COLUMNS), count)
    ends = tuple(
        Sheet(f"The {which} {len(rows)} images", "In the order of the file, under their labels.", _named(found, labels))
        for which, rows in (("first", first), ("last", last))
        for labels in [[(row, int(dataset.labels[row])) for row in rows]]
    )
    suspects = _repeated(found), _near(found), _outliers(found)
    classes = tuple(_examples(dataset, found, label) for label in range(min(SHOWN_CLASSES, len(found.classes))))
    rows = np.unique([tile.row for sheet in (*ends, *suspects, *classes) for tile in sheet.tiles])
    return Sheets(ends=ends, suspects=suspects, classes=classes, images=_read(dataset, rows))


def _named(found: Inspection, rows_and_labels: Iterable[tuple[int, int]]) -> tuple[Tile, ...]:
    return tuple(Tile(row, label, f"{found.names[label]}\nrow {row}") for row, label in rows_and_labels)


def _repeated(found: Inspection) -> Sheet:
    groups = found.exact[:SHOWN_GROUPS]
    tiles = tuple(Tile(group.rows[0], group.labels[0], _group_caption(group, found.names)) for group in groups)
    note = _shown("One of each group of rows with the same pixels", found.exact, groups)
    return Sheet("Exact duplicates", note, tiles)


def _group_caption(group: Group, names: tuple[str, ...]) -> str:
    under = f"{len(set(group.labels))} labels" if group.conflicting else names[group.labels[0]]
    if len(group.rows) == PAIR:
        return f"{under}\n{group.rows[0]} = {group.rows[1]}"
    return f"{under}\n{len(group.rows):,} from row {group.rows[0]}"


def _near(found: Inspection) -> Sheet:
    pairs = found.near[:SHOWN_PAIRS]
    tiles = tuple(
        Tile(row, label, f"{found.names[label]}\nrow {row}", above=f"{pair.how}, {pair.similarity:.3f}")
        for pair in pairs
        for row, label in zip(pair.rows, pair.labels, strict=True)
    )
    note = _shown("Pairs with the same fine texture, side by side", found.near, pairs)
    return Sheet("Near duplicates", note, tiles, paired=True)


def _outliers(found: Inspection) -> Sheet:
    shown = found.outliers[:SHOWN_OUTLIERS]
    tiles = tuple(Tile(one.row, one.label, f"{found.names[one.label]}\n{one.row}, z {one.score:.1f}") for one in shown)
    note = _shown("Far from even their 5th nearest neighbour, strangest first", found.outliers, shown)
    return Sheet("Outliers", note, tiles)


def _shown(what: str, found: tuple[object, ...], shown: tuple[object, ...]) -> str:
    if not found:
        return f"{what}: none was found."
    return f"{what}: {len(found):,} found" + (f", the first {len(shown)} shown." if len(shown) < len(found) else ".")


def _examples(dataset: Dataset, found: Inspection, label: int) -> Sheet:
    """Draw up to ten rows of a class, the same at each call."""
    rows = np.flatnonzero(dataset.labels == label)
    some = np.sort(np.random.default_rng(_SEED).choice(rows, min(COLUMNS, len(rows)), replace=False))
    tiles = tuple(Tile(row, label, f"row {row}") for row in some.tolist())
    return Sheet(f"{label}  {found.names[label]}, {len(rows):,} image{'s' * (len(rows) != 1)}", "", tiles)


def _read(dataset: Dataset, rows: NDArray[np.int64]) -> dict[int, NDArray[np.uint8]]:
    """Read the rows (ascending) by stream, large ones shrunk at once: memory does not grow with their size."""
    small: dict[int, NDArray[np.uint8]] = {}
    for first, images in dataset.chunks():
        for row in rows[slice(*np.searchsorted(rows, [first, first + len(images)]))].tolist():
            image = Image.fromarray(images[row - first])
            image.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
            small[row] = np.asarray(image)
    return small
