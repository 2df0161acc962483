"""What macOS and Python leave, and the training set, zipped along; and data that model.py opens."""

import io
from pathlib import Path

import numpy as np

from tests.gallery.gallery import zip_files
from tests.tools.archive.zips import add

IMAGES = np.random.default_rng(0).integers(0, 256, (60, 96, 96, 3), dtype=np.uint8)


def broken(files: Path, path: Path) -> None:
    """A folder with everything in it, compressed by the Finder."""
    zip_files(files, path)
    for name in ("__MACOSX/._model.py", "__MACOSX/._training_set.npz"):
        add(path, name, b"\0\5\x16\7\0\2\0\0Mac OS X" + bytes(150))
    add(path, ".DS_Store", b"\0\0\0\1Bud1" + bytes(6140))
    add(path, "__pycache__/model.cpython-311.pyc", bytes(800))
    data = io.BytesIO()
    np.savez(data, images=IMAGES, labels=np.arange(len(IMAGES)) % 8)
    add(path, "training_set.npz", data.getvalue())


def near_miss(files: Path, path: Path) -> None:
    """Images of the training that the model compares with, and large weights that a helper may open."""
    zip_files(files, path)
    data = io.BytesIO()
    np.save(data, IMAGES)
    add(path, "train_images.npy", data.getvalue())
    add(path, "best_val_model.npy", data.getvalue())
