"""Prints how fast the shift suite corrupts images: python tests/benchmarks/bench_shift.py [DATA.npz] [RUNS].

One thread, by processor time, so that neighbours on the machine do not count; without DATA drawn cells are corrupted.
The last lines are the whole suite, mixed as a measurement of that many images mixes it, and what one image costs beside
one pass over it in numpy.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tools.forecast.measure import BATCH, changed
from tools.forecast.plan import CLEAN, batches, plan
from tools.forecast.suite import COMPOSITIONS, FAMILIES, composed, corrupted
from training.data.sample import draw

IMAGES = 200
SEVERITY = 3


def main() -> None:
    """Print images a second a core for each corruption, each composition and the suite."""
    words = sys.argv[1:]
    runs = next((int(word) for word in words if word.isdigit()), 3)
    paths = [Path(word) for word in words if not word.isdigit()]
    images = np.load(paths[0])["images"][:IMAGES] if paths else draw(IMAGES).images[:IMAGES]
    for family in FAMILIES:
        print(family.name)
        for corruption in family.corruptions:
            spent = _seconds(lambda one, i, kind=corruption: corrupted(one, i, kind, SEVERITY), images, runs)
            print(f"  {corruption.name:<22}{1 / spent:>8,.0f} images/s a core")
    print("compositions")
    for composition in COMPOSITIONS:
        spent = _seconds(lambda one, i, kind=composition: composed(one, i, kind), images, runs)
        print(f"  {composition.name:<22}{1 / spent:>8,.0f} images/s a core")
    suite_s, unit_s = min(_suite_s(images) for _ in range(runs)), _numpy_pass_s(images[0])
    print(
        f"the whole suite         {1 / suite_s:>8,.0f} images/s a core = {suite_s / unit_s:.0f} numpy passes an image"
    )


def _seconds(change: Callable[..., object], images: NDArray[np.uint8], runs: int) -> float:
    """Processor seconds an image, in the best run."""
    best = float("inf")
    for _ in range(runs):
        began = time.process_time()
        for index, image in enumerate(images):
            change(image, index)
        best = min(best, (time.process_time() - began) / len(images))
    return best


def _suite_s(images: NDArray[np.uint8]) -> float:
    """Processor seconds an image over everything that is measured, clean images left out."""
    parts = tuple(part for part in plan(np.arange(len(images)) % 8) if part.name != CLEAN)
    began = time.process_time()
    count = sum(len(changed(part, rows, images)) for part, rows in batches(parts, BATCH))
    return (time.process_time() - began) / count


def _numpy_pass_s(image: NDArray[np.uint8]) -> float:
    """Seconds of one float32 multiplication over an image."""
    picture = image.astype(np.float32)
    began = time.process_time()
    for _ in range(2000):
        picture *= np.float32(1.0)
    return (time.process_time() - began) / 2000


if __name__ == "__main__":
    main()
