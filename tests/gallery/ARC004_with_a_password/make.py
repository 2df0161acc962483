"""A zip with a password on one member; and one by the two rarer methods that Python reads."""

import zipfile
from pathlib import Path

from tests.gallery.gallery import zip_files
from tests.tools.archive.zips import patched


def broken(files: Path, path: Path) -> None:
    """The flag of encryption set, as a zip program does for a password."""
    zip_files(files, path)
    path.write_bytes(patched(path.read_bytes(), "weights.csv", flags=0x1))


def near_miss(files: Path, path: Path) -> None:
    """By bzip2 and LZMA."""
    with zipfile.ZipFile(path, "w") as target:
        target.write(files / "model.py", "model.py", zipfile.ZIP_BZIP2)
        target.write(files / "weights.csv", "weights.csv", zipfile.ZIP_LZMA)
