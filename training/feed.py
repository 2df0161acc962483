"""Hands images to the training loop, whatever the backend: batches in an order that the seed and the epoch decide.

Worker threads prepare batches ahead, a bounded number of them, so that memory does not grow with the data set. Threads
and not processes: OpenCV and NumPy release the interpreter's lock for most of the work, and no batch goes through a
pipe. With the strongest policy on two busy cores, one thread prepared 7,200 images a second and one process 3,900, two
of each 6,300 and 4,900.
"""

import math
import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from training.augment import Augmentation, mixing
from training.parallel.share import WHOLE, Share

Images = npt.NDArray[np.uint8]
Targets = npt.NDArray[np.int64] | npt.NDArray[np.float32]
Teach = Callable[[Images], npt.NDArray[np.float32]]
"""What a teacher answers for images (n, H, W, C) uint8: (n, classes) float32."""
Batch = tuple[Images, Targets]

_MOST_WORKERS = 4
"""Each needs the interpreter's lock for about a third of its time, so that more would wait for it."""
_AGAIN = 2**31
"""Added to the epoch, for the second augmentation of an image in it."""
_AHEAD = 2
"""Batches that lie ready, beside those that the workers are at."""


@dataclass(frozen=True, kw_only=True)
class Subset:
    """Some images of a data set, in memory or in a memory map."""

    images: Images
    """(N, H, W, C) uint8, an array or an np.memmap, of which only what a batch needs is read."""
    labels: npt.NDArray[np.int64]
    """(n,), a class id for each image of the subset."""
    rows: npt.NDArray[np.int64]
    """(n,), their rows in the data set: what decides how they are augmented."""
    places: npt.NDArray[np.int64] | None = None
    """(n,), where each of them lies in `images`; None: they are all of `images`, in order."""

    def __len__(self) -> int:
        """How many images."""
        return len(self.rows)

    def take(self, chosen: npt.NDArray[np.int64]) -> Images:
        """The chosen images of the subset, (len(chosen), H, W, C) uint8, copied into memory."""
        return np.asarray(self.images[chosen if self.places is None else self.places[chosen]])


def default_workers() -> int:
    """Threads that prepare batches: a core is left to the backend, which is all that two cores can spare."""
    return max(1, min(_MOST_WORKERS, _cores() - 1))


def _cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Feed:
    """The batches of one pass over a subset: (images uint8, targets).

    Targets are class ids, int64 (n,), or with mixing a share of each class, float32 (n, class_count). With a moment
    (seed, epoch) images are shuffled, augmented and mixed by it, else they come as they lie. Batch i is the same
    whichever worker prepares it, and however often; an image looks the same whatever the size of the batches. Where
    several processes train together each has the same passes, and prepares its share of every batch.
    `waited_s` adds up for how long the consumer of a pass had to wait for a batch.
    """

    def __init__(  # noqa: PLR0913 - each of them is a choice of its own
        self,
        subset: Subset,
        batch_size: int,
        *,
        moment: tuple[int, int] | None = None,
        augmentation: Augmentation | None = None,
        mixing: str | None = None,
        class_count: int | None = None,
        twice: bool = False,
        side: int | None = None,
        teaching: tuple[Teach, float] | None = None,
        workers: int | None = None,
        share: Share = WHOLE,
    ) -> None:
        """Fix the order of the pass. `mixing`, one of MIXINGS, needs `class_count`; `workers` None: by the cores.

        `twice`: a batch has half as many images, each under two augmentations, the second ones after all of the first;
        it has to be a whole one. `side`: what images are scaled to at last, in pixels; None: they keep their size.
        `teaching`: a teacher and the share of each target, 0 to 1, that is its answer for the image as it is augmented;
        it needs `class_count`.
        """
        if twice and share != WHOLE:
            raise ValueError("a share of a batch does not hold both augmentations of its images: train in one process")
        if (mixing is not None or teaching is not None) and class_count is None:
            raise ValueError(f"mixing={mixing!r} or a teacher needs class_count, the number of classes, and got None")
        self.subset = subset
        self.batch_size = batch_size
        self.moment = moment
        self.augmentation = augmentation
        self.mixing = mixing
        self.copies = 2 if twice and moment is not None else 1
        self.side = side
        self.teaching = teaching
        self._one_hot = np.eye(class_count or 0, dtype=np.float32)
        self.workers = default_workers() if workers is None else workers
        self.share = share
        self.waited_s = 0.0
        count = len(subset)
        self.order = np.arange(count) if moment is None else np.random.default_rng(moment).permutation(count)

    def __len__(self) -> int:
        """How many batches; the last may be smaller."""
        return math.ceil(len(self.subset) / self._step)

    @property
    def images(self) -> int:
        """How many images all batches have together."""
        return len(self.subset) * self.copies

    @property
    def _step(self) -> int:
        """How many images of the subset a whole batch is made of."""
        return self.batch_size // self.copies

    def size(self, index: int) -> int:
        """How many images batch `index` has, all shares of it together."""
        return self._count(index) * self.copies

    def _count(self, index: int) -> int:
        """How many images of the subset batch `index` is made of, all shares of it together."""
        return min(self._step, len(self.subset) - index * self._step)

    def __iter__(self) -> Iterator[Batch]:
        """All batches of the pass, in order, prepared ahead; the workers end with the pass or when it is left.

        An error of a worker is raised here, when its batch is due.
        """
        pool = ThreadPoolExecutor(self.workers, thread_name_prefix="feed")
        ready: deque[Future[Batch]] = deque()
        begun = iter(range(len(self)))
        try:
            for _ in range(len(self)):
                while len(ready) < self.workers + _AHEAD and (index := next(begun, None)) is not None:
                    ready.append(pool.submit(self.__getitem__, index))
                asked = time.perf_counter()
                batch = ready.popleft().result()
                self.waited_s += time.perf_counter() - asked
                yield batch
        finally:
            pool.shutdown(cancel_futures=True)

    def __getitem__(self, index: int) -> Batch:
        """Batch `index` of the pass, prepared here and now."""
        chosen = self.order[index * self._step + self.share.places(self._count(index))]
        images, targets = self._batch(chosen)
        if self.teaching is not None and self.moment is not None:
            targets = self._taught(images, targets, *self.teaching)
        return _scaled(images, self.side), targets

    def _batch(self, chosen: npt.NDArray[np.int64]) -> Batch:
        """The chosen images augmented, mixed or doubled, of their own size."""
        if self.mixing is not None and self.moment is not None:
            return self._mixed(chosen, self.mixing, self.moment)
        images, labels = self._augmented(chosen), self.subset.labels[chosen]
        if self.copies == 1 or self.moment is None:
            return images, labels
        seed, epoch = self.moment
        again = self._augmented(chosen, (seed, epoch + _AGAIN))
        return np.concatenate((images, again)), np.concatenate((labels, labels))

    def _taught(self, images: Images, targets: Targets, teach: Teach, share: float) -> npt.NDArray[np.float32]:
        """Targets of which a share is the teacher's."""
        own: npt.NDArray[np.float32] = self._one_hot[targets] if targets.ndim == 1 else targets.astype(np.float32)
        return (1 - np.float32(share)) * own + np.float32(share) * teach(images)

    def _augmented(self, chosen: npt.NDArray[np.int64], moment: tuple[int, int] | None = None) -> Images:
        """The chosen images as they are at the moment, by default the pass's."""
        images, moment = self.subset.take(chosen), moment or self.moment
        if self.augmentation is None or moment is None:
            return images
        return self.augmentation(images, self.subset.rows[chosen], moment)

    def _mixed(self, chosen: npt.NDArray[np.int64], name: str, moment: tuple[int, int]) -> Batch:
        """Each image with another one of the whole subset, both augmented; targets have both labels' shares."""
        others, sequences = mixing.pairs(self.subset.rows[chosen], moment, len(self.subset))
        both = self._augmented(np.concatenate((chosen, others)))
        images, shares = mixing.mixed(name, both[: len(chosen)], both[len(chosen) :], sequences)
        own, other = self._one_hot[self.subset.labels[chosen]], self._one_hot[self.subset.labels[others]]
        return images, shares[:, None] * own + (1 - shares[:, None]) * other


def _scaled(images: Images, side: int | None) -> Images:
    """Images (n, H, W, C) made (n, side, side, C), by the area that a pixel covers; None: as they are."""
    if side in (None, images.shape[1]):
        return images
    return np.stack([cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA) for image in images])
