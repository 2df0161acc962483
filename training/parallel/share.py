"""Which images of each batch a process trains on. Nothing here needs TensorFlow."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, kw_only=True)
class Share:
    """One process' part of every batch: as many images for each device of all processes.

    Where a batch does not divide evenly it is filled up, beginning again at its first image; what fills it counts
    nothing. So no device is ever without images, and the last, smaller batch of an epoch is one like the others.
    """

    process: int = 0
    """From 0."""
    processes: int = 1
    devices: int = 1
    """Of each process."""

    def each(self, size: int) -> int:
        """How many images each device has of a batch of `size`."""
        return math.ceil(size / (self.processes * self.devices))

    def places(self, size: int) -> npt.NDArray[np.int64]:
        """Where this process' images stand in a batch of `size`: (devices * each,), from 0 to size - 1."""
        return self._filled(size) % size

    def counts(self, size: int) -> npt.NDArray[np.float32]:
        """What each of these images counts, (devices * each,): 1, or 0 where it only fills up."""
        return (self._filled(size) < size).astype(np.float32)

    def _filled(self, size: int) -> npt.NDArray[np.int64]:
        mine = self.devices * self.each(size)
        return np.arange(self.process * mine, (self.process + 1) * mine)


WHOLE = Share()
"""The whole batch, for one process with one device."""
