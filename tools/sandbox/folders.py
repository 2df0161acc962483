"""The folders that a program gets: its private ones, their owner, and their removal whatever it did to them."""

import contextlib
import os
import shutil
import stat
from pathlib import Path

from tools.sandbox.program import Program

PRIVATE = ("home", "tmp", "app")


def make_private(program: Program, *, owner: tuple[int, int] | None) -> None:
    """Make the private folders and empty logs of a program, and give it all that it may write."""
    for name in PRIVATE:
        (program.folder / name).mkdir(parents=True, exist_ok=True)
    for log in (program.stdout, program.stderr):
        log.touch()
    if owner is None:
        return
    for name in PRIVATE:
        give(program.folder / name, owner)
    for place, folder in program.mounts.items():
        if place not in program.read_only:
            give(folder, owner)


def give(folder: Path, owner: tuple[int, int]) -> None:
    """Make everything below a folder belong to a user and group; symbolic links themselves, not what they name."""
    os.chown(folder, *owner)
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.lchown(os.path.join(place, name), *owner)  # noqa: PTH118 - thousands of files


def remove(folder: Path) -> None:
    """Remove a folder, also where a program took away the permission to look into a part of it.

    Nothing outside of the folder is touched. What cannot be removed stays.
    """
    shutil.rmtree(folder, ignore_errors=True)
    if not folder.is_dir() or folder.is_symlink():
        return
    _open_up(str(folder))
    for place, folders, _ in os.walk(folder):
        for name in folders:
            _open_up(os.path.join(place, name))  # noqa: PTH118 - thousands of folders
    shutil.rmtree(folder, ignore_errors=True)


def _open_up(folder: str) -> None:
    """Let the owner look into a folder and change it; links are left alone."""
    with contextlib.suppress(OSError):
        if not os.path.islink(folder):  # noqa: PTH114
            os.chmod(folder, stat.S_IRWXU)  # noqa: PTH101
