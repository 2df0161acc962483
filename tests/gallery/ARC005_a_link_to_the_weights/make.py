"""Weights that are a link to a run's (zip -y), and notes zipped by an absolute path; and names that begin with ./."""

import zipfile
from pathlib import Path

import numpy as np

from tests.gallery.gallery import zip_files
from tests.tools.archive.zips import add


def broken(files: Path, path: Path) -> None:
    """The link instead of the weights."""
    zip_files(files, path)
    add(path, "weights.bin", b"../runs/best/weights.bin", mode=0o120777)
    add(path, "/home/anna/notes.txt", b"0.98 at home")


def near_miss(files: Path, path: Path) -> None:
    """All names begin with ./ and the modes are those of plain files: it is unzipped as without."""
    with zipfile.ZipFile(path, "w") as target:
        target.write(files / "model.py", "./model.py")
    add(path, "./weights.bin", np.arange(24, dtype=np.float32).tobytes(), mode=0o100755)
