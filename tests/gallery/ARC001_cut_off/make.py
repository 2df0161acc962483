"""The upload or the copy of a zip was cut off; and a zip with a program before it and a comment behind it."""

from pathlib import Path

import numpy as np

from tests.gallery.gallery import zip_files
from tests.tools.archive.zips import add


def _whole(files: Path, path: Path) -> None:
    zip_files(files, path)
    add(path, "weights.bin", np.random.default_rng(0).standard_normal(5000).astype(np.float32).tobytes())


def broken(files: Path, path: Path) -> None:
    """Without its last 4 kB."""
    _whole(files, path)
    path.write_bytes(path.read_bytes()[:-4096])


def near_miss(files: Path, path: Path) -> None:
    """As a program that unpacks itself, with a comment: both are zips to Python."""
    _whole(files, path)
    path.write_bytes(b"#!/usr/bin/env python3\n" + path.read_bytes())
    add(path, "notes.txt", b"a comment follows", comment=b"our best one, 0.98 at home")
