"""Small labelled images, a small recipe, and a reporter that remembers, for the tests that train."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from subprocess import CompletedProcess
from types import SimpleNamespace

import numpy as np
import pytest

from training import recipes
from training.data.load import Dataset, open_dataset
from training.progress import Advance, Silent
from training.recipes.recipe import Recipe

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

SIDE = 24
IMAGES_A_CLASS = 10


class Recorder(Silent):
    """Remembers the lines and bars it is told of; the first time that one begins with `at`, it calls `act`."""

    def __init__(self, at: str = "", act: Callable[[], None] | None = None) -> None:
        self.at, self.act = at, act
        self.said: list[str] = []
        self.bars: list[str] = []

    def say(self, text: str) -> None:
        self.said.append(text)
        self._reach(text)

    @contextmanager
    def track(self, title: str, total: int) -> Iterator[Advance]:
        self.bars.append(title)
        done = 0

        def advance(steps: int = 1, detail: str = "") -> None:  # noqa: ARG001 - the protocol's names
            nonlocal done
            done += steps
            self._reach(title)

        yield advance
        assert done == total

    def _reach(self, text: str) -> None:
        if self.act is not None and text.startswith(self.at):
            act, self.act = self.act, None
            act()


def interrupt() -> None:
    raise KeyboardInterrupt


@pytest.fixture(scope="session")
def recorder() -> Callable[..., Recorder]:
    """Make a reporter: recorder(), or recorder(at="epoch 2/", act=...)."""
    return Recorder


@pytest.fixture(scope="session")
def interrupted_at() -> Callable[[str], Recorder]:
    """Make a reporter that presses Ctrl-C when a line or, after the first batch, a bar begins so."""
    return lambda at: Recorder(at, interrupt)


@pytest.fixture(scope="session")
def write_dataset(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Dataset]:
    """Write and open 80 small images, eight classes that differ in brightness and stripes; the seed draws the noise."""

    def write(seed: int) -> Dataset:
        path = tmp_path_factory.mktemp("data") / "images.npz"
        random = np.random.default_rng(seed)
        labels = np.tile(np.arange(8), IMAGES_A_CLASS)
        images = random.integers(0, 90, (len(labels), SIDE, SIDE, 3))
        images += 20 * labels[:, None, None, None]
        images[labels % 2 == 1, ::3] //= 2
        np.savez(path, images=images.astype(np.uint8), labels=labels.astype(np.uint8)[:, None])
        return open_dataset(path)

    return write


@pytest.fixture(scope="session")
def dataset(write_dataset: Callable[[int], Dataset]) -> Dataset:
    return write_dataset(0)


@pytest.fixture(scope="session")
def wide_dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """64 images of three classes, as small as the backbones take."""
    random, path = np.random.default_rng(3), tmp_path_factory.mktemp("wide") / "wide.npz"
    labels = np.arange(64) % 3
    images = random.integers(0, 120, (64, 32, 32, 3)) + 60 * labels[:, None, None, None]
    np.savez(path, images=images.astype(np.uint8), labels=labels)
    return open_dataset(path)


@pytest.fixture(scope="session")
def recipe() -> Recipe:
    """The baseline, smaller: three epochs of four steps take less than a second."""
    return replace(recipes.get("baseline"), filters=(4, 8), batch_size=16, epochs=3, learning_rate=0.01)


@pytest.fixture
def no_child(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the conversion run in this process: the start of its own takes seconds."""
    from training import conversion

    def run(command: list[str], **_: object) -> CompletedProcess[str]:
        module, exchange = command[-2:]
        return CompletedProcess(command, import_module(module).main(exchange), "", "")

    monkeypatch.setattr(conversion, "subprocess", SimpleNamespace(run=run))


@pytest.fixture(scope="session")
def bytes_of() -> Callable[[Path], dict[str, bytes]]:
    """Read every file below a folder, by relative path."""
    return lambda folder: {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }
