"""The zip (or a folder that would become one) as data: its members, and bounded reads of them.

Nothing is executed. Extraction is the platform's own (`ZipFile.extractall`: names with `..` or a leading slash are
neutralised, exec bits and symbolic links are lost), into a folder that the caller made for it.
"""

import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import IO

from tools.errors import UsageError

BLOCK_BYTES = 1 << 20
UNPACKED_LIMIT_BYTES = 16 << 30
ENCRYPTED = 0x1
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


@dataclass(frozen=True, kw_only=True)
class Member:
    """One entry of the archive; `name` has forward slashes, a folder's ends in one."""

    name: str
    size_bytes: int
    stored_bytes: int

    @property
    def is_folder(self) -> bool:
        """Whether the entry is a folder's own."""
        return self.name.endswith("/")

    @property
    def base(self) -> str:
        """The last part of the name."""
        return PurePosixPath(self.name).name


@dataclass(frozen=True, kw_only=True, eq=False)
class Archive:
    """The members of a zip or folder.

    `problem` says why it cannot be opened as a zip; then there are no members. `unreadable` names the first member
    that Python's zipfile cannot unpack, and why: it is encrypted, or compressed by another method.
    """

    path: Path
    members: tuple[Member, ...] = ()
    problem: str | None = None
    unreadable: tuple[str, str] | None = None
    _names: frozenset[str] = field(init=False, repr=False, default=frozenset())

    def __post_init__(self) -> None:
        """Index the names."""
        object.__setattr__(self, "_names", frozenset(member.name for member in self.members))

    def __contains__(self, name: str) -> bool:
        """Whether there is a member of exactly this name."""
        return name in self._names

    @property
    def is_folder(self) -> bool:
        """Whether this is a folder, not yet zipped."""
        return self.path.is_dir()

    @cached_property
    def sha256(self) -> str | None:
        """Hex digest of the zip file; None for a folder."""
        if self.is_folder:
            return None
        with self.path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()

    @property
    def size_bytes(self) -> int:
        """Bytes on disk: of the zip file, or of the folder's files together."""
        if self.is_folder:
            return sum(member.size_bytes for member in self.members)
        return self.path.stat().st_size

    def read(self, name: str, *, limit_bytes: int) -> bytes:
        """At most `limit_bytes` of one member. Raises KeyError for an unknown name, OSError or BadZipFile."""
        if name not in self:
            raise KeyError(name)
        if self.is_folder:
            with (self.path / name).open("rb") as stream:
                return stream.read(limit_bytes)
        with zipfile.ZipFile(self.path) as opened, opened.open(name) as member:
            return member.read(limit_bytes)

    @cached_property
    def damaged_member(self) -> tuple[str, str] | None:
        """Name and complaint of the first member that does not unpack to what its checksum says, else None.

        Streams in blocks and stops after 16 GiB unpacked, so that a zip bomb costs time and no memory.
        """
        if self.is_folder or self.problem:
            return None
        left = UNPACKED_LIMIT_BYTES
        with zipfile.ZipFile(self.path) as opened:
            for info in opened.infolist():
                if _unreadable(info):
                    continue
                try:
                    with opened.open(info) as stream:
                        while left > 0 and (block := stream.read(BLOCK_BYTES)):
                            left -= len(block)
                except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
                    return info.filename, str(error) or type(error).__name__
        return None

    def extract(self, into: Path) -> None:
        """Unpack as the platform does; of a folder, copy the files. Without members no folder is made, as there."""
        if self.is_folder:
            for member in self.members:
                place = into / member.name
                place.parent.mkdir(parents=True, exist_ok=True)
                _copy((self.path / member.name).open("rb"), place)
            return
        with zipfile.ZipFile(self.path) as opened:
            opened.extractall(into)


def _copy(source: IO[bytes], place: Path) -> None:
    with source, place.open("wb") as target:
        while block := source.read(BLOCK_BYTES):
            target.write(block)


def open_archive(path: Path) -> Archive:
    """Read the list of members of a zip or folder. A file that is no zip gives an Archive with a `problem`.

    Raises UsageError where there is nothing at the path, or it cannot be read.
    """
    if path.is_dir():
        return Archive(path=path, members=tuple(_folder_members(path)))
    if not path.is_file():
        raise UsageError(f"there is no file or folder {path}", "give the path of the zip: kit build writes one")
    try:
        with zipfile.ZipFile(path) as opened:
            infos = opened.infolist()
    except (zipfile.BadZipFile, EOFError, NotImplementedError, UnicodeDecodeError, ValueError) as error:
        size = path.stat().st_size
        return Archive(path=path, problem=f"{path.name} ({size} bytes) does not open as a zip: {error}")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}", "check its permissions") from error
    members = (Member(name=i.filename, size_bytes=i.file_size, stored_bytes=i.compress_size) for i in infos)
    unreadable = ((info.filename, complaint) for info in infos if (complaint := _unreadable(info)))
    return Archive(path=path, members=tuple(members), unreadable=next(unreadable, None))


def _unreadable(info: zipfile.ZipInfo) -> str | None:
    if info.flag_bits & ENCRYPTED:
        return "it is encrypted"
    if info.compress_type not in METHODS:
        return f"it is compressed by method {info.compress_type}"
    return None


def _folder_members(root: Path) -> Iterator[Member]:
    for path in sorted(root.rglob("*")):
        if path.is_file():
            size = path.stat().st_size
            yield Member(name=path.relative_to(root).as_posix(), size_bytes=size, stored_bytes=size)
