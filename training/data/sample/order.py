"""Which picture stands in which row of the sample, decided before anything is drawn.

The rows of a seed do not depend on how many are asked for: a longer sample begins with the cells of a shorter one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CELLS_PER_LABEL = (852, 2181, 1085, 2026, 849, 993, 2330, 1643)
"""Cells of labels 0 to 7 in the real file; the sample keeps the proportions."""

INTRUDERS_PER_LABEL = 200
"""Copies of the first intruder under each label of the real file, and of the second one in all."""

SECOND_INTRUDER_LABEL = 5

EOSINOPHIL, IMMATURE, NEUTROPHIL = 1, 3, 6

WINDOW = 16
"""Rows that are shuffled among themselves; each window holds every class."""

PAIR_EVERY = 107 * WINDOW
"""Rows between two duplicate pairs: eight pairs in 11,959 cells, as in the real file."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """The rows of the cells: `labels` (count,) uint8 in 0..7; `sources` (count,), the row whose picture a row shows."""

    labels: NDArray[np.uint8]
    sources: NDArray[np.int64]


def order(count: int, seed: int) -> Order:
    """Order `count` cells: labels in the real proportions, shuffled, and the rows that repeat an earlier picture."""
    windows = -(-count // WINDOW)
    labels = _labels(windows, seed)
    sources = np.arange(labels.size)
    for copy, original in _pairs(labels, seed):
        sources[copy] = original
    return Order(labels=labels[:count], sources=sources[:count])


def intruders_per_label(count: int) -> int:
    """Copies of the first intruder under each label for `count` cells; at least three, so that they show as a group."""
    return max(3, round(count * INTRUDERS_PER_LABEL / sum(CELLS_PER_LABEL)))


def _labels(windows: int, seed: int) -> NDArray[np.uint8]:
    """Labels of full windows, (windows * WINDOW,): Sainte-Lague's sequence, whose every beginning is in proportion."""
    share = np.array(CELLS_PER_LABEL) / sum(CELLS_PER_LABEL)
    rows = windows * WINDOW
    seats = np.arange(rows // 4 + WINDOW)
    due = ((seats + 0.5) / share[:, None]).ravel()
    sequence = np.repeat(np.arange(share.size, dtype=np.uint8), seats.size)[np.argsort(due, kind="stable")][:rows]
    shuffle = np.random.default_rng([seed, 1]).random((windows, WINDOW)).argsort(axis=1)
    return np.take_along_axis(sequence.reshape(windows, WINDOW), shuffle, axis=1).ravel()


def _pairs(labels: NDArray[np.uint8], seed: int) -> list[tuple[int, int]]:
    """Rows (copy, original) that show one picture: the first pair with two labels, the others with one."""
    first = labels[:WINDOW]
    two_labels = sorted((int(np.flatnonzero(first == NEUTROPHIL)[0]), int(np.flatnonzero(first == EOSINOPHIL)[0])))
    one_label = np.flatnonzero(first == IMMATURE)[:2].tolist()
    pairs = [(two_labels[1], two_labels[0]), (one_label[1], one_label[0])]
    rng = np.random.default_rng([seed, 2])
    for copy in range(PAIR_EVERY, labels.size, PAIR_EVERY):
        taken = [row for pair in pairs for row in pair]
        alike = np.setdiff1d(np.flatnonzero(labels[:copy] == labels[copy]), taken)
        pairs.append((copy, int(alike[int(rng.random() * alike.size)])))
    return pairs
