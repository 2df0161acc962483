"""An entry that was added to a zip again, a name with a backslash, and two names that are one on a Mac."""

from pathlib import Path

from tests.gallery.gallery import zip_files
from tests.tools.archive.zips import add


def broken(files: Path, path: Path) -> None:
    """As programs that only append leave it."""
    zip_files(files, path)
    add(path, "model.py", (files / "model.py").read_bytes().replace(b"% 8", b"% 7"))
    add(path, "weights\\layer_0.csv", b"0.1,0.2\n")
    add(path, "labels.txt", b"basophil\n")
    add(path, "Labels.txt", b"eosinophil\n")
