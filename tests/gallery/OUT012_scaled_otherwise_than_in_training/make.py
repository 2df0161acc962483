"""A card that speaks of the very images that the case is evaluated on."""

import hashlib
import json
from pathlib import Path

import numpy as np

from tests.gallery.gallery import zip_files

COUNT = 96


def data(folder: Path) -> Path:
    """Plain images, whose brightness tells the class."""
    labels = np.arange(COUNT) % 8
    images = np.broadcast_to((labels * 32 + 16).astype(np.uint8)[:, None, None, None], (COUNT, 96, 96, 3))
    path = folder / "test.npz"
    np.savez(path, images=images, labels=labels)
    return path


def broken(files: Path, zip_path: Path) -> None:
    """The files with a card.json, as kit train writes it."""
    test = data(zip_path.parent)
    card = {"accuracy": 0.979, "test_sha256": hashlib.sha256(test.read_bytes()).hexdigest()}
    beside = zip_path.parent / "files"
    beside.mkdir(exist_ok=True)
    for file in files.iterdir():
        if file.is_file():
            (beside / file.name).write_bytes(file.read_bytes())
    (beside / "card.json").write_text(json.dumps(card))
    zip_files(beside, zip_path)


near_miss = broken
