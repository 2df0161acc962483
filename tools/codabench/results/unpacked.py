"""Unpacking a zip that came from the platform: into one folder, in blocks, bounded; what cannot be unpacked is named.

Names that lead out of the folder are put below it, and symbolic links become text files, as the platform's own unzip
does (codabench.md 1.11).
"""

import errno
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.archive import Archive, Member, open_archive
from tools.archive.unpacking import blocks
from tools.archive.zip_source import BROKEN
from tools.codabench.results.fetching import Target, place
from tools.errors import ExistsError

FULL = (errno.ENOSPC, errno.EDQUOT)
PART = ".kit-unpacking.part"


@dataclass(frozen=True, kw_only=True)
class Unpacked:
    """What came out: how many files, and those left out, each with the reason. `problem` says why nothing did."""

    folder: Path
    count: int = 0
    left_out: tuple[tuple[str, str], ...] = ()
    problem: str | None = None


def unpack(path: Path, folder: Path, *, force: bool = False) -> Unpacked:
    """Unpack a zip into a folder. A file that is there with another content stays, unless `force`. Raises OSError."""
    archive = open_archive(path)
    try:
        problem = archive.problem or _refusal(archive, path)
        if problem:
            return Unpacked(folder=folder, problem=problem)
        folder.mkdir(parents=True, exist_ok=True)
        count, left_out = 0, []
        for name, why in _members(path, folder, force=force):
            count += why is None
            left_out += [(name, why)] if why else []
        return Unpacked(folder=folder, count=count, left_out=tuple(left_out))
    finally:
        archive.close()


def _refusal(archive: Archive, path: Path) -> str | None:
    if archive.is_bomb:
        return f"it would unpack to {archive.unpacked_bytes / 1e9:.1f} GB, so it was left packed"
    free = shutil.disk_usage(path.parent).free
    if archive.unpacked_bytes > free:
        return f"it would unpack to {archive.unpacked_bytes / 1e6:.0f} MB, and the disk has {free / 1e6:.0f} MB free"
    return None


def _members(path: Path, folder: Path, *, force: bool) -> Iterator[tuple[str, str | None]]:
    """Each file's name, and None or why it was left out."""
    root = folder.resolve()
    with zipfile.ZipFile(path) as opened:
        entries = {Member.of(info).name: info for info in opened.infolist()}
        for name, info in entries.items():
            if not name or name.endswith("/"):
                continue  # a folder is made for the files in it
            try:
                yield name, Member.of(info).refusal or _write(opened, info, root, Target(path=root / name, force=force))
            except ExistsError:
                yield name, "another file of that name is there; --force replaces it"
            except BROKEN as error:
                yield name, str(error) or type(error).__name__
            except OSError as error:
                if error.errno in FULL:
                    raise
                yield name, error.strerror or str(error)
            finally:
                (root / PART).unlink(missing_ok=True)


def _write(opened: zipfile.ZipFile, info: zipfile.ZipInfo, root: Path, target: Target) -> str | None:
    if not target.path.parent.resolve().is_relative_to(root):
        return "a link that is there leads out of the folder"
    target.path.parent.mkdir(parents=True, exist_ok=True)
    part = root / PART
    with part.open("wb") as stream:
        for block in blocks(opened, info, info.file_size):
            stream.write(block)
    place(part, target)
    return None
