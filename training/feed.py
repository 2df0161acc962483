"""Hands images to the training loop, whatever the backend: batches in an order that the seed and the epoch decide."""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.augment import Augmentation

Batch = tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]


@dataclass(frozen=True, kw_only=True)
class Subset:
    """Images held in memory: `images` (n, H, W, C) uint8, `labels` (n,) int64, `rows` (n,) in the data set."""

    images: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]

    def __len__(self) -> int:
        """How many images."""
        return len(self.rows)


class Feed:
    """The batches of one pass over a subset: (images uint8, labels int64).

    With a moment (seed, epoch) they are shuffled and augmented by it, else they come as they lie. Batch i is the same
    whichever thread asks for it, and however often. `busy_s` adds up what preparing them took.
    """

    def __init__(
        self,
        subset: Subset,
        batch_size: int,
        *,
        moment: tuple[int, int] | None = None,
        augmentation: Augmentation | None = None,
    ) -> None:
        """Fix the order of the pass."""
        self.subset = subset
        self.batch_size = batch_size
        self.moment = moment
        self.augmentation = augmentation
        self.busy_s = 0.0
        count = len(subset)
        self.order = np.arange(count) if moment is None else np.random.default_rng(moment).permutation(count)

    def __len__(self) -> int:
        """How many batches; the last may be smaller."""
        return math.ceil(len(self.subset) / self.batch_size)

    def __iter__(self) -> Iterator[Batch]:
        """All batches of the pass, in order."""
        return (self[index] for index in range(len(self)))

    def __getitem__(self, index: int) -> Batch:
        """Batch `index` of the pass."""
        began = time.perf_counter()
        chosen = self.order[index * self.batch_size : (index + 1) * self.batch_size]
        images = self.subset.images[chosen]
        if self.augmentation is not None and self.moment is not None:
            images = self.augmentation(images, self.subset.rows[chosen], self.moment)
        self.busy_s += time.perf_counter() - began
        return images, self.subset.labels[chosen]
