"""The random numbers of each image, which depend on the seed, the epoch and the image's row alone.

A generator of NumPy's for each image takes about half as long as turning it. Here the numbers of a whole batch are
computed at once, each from its place in its image's own sequence: SplitMix64 (Steele, Lea and Flood, "Fast Splittable
Pseudorandom Number Generators", OOPSLA 2014), seeded per image. It is not fit for secrets.
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

_STEP = 0x9E3779B97F4A7C15
"""What SplitMix64 adds to its state for every number."""
_BLOCK = 48
"""Numbers computed ahead for each image: enough for nearly all, and the others get more."""
_UNIT = 2.0**-53


class Draws:
    """One image's sequence of random numbers: the first asked for is the first of the sequence, and so on."""

    __slots__ = ("_key", "_left", "_used")

    def __init__(self, key: int, block: list[float]) -> None:
        """`block` is the begin of the sequence that belongs to `key`, a number of 64 bits."""
        self._key = key
        self._left = block[::-1]
        self._used = len(block)

    def uniform(self, low: float = 0.0, high: float = 1.0) -> float:
        """A number from `low` up to `high`, all equally likely."""
        if not self._left:
            self._left = _uniform(np.array([self._key], np.uint64), self._used)[0].tolist()[::-1]
            self._used += _BLOCK
        return low + (high - low) * self._left.pop()

    def normal(self, mean: float = 0.0, deviation: float = 1.0) -> float:
        """A number of the normal distribution (Box and Muller 1958)."""
        distance = math.sqrt(-2 * math.log(1 - self.uniform()))
        return mean + deviation * distance * math.cos(2 * math.pi * self.uniform())

    def integer(self, bound: int) -> int:
        """0 up to `bound` - 1, all equally likely."""
        return int(self.uniform() * bound)

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self.uniform() < probability

    def sign(self) -> float:
        """1 or -1."""
        return 1.0 if self.chance(1 / 2) else -1.0


def draws(rows: npt.NDArray[np.int64], moment: tuple[int, int], stream: int = 0) -> list[Draws]:
    """The sequences of the images in these rows of the data set at this moment, (seed, epoch).

    Each `stream` is another sequence, so that one use of random numbers does not change what another one gets.
    """
    keys = np.zeros(len(rows), np.uint64)
    for part in (*moment, stream, rows):
        keys = _scrambled(keys + np.asarray(part).astype(np.uint64) + np.uint64(_STEP))
    blocks = _uniform(keys, 0).tolist()
    return [Draws(key, block) for key, block in zip(keys.tolist(), blocks, strict=True)]


def _uniform(keys: npt.NDArray[np.uint64], begin: int) -> npt.NDArray[np.float64]:
    """Numbers `begin` to `begin` + _BLOCK of each key's sequence, (len(keys), _BLOCK), from 0 up to 1."""
    steps = np.arange(begin + 1, begin + _BLOCK + 1, dtype=np.uint64) * np.uint64(_STEP)
    return np.asarray((_scrambled(keys[:, None] + steps) >> np.uint64(11)) * _UNIT, np.float64)


def _scrambled(state: npt.NDArray[np.uint64]) -> npt.NDArray[Any]:
    """SplitMix64's output function: every bit of the state decides about every bit of the number."""
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return state ^ (state >> np.uint64(31))
