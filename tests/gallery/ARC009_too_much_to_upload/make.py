"""Weights of an ensemble; and as many zeros that compress to nothing."""

import zipfile
from pathlib import Path

from tests.gallery.gallery import zip_files

FOLD_BYTES = 52_000_000


def broken(files: Path, path: Path) -> None:
    """Three folds of 52 MB, stored."""
    zip_files(files, path)
    with zipfile.ZipFile(path, "a") as target:
        for fold in range(3):
            target.writestr(f"fold_{fold}/weights.bin", bytes(FOLD_BYTES))


def near_miss(files: Path, path: Path) -> None:
    """One fold deflated, a thousand times smaller."""
    zip_files(files, path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as target:
        target.writestr("weights.bin", bytes(FOLD_BYTES))
