"""What the emulation costs: `kit evaluate --no-probes` beside the two programs run by hand in the same environment.

Ratios of medians, measured in turn in one run. Two cases: a zip whose prediction takes some seconds, and a task with
20,000 small input files. `--zip FILE --data NPZ` takes your own zip in place of the first, `--engine` another engine.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tools.competitions import DEFAULT
from tools.environments import own

KIT = Path(sys.executable).with_name("kit")
ROUNDS = 5
FILES = 20_000
IMAGES = 512
ENTRY = """
import numpy as np

class Model:
    def predict(self, X):
        X = X.reshape(len(X), -1).astype(np.float32)
        weights = np.random.default_rng(0).normal(size=(X.shape[1], 512)).astype(np.float32)
        for _ in range(6):
            ids = (X @ weights).argmax(axis=1) % 8
        return ids
"""
INGESTION = """
import pathlib, sys
folder, output = map(pathlib.Path, sys.argv[1:3])
total = sum(int(path.read_text()) for path in folder.iterdir())
(output / "total").write_text(str(total))
"""
SCORING = """
import json, pathlib, sys
predictions, output = map(pathlib.Path, sys.argv[1:3])
(output / "scores.json").write_text(json.dumps({"total": int((predictions / "total").read_text())}))
"""
COMPETITION = """
version: 2
title: Many small files
tasks: [{index: 0, name: t, ingestion_program: ingestion, scoring_program: scoring, input_data: input}]
phases: [{index: 0, name: p, start: 2026-01-01, tasks: [0]}]
leaderboards: [{title: r, key: r, columns: [{title: Total, key: total, index: 0}]}]
"""


def medians(first: Callable[[], None], second: Callable[[], None]) -> tuple[float, float]:
    """Median seconds of two functions called in turn."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for function, kept in zip((first, second), times, strict=True):
            started = time.perf_counter()
            function()
            kept.append(time.perf_counter() - started)
    return statistics.median(times[0]), statistics.median(times[1])


def call(words: list[object], **options: object) -> None:
    """Run a command that has to end well."""
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        sys.exit(done.stdout + done.stderr)


def report(name: str, by_hand: float, evaluated: float) -> None:
    """One line: both times, and what is over the ratio of 1.15."""
    over = evaluated - 1.15 * by_hand
    told = f"by hand {by_hand:.2f} s, kit evaluate --no-probes {evaluated:.2f} s, ratio {evaluated / by_hand:.2f}"
    print(f"{name}: {told}; that is 1.15 x by hand {over:+.2f} s")


def a_zip(folder: Path, python: Path, arguments: argparse.Namespace) -> None:
    """A zip of the blood-cell competition."""
    archive, data = arguments.zip, arguments.data
    if archive is None:
        archive, data = folder / "entry.zip", folder / "data.npz"
        with zipfile.ZipFile(archive, "w") as target:
            target.writestr("model.py", ENTRY)
        images = np.random.default_rng(0).integers(0, 256, (IMAGES, 96, 96, 3), dtype=np.uint8)
        np.savez(data, images=images, labels=np.arange(IMAGES) % 8)
    for name in ("input", "reference", "output", "entry"):
        (folder / name).mkdir()
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder / "entry")
    with np.load(data) as arrays:
        np.save(folder / "input" / "images.npy", arrays["images"])
        np.save(folder / "reference" / "labels.npy", arrays["labels"])

    def by_hand() -> None:
        programs = DEFAULT / "ingestion_program", DEFAULT / "scoring_program"
        call([python, "ingestion.py", folder / "input", folder / "output", folder / "entry"], cwd=programs[0])
        call([python, "scoring.py", folder / "reference", folder / "output", folder / "output"], cwd=programs[1])

    words = [KIT, "evaluate", archive, "--data", data, "--no-probes", "--engine", arguments.engine]
    report(f"{archive.name}, {arguments.engine}", *medians(by_hand, lambda: call(words)))


def many_files(folder: Path, python: Path, arguments: argparse.Namespace) -> None:
    """A task with 20,000 input files of a kilobyte."""
    bundle = folder / "bundle"
    for name, source in (("ingestion", INGESTION), ("scoring", SCORING)):
        (bundle / name).mkdir(parents=True)
        (bundle / name / "main.py").write_text(source)
        places = "$input $output" if name == "ingestion" else "$predictions $output"
        (bundle / name / "metadata.yaml").write_text(f"command: python3 main.py {places}\n")
    (bundle / "input").mkdir()
    for number in range(FILES):
        (bundle / "input" / f"{number}.txt").write_text(f"{number:<1000}")
    (bundle / "competition.yaml").write_text(COMPETITION)
    archive = folder / "nothing.zip"
    with zipfile.ZipFile(archive, "w") as target:
        target.writestr("notes.txt", "nothing")
    (folder / "by-hand").mkdir()

    def by_hand() -> None:
        output = folder / "by-hand"
        call([python, "main.py", bundle / "input", output], cwd=bundle / "ingestion")
        call([python, "main.py", output, output], cwd=bundle / "scoring")

    words = [KIT, "evaluate", archive, "--bundle", bundle, "--no-probes", "--engine", arguments.engine]
    report(f"{FILES} files, {arguments.engine}", *medians(by_hand, lambda: call(words)))


def main() -> None:
    """Both cases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--zip", type=Path)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--engine", default="bubblewrap", choices=("bubblewrap", "process"))
    arguments = parser.parse_args()
    for case in (a_zip, many_files):
        with tempfile.TemporaryDirectory() as folder:
            os.environ["KIT_DATA_DIR"] = folder
            python = own.make(Path(folder) / "environment").bin_folder / "python3"
            case(Path(folder), python, arguments)


if __name__ == "__main__":
    main()
