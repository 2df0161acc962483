"""Small images, a small recipe, a finished run and a killed one, and a reporter that remembers."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from training import recipes
from training.data.load import Dataset, open_dataset
from training.progress import Advance, Silent
from training.recipes.recipe import Recipe

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

ROOT = Path(__file__).parents[2]
COUNT, SIDE, CLASSES, SEED = 120, 12, 3, 5
KILLED_IN = 3
DOOMED = """
import os, signal, sys
from pathlib import Path
from tests.training.conftest import KILLED_IN, SEED, Remembering, small
from training.data.load import open_dataset
from training.fit import Options, train

def die(title, done):
    if title.startswith(f"epoch {KILLED_IN}/"):
        os.kill(os.getpid(), signal.SIGKILL)

reporter = Remembering()
reporter.meanwhile = die
train(small(), open_dataset(sys.argv[1]), Path(sys.argv[2]), options=Options(seed=SEED), reporter=reporter)
"""
"""Trains until the first batch of epoch KILLED_IN is done, and is then killed as by the system."""


class Remembering(Silent):
    """Keeps the lines that it is told; calls `meanwhile` with the title and the steps done whenever a bar advances."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.bars: list[str] = []
        self.meanwhile: Callable[[str, int], None] | None = None

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def say(self, text: str) -> None:
        self.lines.append(text)

    @contextmanager
    def track(self, title: str, total: int) -> Iterator[Advance]:
        self.bars.append(title)
        done = 0

        def advance(steps: int = 1, detail: str = "") -> None:  # noqa: ARG001 - the protocol's names
            nonlocal done
            done += steps
            if self.meanwhile is not None:
                self.meanwhile(title, done)

        yield advance
        assert done == total


@dataclass(frozen=True, kw_only=True)
class Finished:
    """A run that ended well, and the same one killed in its third epoch. Neither folder is to be changed."""

    folder: Path
    card: dict[str, Any]
    killed: Path
    reporter: Remembering


def small() -> Recipe:
    """The baseline, smaller: an epoch takes a fraction of a second."""
    return replace(
        recipes.get("baseline"), name="tiny", filters=(4,), batch_size=16, learning_rate=0.01, epochs=4, patience=3
    )


@pytest.fixture
def reporter() -> Remembering:
    return Remembering()


@pytest.fixture(scope="session")
def tiny_recipe() -> Recipe:
    return small()


@pytest.fixture(scope="session")
def tiny_dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """120 images of three classes that differ in brightness and stripes, under much noise."""
    return write_images(tmp_path_factory.mktemp("data") / "tiny.npz", seed=0)


def write_images(path: Path, *, seed: int) -> Dataset:
    random = np.random.default_rng(seed)
    labels = np.arange(COUNT) % CLASSES
    images = random.integers(0, 150, (COUNT, SIDE, SIDE, 3)) + 20 * labels[:, None, None, None]
    images[labels == 1, ::3] += 40
    np.savez(path, images=images.astype(np.uint8), labels=labels.astype(np.uint8)[:, None])
    return open_dataset(path)


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory, tiny_dataset: Dataset, tiny_recipe: Recipe) -> Finished:
    """Train to the end in this process, its export in one of its own; and train in another, which is killed."""
    from training.fit import Options, train

    runs, reporter = tmp_path_factory.mktemp("runs"), Remembering()
    command = [sys.executable, "-c", DOOMED, str(tiny_dataset.path), str(runs / "killed")]
    doomed = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    options = Options(seed=SEED, command="kit train tiny")
    card = train(tiny_recipe, tiny_dataset, runs / "finished", options=options, reporter=reporter)
    _, complaint = doomed.communicate()
    assert doomed.returncode == -signal.SIGKILL, complaint
    return Finished(folder=runs / "finished", card=card, killed=runs / "killed", reporter=reporter)


@pytest.fixture
def export_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let conversions run in this process: the start of one of their own takes seconds."""
    from training import conversion, export

    def run(command: list[str], **_: Any) -> Any:
        return subprocess.CompletedProcess(command, export.main(command[-1]), "", "")

    monkeypatch.setattr(conversion, "subprocess", SimpleNamespace(run=run))
