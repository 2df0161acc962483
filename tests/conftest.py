"""What many tests need: small images, submissions written on the spot, and a data folder that is not the user's."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

from tools.archive import Archive, open_archive
from tools.pack import pack

collect_ignore_glob = ["gallery/*/broken/*", "gallery/*/near_miss/*", "valid/*/*/*"]  # submissions, no tests of ours

WriteZip = Callable[[Mapping[str, str | bytes]], Path]

GOOD = """
import numpy as np

class Model:
    def __init__(self):
        self.answer = 3

    def predict(self, X):
        return np.full(len(X), self.answer, dtype=np.int64)
"""


@pytest.fixture(scope="session")
def _settings_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user's settings without a container engine, which would look for images in the network."""
    folder = tmp_path_factory.mktemp("kit-settings")
    (folder / "config.toml").write_text('[container]\nprogram = "no-such-program"\n')
    return folder


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, _settings_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Data, settings and built environments that are not the user's."""
    monkeypatch.setenv("KIT_DATA_DIR", str(tmp_path / "kit-data"))
    monkeypatch.setenv("KIT_CACHE_DIR", str(tmp_path / "kit-cache"))
    monkeypatch.setenv("KIT_CONFIG_DIR", str(_settings_folder))


@pytest.fixture
def write_zip(tmp_path: Path) -> WriteZip:
    """Write a zip of the given members and return its path."""

    def write(members: Mapping[str, str | bytes], name: str = "submission.zip") -> Path:
        files = {}
        for member, content in members.items():
            path = tmp_path / "members" / member
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
            files[member] = path
        return pack(files, tmp_path / name).path

    return write


@pytest.fixture
def archive_of(write_zip: WriteZip) -> Callable[[Mapping[str, str | bytes]], Archive]:
    """An opened zip of the given members."""
    return lambda members: open_archive(write_zip(members))


@pytest.fixture(scope="session")
def images_npz(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """96 labelled images of noise, twelve of each class, in the competition's form."""
    path = tmp_path_factory.mktemp("data") / "images.npz"
    images = np.random.default_rng(0).integers(0, 256, (96, 96, 96, 3), dtype=np.uint8)
    np.savez(path, images=images, labels=np.arange(96, dtype=np.uint8)[:, None] % 8)
    return path
