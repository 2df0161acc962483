"""Prints how fast the built-in sample is drawn: taskset -c 0 python tests/benchmarks/bench_sample.py [RUNS].

One process, one thread. On a machine that others use, the best run comes nearest to what a core does alone; the ratio
is to one pass over a picture in numpy, measured in the same run.
"""

import sys
import time

import numpy as np

from training.data.sample import draw

CELLS = 512


def main() -> None:
    """Draw samples; print cells a second by wall and by processor time, textures and intruders included."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 12
    draw(16)
    wall, processor, reference = np.array([(*_drawing_s(seed), _numpy_pass_s()) for seed in range(runs)]).T
    for name, spent_s in (("wall", wall), ("processor", processor)):
        best, middle = CELLS / spent_s.min(), CELLS / np.median(spent_s)
        print(f"{name:>9} time: {best:5.0f} pictures/s in the best of {runs} runs, {middle:5.0f} in the median run")
    picture_s = wall.min() / CELLS
    print(f"one picture takes {picture_s * 1e3:.2f} ms = {picture_s / reference.min():.0f} numpy passes over a picture")


def _drawing_s(seed: int) -> tuple[float, float]:
    """Seconds of one sample by wall and by processor time."""
    wall, processor = time.perf_counter(), time.process_time()
    draw(CELLS, seed=seed)
    return time.perf_counter() - wall, time.process_time() - processor


def _numpy_pass_s() -> float:
    """Seconds of one float32 multiplication over a picture."""
    picture = np.ones((3, 96, 96), dtype=np.float32)
    start = time.perf_counter()
    for _ in range(1000):
        picture *= np.float32(1.0)
    return (time.perf_counter() - start) / 1000


if __name__ == "__main__":
    main()
