"""Prints the table of versions: which form of a network opens where, with what answers, how large and how fast.

    python tests/benchmarks/bench_shipped_form.py [--python tf-2.12=PATH] [--runs 3] [--network cnn] [--form shipped]

The environments are those of `kit environments`; one that is not built is named and left out, unless --build is given
or --python says where an interpreter with its TensorFlow is. The forms of a network are opened in turn, in a process
each, so that a neighbour slows all alike; the figures are medians. docs/shipped_form.md keeps what was measured.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from tools.environments.build import PYTHON, build, cached
from tools.environments.known import environment
from training.data.sample import draw

ROOT = Path(__file__).resolve().parents[2]
OPEN = Path(__file__).parent / "shipped_form" / "open.py"
ENVIRONMENTS = ("codalab-legacy-py39", "tf-2.12", "tf-2.15", "an2dl-2024", "newest")
NETWORKS = ("cnn", "mobilenetv2", "convnexttiny")
FORMS = {
    "shipped": "shipped",
    "shipped, weights in 16 bits": "halved",
    "saved model, default options": "default",
    "the same without DisableCopyOnRead": "edited",
    "model.export()": "export",
    "frozen graph": "frozen",
    "graph and weights.npz": "apart",
    "TensorFlow Lite": "model.tflite",
    ".keras": "model.keras",
}
HEAD = (
    "network | form | TensorFlow | opens | largest difference | other ids | size / weights "
    "| start s | start cpu s | images/s | peak MB | import s"
)


def main() -> None:
    """Write the forms, open each, print the rows as they come."""
    options = _options()
    pythons = dict(_pythons(options))
    print(f"| {HEAD} |\n|{'---|' * (HEAD.count('|') + 1)}")
    with tempfile.TemporaryDirectory() as scratch:
        images = Path(scratch) / "images.npy"
        np.save(images, np.load(options.images)["images"][:512] if options.images else draw(256).images)
        for network in options.network or NETWORKS:
            folder = Path(scratch) / network
            folder.mkdir()
            command = [sys.executable, "-m", "tests.benchmarks.shipped_form.write", network, str(images), str(folder)]
            subprocess.run(command, cwd=ROOT, check=True, stderr=subprocess.DEVNULL)
            for python in pythons.values():
                for row in _rows(network, folder, python, images, options):
                    print(f"| {row} |", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--python", action="append", default=[], metavar="NAME=PATH", help="an environment's Python")
    parser.add_argument("--build", action="store_true", help="build the environments that are missing")
    parser.add_argument("--runs", type=int, default=1, help="times that each form is opened")
    parser.add_argument("--network", action="append", choices=NETWORKS)
    parser.add_argument("--form", action="append", choices=FORMS)
    parser.add_argument("--images", help="an .npz whose `images` are answered; else the built-in sample")
    return parser.parse_args()


def _pythons(options: argparse.Namespace) -> Iterator[tuple[str, str]]:
    given = dict(pair.split("=", 1) for pair in options.python)
    for name in dict.fromkeys((*ENVIRONMENTS, *given)):
        if name in given:
            yield name, given[name]
        elif found := build(environment(name), say=print) if options.build else cached(environment(name)):
            yield name, str(found.bin_folder / PYTHON)
        else:
            print(f"left out: {name} is not built; kit environments build {name}, or --build")


def _rows(network: str, folder: Path, python: str, images: Path, options: argparse.Namespace) -> Iterator[str]:
    forms = options.form or list(FORMS)
    told: dict[str, list[dict[str, Any]]] = {form: [] for form in forms}
    for _ in range(options.runs):
        for form in forms:
            told[form].append(_opened(python, folder / FORMS[form], images, folder / "answers.npy"))
    weights = 4 * int((folder / "parameters.txt").read_text())
    for form, runs in told.items():
        size = f"{_size(folder / FORMS[form]) / weights:.3f}"
        yield f"{network} | {form} | {_row(runs, size)}"


def _row(runs: list[dict[str, Any]], size: str) -> str:
    version = runs[0]["tensorflow"]
    if broken := next((run["error"] for run in runs if "error" in run), None):
        return f"{version} | **no**: `{broken[:160].replace('|', '/')}` | | | {size} | | | | | "
    middle = {key: float(np.median([run[key] for run in runs])) for key in runs[0] if key != "tensorflow"}
    return (
        f"{version} | yes | {middle['difference']:.1e} | {middle['other_ids']:.0f} | {size} | {middle['start_s']:.2f} "
        f"| {middle['start_cpu_s']:.2f} | {middle['images_s']:.0f} | {middle['peak_mb']:.0f} | {middle['import_s']:.1f}"
    )


def _opened(python: str, form: Path, images: Path, own_file: Path) -> dict[str, Any]:
    """What open.py tells of one start, with how far its answers are from the Keras model's own."""
    answers_file = own_file.with_name("got.npy")
    answers_file.unlink(missing_ok=True)
    command = [python, str(OPEN), str(form), str(images), str(answers_file)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    told: dict[str, Any] = (
        json.loads(ended.stdout.strip().splitlines()[-1])
        if ended.returncode == 0
        else {"tensorflow": "?", "error": f"ended with code {ended.returncode}: {ended.stderr.strip()[-120:]}"}
    )
    if "error" not in told:
        own, got = np.load(own_file), np.load(answers_file)
        told["difference"] = np.abs(own - got).max()
        told["other_ids"] = (own.argmax(axis=1) != got.argmax(axis=1)).sum()
    return told


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else sum(file.stat().st_size for file in path.rglob("*.*"))


if __name__ == "__main__":
    main()
