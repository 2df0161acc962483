"""Images that stay on the disk: the same pixels as in memory, whatever the form of the file."""

from pathlib import Path

import numpy as np
import pytest

from training.data.load import open_dataset
from training.data.mapped import gathered, mapped_images


@pytest.fixture
def images() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (300, 8, 10, 3)).astype(np.uint8)


def written(path: Path, images: np.ndarray, save: object) -> Path:
    save(path, labels=np.arange(len(images)) % 3, images=images)  # type: ignore[operator]
    return path


def test_a_stored_file_is_mapped_in_place(tmp_path, images):
    dataset = open_dataset(written(tmp_path / "data.npz", images, np.savez))
    mapped = mapped_images(dataset, tmp_path / "unpacked.npy")
    assert isinstance(mapped, np.memmap)
    assert np.array_equal(mapped, images)
    assert not (tmp_path / "unpacked.npy").exists()


def test_a_deflated_file_is_unpacked_once(tmp_path, images):
    dataset = open_dataset(written(tmp_path / "data.npz", images, np.savez_compressed))
    unpacked = tmp_path / "below" / "unpacked.npy"
    assert np.array_equal(mapped_images(dataset, unpacked), images)
    made = unpacked.stat().st_mtime_ns
    assert np.array_equal(mapped_images(dataset, unpacked), images)
    assert unpacked.stat().st_mtime_ns == made
    assert [path.name for path in unpacked.parent.iterdir()] == ["unpacked.npy"]


def test_a_map_cannot_be_written_to(tmp_path, images):
    mapped = mapped_images(open_dataset(written(tmp_path / "data.npz", images, np.savez)), tmp_path / "unpacked.npy")
    with pytest.raises(ValueError, match="read-only"):
        mapped[0] = 0


def test_gathered_rows_come_in_the_order_asked_for(tmp_path, images):
    rows = np.random.default_rng(1).permutation(300)[:270]
    chosen = gathered(images, rows, tmp_path / "test.npy")
    assert np.array_equal(chosen, images[rows])
    assert np.array_equal(np.load(tmp_path / "test.npy"), images[rows])
