"""Prints what `kit check` takes: python tests/benchmarks/bench_check.py [RUNS], with 1.3 GB free for temporary files.

Zips of several kinds are written first. Each is checked in a process of its own, Python's start included; the ratio is
to a start of Python that does nothing, measured in the same run, and the memory is the process's highest.
"""

import copy
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

ENTRY = "class Model:\n    def predict(self, X):\n        return X\n"
KIT = ["-c", "import sys; from tools.cli import main; sys.exit(main(sys.argv[1:]))", "check"]
RUNS = 3
MB = 1_000_000


def weights(size_mb: int) -> bytes:
    """Float32 numbers as networks have them; they compress by about a tenth."""
    return (np.random.default_rng(0).standard_normal(size_mb * MB // 4) * 0.05).astype(np.float32).tobytes()


def models(method: int, sizes_mb: tuple[int, ...], path: Path) -> None:
    """An entry, and model files of these sizes."""
    with zipfile.ZipFile(path, "w", method) as target:
        target.writestr("model.py", ENTRY)
        for number, size_mb in enumerate(sizes_mb):
            target.writestr(f"saved_model_{number}/variables/variables.data-00000-of-00001", weights(size_mb))


def shards(path: Path) -> None:
    """A hundred thousand small members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("model.py", ENTRY)
        for number in range(100_000):
            target.writestr(f"shards/{number // 1000}/{number}.bin", b"%d" % number * 5)


def overlapping(path: Path) -> None:
    """A hundred names for the same 100 MB of zeros: 10 GB out of 0.1 MB."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("model.py", ENTRY)
        target.writestr("w.bin", bytes(100 * MB))
        for number in range(99):
            other = copy.copy(target.filelist[-1])
            other.filename = other.orig_filename = f"w{number}.bin"
            target.filelist.append(other)


def dense(method: int, path: Path) -> None:
    """Nine hundred megabytes of zeros in one member: no bomb yet."""
    with zipfile.ZipFile(path, "w", method) as target:
        target.writestr("model.py", ENTRY)
        with target.open("w.bin", "w") as member:
            for _ in range(900):
                member.write(bytes(MB))


CASES: dict[str, Callable[[Path], None]] = {
    "5 MB, deflated": partial(models, zipfile.ZIP_DEFLATED, (5,)),
    "300 MB, stored": partial(models, zipfile.ZIP_STORED, (250, 50)),
    "300 MB, deflated": partial(models, zipfile.ZIP_DEFLATED, (250, 50)),
    "1.2 GB, stored": partial(models, zipfile.ZIP_STORED, (600, 600)),
    "100,000 members": shards,
    "10 GB that overlap": overlapping,
    "900 MB of zeros, deflated": partial(dense, zipfile.ZIP_DEFLATED),
    "900 MB of zeros, bzip2": partial(dense, zipfile.ZIP_BZIP2),
}


def main() -> None:
    """Write each zip, check it a few times, print the best run and the highest memory."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    with tempfile.TemporaryDirectory() as name:
        for title, write in CASES.items():
            path = Path(name) / "x.zip"
            _write_apart(write, path)
            bare_s = min(_run(["-c", ""])[0] for _ in range(runs))
            seen = [_run([*KIT, str(path)]) for _ in range(runs)]
            best_s, busy_s = min(one[0] for one in seen), min(one[1] for one in seen)
            peak_mb = max(one[2] for one in seen)
            size_mb = path.stat().st_size / MB
            took = f"{best_s:5.2f} s = {best_s / bare_s:3.0f} starts of Python, {busy_s:5.2f} s of processor"
            print(f"{title:26} {size_mb:7.1f} MB zip: {took}, peak {peak_mb:4.0f} MB")


def _write_apart(write: Callable[[Path], None], path: Path) -> None:
    """In another process: a child's highest memory counts from what its parent held when it was started."""
    writer = multiprocessing.Process(target=write, args=(path,))
    writer.start()
    writer.join()


def _run(words: list[str]) -> tuple[float, float, float]:
    """Seconds by the clock and of the processor, and the highest resident memory in MB, of one process of Python."""
    started = time.perf_counter()
    child = subprocess.Popen([sys.executable, *words], stdout=subprocess.DEVNULL)
    _, _, usage = os.wait4(child.pid, 0)
    child.returncode = 0
    unit = 1 if sys.platform == "darwin" else 1024
    return time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit / MB


if __name__ == "__main__":
    main()
