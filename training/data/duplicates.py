"""Rows with exactly the same pixels, found by a hash of each image in one pass."""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.data.load import Dataset
from training.progress import Reporter, Silent

_DIGEST_BYTES = 16
_SILENT = Silent()


@dataclass(frozen=True)
class Group:
    """Two or more rows that hold the same pixels."""

    rows: tuple[int, ...]
    """ascending"""
    labels: tuple[int, ...]
    """the label of each row, in the same order"""

    @property
    def conflicting(self) -> bool:
        """The rows do not agree on the label."""
        return len(set(self.labels)) > 1

    @property
    def ranges(self) -> str:
        """The rows as text, such as "11959..13558"."""
        return ranges(np.array(self.rows))


@dataclass(frozen=True, eq=False)
class ExactGroups:
    """Which rows of a dataset hold the same pixels."""

    ids: NDArray[np.int64]
    """(N,): rows with equal ids hold equal pixels; numbered 0, 1, ... by first row; for `split`"""
    repeated: tuple[Group, ...]
    """the groups of two or more rows, by first row"""

    @property
    def first_rows(self) -> NDArray[np.int64]:
        """The first row of each id, ascending: the unique images."""
        return np.unique(self.ids, return_index=True)[1].astype(np.int64)


def exact_groups(dataset: Dataset, reporter: Reporter = _SILENT) -> ExactGroups:
    """Group the rows by the pixels they hold (128-bit BLAKE2b: a false match is out of reach), in one pass."""
    seen: dict[bytes, int] = {}
    ids = np.empty(dataset.count, np.int64)
    with reporter.track("comparing pixels", dataset.count) as advance:
        for first, images in dataset.chunks():
            for offset, image in enumerate(images):
                digest = hashlib.blake2b(image.data, digest_size=_DIGEST_BYTES).digest()
                ids[first + offset] = seen.setdefault(digest, len(seen))
            advance(len(images))
    return ExactGroups(ids=ids, repeated=_repeated(ids, dataset.labels))


def _repeated(ids: NDArray[np.int64], labels: NDArray[np.int64]) -> tuple[Group, ...]:
    order = np.argsort(ids, kind="stable")
    sizes = np.bincount(ids)
    runs = np.split(order, np.cumsum(sizes)[:-1])
    return tuple(Group(tuple(run.tolist()), tuple(labels[run].tolist())) for run in runs if len(run) > 1)


def ranges(rows: NDArray[np.int64]) -> str:
    """Compress ascending rows to text: [3, 7, 8, 9] is "3, 7..9"."""
    if not rows.size:
        return ""
    runs = np.split(rows, np.flatnonzero(np.diff(rows) != 1) + 1)
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}..{run[-1]}" for run in runs)
