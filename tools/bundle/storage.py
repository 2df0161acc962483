"""Where the files of a bundle lie, in a folder or a zip: what is there, how large it is, and putting it in its place.

What is put in place looks as after the platform's own way: the bundle unpacked, each folder of it zipped
(`shutil.make_archive`) or its zip taken as it is, and that zip unpacked by the worker (`ZipFile.extractall`). A zipped
bundle is never unpacked as a whole.
"""

import copy
import os
import posixpath
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, Protocol

from tools.bundle.copy import copy_tree
from tools.bundle.errors import DamagedError, PartError

Kind = Literal["folder", "zip", "file"]
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError, OverflowError)
"""What zipfile raises about a zip that it cannot open or unpack; RuntimeError for an encrypted one."""
MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Size:
    """How many files a program or data set has, None where its zip has not been looked into, and their bytes."""

    files: int | None
    size_bytes: int


class Storage(Protocol):
    """The files of a bundle by their paths in it, as `inside` gives them."""

    def kind(self, name: str) -> Kind | None:
        """What a path is; None where there is nothing."""

    def read(self, name: str, limit_bytes: int) -> bytes | None:
        """At most so many bytes of a file; None where there is none. Raises DamagedError or PartError."""

    def find(self, base: str) -> str | None:
        """The path of the file of that name nearest to the root; a folder is looked into one level deep."""

    def size(self, name: str) -> Size:
        """How much a folder or zip holds."""

    def unpack(self, name: str, into: Path) -> None:
        """Put the contents of a folder or zip into a folder, made if need be. Raises DamagedError or PartError."""


def inside(value: str) -> str | None:
    """A path as competition.yaml gives it, without `.`, `..` and a last slash; None where it leaves the bundle."""
    name = value.replace("\\", "/") if os.name == "nt" else value
    if not name or name.startswith("/") or os.path.splitdrive(name)[0]:
        return None
    name = posixpath.normpath(name)
    return None if re.match(r"\.\.(/|$)", name) else name


class FolderStorage:
    """A bundle that lies in a folder."""

    def __init__(self, root: Path) -> None:
        """Read nothing yet."""
        self.root = root

    def kind(self, name: str) -> Kind | None:
        """What a path is; links are followed."""
        try:
            path = self.root / name
            if path.is_dir():
                return "folder"
            if path.is_file():
                return "zip" if zipfile.is_zipfile(path) else "file"
        except (OSError, ValueError):  # a name that no file can have
            return None
        return None

    def read(self, name: str, limit_bytes: int) -> bytes | None:
        """The start of a file."""
        if self.kind(name) not in ("file", "zip"):
            return None
        with _disk_errors(name), (self.root / name).open("rb") as stream:
            return stream.read(limit_bytes)

    def find(self, base: str) -> str | None:
        """The first file of that name in a folder below the root."""
        return next((path.relative_to(self.root).as_posix() for path in sorted(self.root.glob(f"*/{base}"))), None)

    def size(self, name: str) -> Size:
        """Files and bytes of a folder, as they would be copied, or of what a zip holds."""
        path = self.root / name
        with _zip_errors(name), _disk_errors(name):
            if path.is_file():
                with zipfile.ZipFile(path) as opened:
                    return _size_of([info for info in opened.infolist() if not info.is_dir()])
            sizes = list(_file_sizes(path))
        return Size(files=len(sizes), size_bytes=sum(sizes))

    def unpack(self, name: str, into: Path) -> None:
        """Copy a folder, or unpack a zip."""
        path = self.root / name
        with _disk_errors(name):
            if path.is_dir():
                copy_tree(path, into)
            else:
                _unpack_zip(path, name, into)


class ZipStorage:
    """A bundle that is a zip. Zips in it are taken out into `scratch` before they are unpacked, once each."""

    def __init__(self, path: Path, scratch: Path) -> None:
        """Open the zip. Raises DamagedError where it is none."""
        self.path = path
        self.scratch = scratch
        with _zip_errors(path.name), _disk_errors(path.name):
            self._zip = zipfile.ZipFile(path)
        self._taken_out: dict[str, Path] = {}

    @cached_property
    def files(self) -> dict[str, zipfile.ZipInfo]:
        """The members by the paths that unpacking gives them; of two with one path the later one counts."""
        return {name: info for info in self._zip.infolist() if not info.is_dir() and (name := _placed(info))}

    @cached_property
    def _folders(self) -> frozenset[str]:
        found = {"."}
        for info in self._zip.infolist():
            path = _placed(info) if info.is_dir() else posixpath.dirname(_placed(info))
            while path and path not in found:
                found.add(path)
                path = posixpath.dirname(path)
        return frozenset(found)

    def kind(self, name: str) -> Kind | None:
        """What a path is once the bundle is unpacked."""
        if name in self._folders:
            return "folder"
        if name not in self.files:
            return None
        try:
            return "zip" if self.read(name, 4) in MAGIC else "file"
        except DamagedError:
            return "zip" if name.endswith(".zip") else "file"

    def read(self, name: str, limit_bytes: int) -> bytes | None:
        """The start of a member."""
        if name not in self.files:
            return None
        with _zip_errors(name), _disk_errors(name), self._zip.open(self.files[name]) as stream:
            return stream.read(limit_bytes)

    def find(self, base: str) -> str | None:
        """The member of that name with the shortest path."""
        return min((name for name in self.files if posixpath.basename(name) == base), key=len, default=None)

    def size(self, name: str) -> Size:
        """Files and bytes of a folder; of a zip in the zip its own bytes only."""
        if name in self._folders:
            return _size_of([info for path, info in self.files.items() if _below(path, name) is not None])
        return Size(files=None, size_bytes=self.files[name].file_size)

    def unpack(self, name: str, into: Path) -> None:
        """Unpack a folder's members without the folder's own path, or a zip."""
        with _disk_errors(name):
            if name not in self._folders:
                _unpack_zip(self._take_out(name), name, into)
                return
            into.mkdir(parents=True, exist_ok=True)
            with _zip_errors(name):
                for info in self._zip.infolist():
                    if (rest := _below(_placed(info), name)) is not None:
                        member = copy.copy(info)
                        member.filename = rest + "/" if info.is_dir() else rest
                        self._zip.extract(member, into)

    def _take_out(self, name: str) -> Path:
        if name not in self._taken_out:
            self.scratch.mkdir(parents=True, exist_ok=True)
            place = self.scratch / f"nested-{len(self._taken_out)}.zip"
            with _zip_errors(name), self._zip.open(self.files[name]) as source, place.open("wb") as target:
                shutil.copyfileobj(source, target, BLOCK_BYTES)
            self._taken_out[name] = place
        return self._taken_out[name]


def _file_sizes(folder: Path) -> Iterator[int]:
    """The bytes of each file below a folder; links to files are read through, links to folders are not."""
    waiting = [os.fspath(folder)]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                elif entry.is_file():
                    yield entry.stat().st_size


def _placed(info: zipfile.ZipInfo) -> str:
    """The path at which `extractall` puts a member: no drive, no leading slash, no `..`."""
    parts = os.path.splitdrive(info.filename)[1].split("/")
    return "/".join(part for part in parts if part not in ("", ".", ".."))


def _below(path: str, folder: str) -> str | None:
    """A path relative to a folder; None where it is not below it."""
    if folder == ".":
        return path or None
    return path[len(folder) + 1 :] or None if path.startswith(folder + "/") else None


def _size_of(infos: list[zipfile.ZipInfo]) -> Size:
    return Size(files=len(infos), size_bytes=sum(info.file_size for info in infos))


def _unpack_zip(path: Path, name: str, into: Path) -> None:
    into.mkdir(parents=True, exist_ok=True)
    with _zip_errors(name), zipfile.ZipFile(path) as opened:
        opened.extractall(into)


@contextmanager
def _zip_errors(name: str) -> Iterator[None]:
    try:
        yield
    except DAMAGED as error:
        reason = str(error) or type(error).__name__
        raise DamagedError(f"{name} is no zip that can be unpacked: {reason}", "zip it again, not encrypted") from error


@contextmanager
def _disk_errors(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PartError(
            f"{name} cannot be read or put in place: {error}", "check permissions and disk space"
        ) from error
