"""What the probes cost: `kit evaluate` beside `kit evaluate --no-probes`, in turn in one run, for entries of all kinds.

Medians, and what is over 1.3 times the evaluation without probes plus two seconds (wanted: nothing), and how many of
the checks that need a probe were reached. `--zip FILE --data NPZ` adds your own zip, `--engine` is another engine.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import numpy as np

KIT = Path(sys.executable).with_name("kit")
ROUNDS = 5
IMAGES = 300
ENTRIES = {
    "a fast NumPy entry": ("pass", "pass"),
    "20 ms an image, asleep": ("pass", "time.sleep(0.02 * len(X))"),
    "20 ms an image, busy": ("pass", "spin(0.02 * len(X))"),
    "a constructor of 8 s, asleep": ("time.sleep(8)", "pass"),
    "a constructor of 8 s, busy": ("spin(8)", "pass"),
    "3 s a call": ("pass", "time.sleep(3)"),
}
SOURCE = """
import time
import numpy as np


def spin(seconds):
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        np.ones((200, 200)) @ np.ones((200, 200))


class Model:
    def __init__(self):
        {init}

    def predict(self, X):
        {body}
        return np.asarray(X).reshape(len(X), 96 * 96 * 3).mean(axis=1).astype(int) % 8
"""
WATCHED = ("RUN006", "RUN007", "RUN012", "OUT008", "OUT009", "OUT010", "OUT011")


def seconds(words: list[object], document: Path) -> float:
    """How long an evaluation takes; its document is written down."""
    started = time.perf_counter()
    done = subprocess.run([*map(str, words), "--json", str(document)], capture_output=True, text=True, check=False)
    taken = time.perf_counter() - started
    if done.returncode not in (0, 1):
        sys.exit(done.stdout + done.stderr)
    return taken


def measure(name: str, archive: Path, data: Path, arguments: argparse.Namespace) -> None:
    """One line: both medians, their ratio, and what is over the promise."""
    times: dict[str, list[float]] = {"--no-probes": [], "--probes": []}
    reached = []
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder) / "document.json"
        for _ in range(arguments.rounds):
            for option, kept in times.items():
                words = [KIT, "evaluate", archive, "--data", data, "--engine", arguments.engine, option]
                kept.append(seconds(words, document))
            missed = json.loads(document.read_text("utf-8"))["checks"]["not_reached"]
            reached.append(sum(code not in missed for code in WATCHED))
    without, with_ = (statistics.median(kept) for kept in times.values())
    over = with_ - (1.3 * without + 2)
    told = f"without {without:.2f} s, with {with_:.2f} s, ratio {with_ / without:.2f}"
    share = f"{statistics.median(reached):g} of {len(WATCHED)} checks reached"
    print(f"{name}: {told}; that is 1.3 x without + 2 s {over:+.2f} s; {share}", flush=True)


def main() -> None:
    """Each entry in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--zip", type=Path)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--engine", default="process", choices=("bubblewrap", "process"))
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["KIT_DATA_DIR"] = name
        images = np.random.default_rng(0).integers(0, 256, (IMAGES, 96, 96, 3), dtype=np.uint8)
        np.savez(folder / "data.npz", images=images, labels=np.arange(IMAGES) % 8)
        for number, (title, (init, body)) in enumerate(ENTRIES.items()):
            archive = folder / f"{number}.zip"
            with zipfile.ZipFile(archive, "w") as target:
                target.writestr("model.py", SOURCE.format(init=init, body=body))
            measure(title, archive, folder / "data.npz", arguments)
    if arguments.zip:
        measure(arguments.zip.name, arguments.zip, arguments.data, arguments)


if __name__ == "__main__":
    main()
