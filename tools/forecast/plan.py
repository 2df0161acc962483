"""What a labelled set is measured on: which of its images, under which corruptions, and in which order."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from tools.forecast.corruption import SEVERITIES, Corruption, Family, Image
from tools.forecast.draw import Draw
from tools.forecast.suite import COMPOSITIONS, FAMILIES, composed, corrupted

CLEAN = "clean"
CELL_SHARE, CELL_LEAST, CELL_MOST = 5, 100, 512
"""A cell of family and severity has a fifth of the images, but at least 100 (or all) and at most 512 of them."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """Images under one kind of change: as they are, one composition, or one family at one severity."""

    name: str
    """`clean`, a composition's name, or a family's."""
    severity: int | None
    """Of a family's cell; None for the others."""
    rows: NDArray[np.int64]
    """Which images of the set, in the order in which they are asked for."""
    change: Callable[[Image, int], Image]
    """change(image, row) -> a new image of the same shape."""
    operations: tuple[str, ...] = ()
    """Of a family's cell: the operation of each row."""


def plan(labels: NDArray[np.int64]) -> tuple[Part, ...]:
    """The whole suite for a set of labels (n,), n at least 1: clean, the compositions, then the families' cells."""
    every = np.arange(len(labels))
    whole = [Part(name=CLEAN, severity=None, rows=every, change=_unchanged)]
    for composition in COMPOSITIONS:
        change = partial(composed, composition=composition)
        whole.append(Part(name=composition.name, severity=None, rows=every, change=change))
    return (*whole, *(cell for family in FAMILIES for cell in _cells(family, labels)))


def total(parts: tuple[Part, ...]) -> int:
    """How many images a model is asked for."""
    return sum(len(part.rows) for part in parts)


def batches(parts: tuple[Part, ...], size: int) -> Iterator[tuple[Part, NDArray[np.int64]]]:
    """The parts in pieces of at most `size` rows."""
    for part in parts:
        for first in range(0, len(part.rows), size):
            yield part, part.rows[first : first + size]


def _cells(family: Family, labels: NDArray[np.int64]) -> Iterator[Part]:
    """A family's cells: of the same images, each of which keeps its operation from severity to severity."""
    rows = chosen_rows(labels, cell_size(len(labels)), family.name)
    kinds = len(family.corruptions)
    dealt = {int(row): family.corruptions[place % kinds] for place, row in enumerate(rows)}
    operations = tuple(corruption.name for corruption in dealt.values())
    for severity in SEVERITIES:
        change = partial(_of_cell, dealt=dealt, severity=severity)
        yield Part(name=family.name, severity=severity, rows=rows, change=change, operations=operations)


def cell_size(count: int) -> int:
    """How many of `count` images are measured under each family and severity."""
    return min(count, CELL_MOST, max(CELL_LEAST, count // CELL_SHARE))


def chosen_rows(labels: NDArray[np.int64], count: int, purpose: str) -> NDArray[np.int64]:
    """`count` rows in the order of their labels, of each class its share of the images within one."""
    chance = Draw(f"rows/{purpose}", 0).bits((len(labels),))
    by_class = np.lexsort((chance, labels))
    return by_class[np.arange(count) * len(labels) // count].astype(np.int64)


def _of_cell(image: Image, row: int, *, dealt: dict[int, Corruption], severity: int) -> Image:
    return corrupted(image, row, dealt[row], severity)


def _unchanged(image: Image, _row: int) -> Image:
    return image
