"""The random numbers of the suite: the same on every machine and under every NumPy.

They are made from the raw bits of Philox (Salmon et al. 2011), whose stream NumPy keeps as it is; the streams of
`numpy.random.Generator` it may change.
"""

import math
import statistics
import zlib
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

SUITE_SEED = 20241122
_SCALARS = 32
"""So many scalars are drawn at once: most corruptions need no more."""
_LEVELS = 1 << 16


class Draw:
    """The random numbers of one image under one corruption: decided by the suite's seed, `purpose` and `index` alone.

    The severity is not among them, so that one image shows the same corruption growing from severity to severity.
    """

    def __init__(self, purpose: str, index: int) -> None:
        """Begin the stream of image `index` (0 or more) under what `purpose` names."""
        key = np.array([SUITE_SEED << 32 | zlib.crc32(purpose.encode()), index], dtype=np.uint64)
        self._bits = np.random.Philox(key=key)
        self._scalars: list[int] = []

    def uniform(self, low: float, high: float) -> float:
        """One number, at least `low` and below `high`."""
        if not self._scalars:
            self._scalars = self._bits.random_raw(_SCALARS).tolist()
        return low + (high - low) * (self._scalars.pop() >> 11) / (1 << 53)

    def below(self, count: int) -> int:
        """One of 0 to count - 1."""
        return int(self.uniform(0, count))

    def either(self, low: float, high: float) -> float:
        """One number of [low, high) with a drawn sign."""
        return self.uniform(low, high) * (1 if self.below(2) else -1)

    def order(self, count: int) -> list[int]:
        """0 to count - 1 in a drawn order (Fisher and Yates)."""
        places = list(range(count))
        for last in range(count - 1, 0, -1):
            other = self.below(last + 1)
            places[last], places[other] = places[other], places[last]
        return places

    def bits(self, shape: Sequence[int]) -> NDArray[np.uint16]:
        """Integers of 0 to 65535, all equally likely, in an array of `shape`."""
        count = math.prod(shape)
        return self._bits.random_raw(-(-count // 4)).astype("<u8").view("<u2")[:count].reshape(shape)

    def normal(self, shape: Sequence[int]) -> NDArray[np.float32]:
        """Normally distributed numbers of mean 0 and standard deviation 1, cut at 4.2, in an array of `shape`."""
        return _normal_table().take(self.bits(shape))


@cache
def _normal_table() -> NDArray[np.float32]:
    """The quantiles of the normal distribution in the middle of 65,536 equal steps of probability."""
    quantile = statistics.NormalDist().inv_cdf
    half = np.array([quantile((step + 0.5) / _LEVELS) for step in range(_LEVELS // 2)], dtype=np.float32)
    return np.concatenate([half, -half[::-1]])
