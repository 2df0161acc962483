"""How a fuzz run is bounded: the number of cases, and the memory that it may come to hold."""

import gc
import os
from collections.abc import Callable

import psutil
from hypothesis import HealthCheck, settings

CASES = int(os.environ.get("KIT_FUZZ_CASES", "60"))
MOST_GROWTH_BYTES = 64 << 20
WARM_UP = 20


def bounded() -> settings:
    """As many cases as were asked for, without a limit of time for each."""
    return settings(
        max_examples=CASES,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
    )


class Growth:
    """Counts cases, and knows how much memory they have left behind since the first few."""

    def __init__(self) -> None:
        """Nothing has been seen yet."""
        self.cases, self.before = 0, 0

    def count(self) -> None:
        """One more case."""
        self.cases += 1
        if self.cases == WARM_UP:
            self.before = _held_bytes()

    def demand_none(self, say: Callable[[str], None]) -> None:
        """Fail where the cases since the first few have made the process grow."""
        grown = _held_bytes() - self.before if self.cases > WARM_UP else 0
        say(f"{self.cases} cases, {grown / 1e6:+.1f} MB")
        assert grown < MOST_GROWTH_BYTES


def _held_bytes() -> int:
    gc.collect()
    return int(psutil.Process().memory_info().rss)
