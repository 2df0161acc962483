"""Copies a folder to where a program will see it, as the platform's zip and unzip of the folder would leave it.

The platform zips a bundle's folder (`shutil.make_archive`), and its worker unpacks that zip for each job
(`ZipFile.extractall`). So a link to a file becomes that file, a link to a folder an empty folder, and a broken link,
a FIFO, a socket or a device is left out; all modes are new ones. Times and owners are not kept. The copies are never
hard links: programs may write to what they are given.
"""

import contextlib
import os
from pathlib import Path

BLOCK_BYTES = 1 << 18
FILE_MODE = 0o644
READ = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
WRITE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def copy_tree(source: Path, into: Path) -> None:
    """Copy the contents of the folder `source` into the folder `into`, which is made if it is not there.

    Raises OSError where something cannot be read or written. What `into` itself holds below `source` is not copied.
    """
    into.mkdir(parents=True, exist_ok=True)
    target = os.fspath(into.resolve())
    waiting = [(os.fspath(source.resolve()), target)]
    while waiting:
        folder, place = waiting.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                beside = os.path.join(place, entry.name)  # noqa: PTH118 - thousands of files, a Path each costs as much
                if entry.is_dir():
                    if entry.path == target:
                        continue
                    with contextlib.suppress(FileExistsError):
                        os.mkdir(beside, 0o755)  # noqa: PTH102 - as above
                    if not entry.is_symlink():
                        waiting.append((entry.path, beside))
                elif entry.is_file():
                    copy_file(entry.path, beside)


def copy_file(source: str, target: str) -> None:
    """Copy the content of a file; a link is read through. Small files, the most there are, cost few calls."""
    reading = os.open(source, READ)
    try:
        writing = os.open(target, WRITE, FILE_MODE)
        try:
            _copy(reading, writing)
        finally:
            os.close(writing)
    finally:
        os.close(reading)


def _copy(reading: int, writing: int) -> None:
    """Copy all there is; after a full block in the kernel where it can, which shares blocks on some file systems."""
    block = os.read(reading, BLOCK_BYTES)
    if len(block) == BLOCK_BYTES and hasattr(os, "copy_file_range"):
        _write(writing, block)
        with contextlib.suppress(OSError):  # another file system, or one that cannot: what is left is copied below
            while os.copy_file_range(reading, writing, 1 << 30):
                pass
        block = os.read(reading, BLOCK_BYTES)
    while block:
        _write(writing, block)
        block = os.read(reading, BLOCK_BYTES)


def _write(writing: int, block: bytes) -> None:
    """Write all of a block: one call may take a part only."""
    written = os.write(writing, block)
    while written < len(block):
        written += os.write(writing, block[written:])
