"""A submission as data, whether it is a zip or the folder of one: what is in it, where it lies on the platform.

Extraction is the platform's own (`ZipFile.extractall`: names with `..` or a leading slash are neutralised, exec bits
and symbolic links are lost), into a folder that the caller made for it.
"""

import zipfile
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from tools.archive.folder_source import FolderSource
from tools.archive.likeness import likeness
from tools.archive.member import Member
from tools.archive.zip_source import BROKEN, ZipSource, digest
from tools.errors import UsageError

UNPACKED_LIMIT_BYTES = 10_000_000_000
DENSE_LIMIT_BYTES = 1_000_000_000
DENSE = 100


@dataclass(frozen=True, kw_only=True, eq=False)
class Archive:
    """The members of a zip or folder.

    `problem` says why it cannot be opened as a zip; then there are no members. `lost` names what lies in a folder and
    goes into no zip of it, each with the reason.
    """

    path: Path
    members: tuple[Member, ...] = ()
    problem: str | None = None
    lost: tuple[tuple[str, str], ...] = ()
    size_bytes: int = 0
    """On disk: of the zip file, or of the folder's files together."""
    _source: ZipSource | FolderSource | None = field(default=None, repr=False)

    @cached_property
    def by_name(self) -> dict[str, Member]:
        """What lies on the platform, by its place there: of several members with one place the last."""
        return {member.name: member for member in self.members if member.name}

    def __contains__(self, name: str) -> bool:
        """Whether something lies at exactly this place."""
        return name in self.by_name

    @property
    def is_folder(self) -> bool:
        """Whether this is a folder, not yet zipped."""
        return isinstance(self._source, FolderSource)

    @cached_property
    def sha256(self) -> str | None:
        """Hex digest of the zip file; None for a folder. Raises OSError."""
        return None if self.is_folder else digest(self.path)

    @cached_property
    def unpacked_bytes(self) -> int:
        """What all members are said to unpack to; of several with one place each is unpacked."""
        return sum(member.size_bytes for member in self.members)

    @property
    def is_bomb(self) -> bool:
        """Whether it unpacks to more than any model needs: over 10 GB, or over 1 GB at a hundred times its size."""
        is_dense = self.unpacked_bytes > max(DENSE_LIMIT_BYTES, DENSE * self.size_bytes)
        return is_dense or self.unpacked_bytes > UNPACKED_LIMIT_BYTES

    def read(self, name: str, *, limit_bytes: int) -> bytes:
        """At most `limit_bytes` of one member.

        Raises KeyError for an unknown name, and OSError where it cannot be read: of a zip UnreadableError.
        """
        if self._source is None or name not in self:
            raise KeyError(name)
        return self._source.read(name, limit_bytes)

    @cached_property
    def damaged_member(self) -> tuple[str, str] | None:
        """Name and complaint of the first member that cannot be unpacked to what its checksum says, else None.

        Streams in blocks, 4 GB at most, and nothing of a bomb.
        """
        return None if self._source is None or self.is_bomb else self._source.damaged()

    def look_ahead(self) -> None:
        """Begin to look for a damaged member beside what the caller does next."""
        if isinstance(self._source, ZipSource) and not self.is_bomb:
            self._source.look_ahead()

    def extract(self, into: Path) -> None:
        """Unpack as the platform does; of a folder, copy the files. Without members no folder is made, as there.

        Raises what zipfile raises of a broken zip, and RuntimeError for a bomb, which fills a disk there.
        """
        if self._source is None:
            raise zipfile.BadZipFile(self.problem)
        if self.is_bomb:
            raise RuntimeError(f"it unpacks to {self.unpacked_bytes / 1e9:.1f} GB, so the kit left it packed")
        self._source.unpack(into)

    def close(self) -> None:
        """Let go of the file, where another program is to replace it; nothing can be read after that."""
        if self._source is not None:
            self._source.close()


def open_archive(path: Path) -> Archive:
    """Read the list of members of a zip or folder. A file that is no zip gives an Archive with a `problem`.

    Raises UsageError where there is nothing at the path, or it cannot be read.
    """
    if path.is_dir():
        folder = FolderSource(path)
        size = sum(member.size_bytes for member in folder.members)
        return Archive(path=path, members=folder.members, lost=folder.lost, size_bytes=size, _source=folder)
    if not path.is_file():
        raise UsageError(f"there is no file or folder {path}", "give the path of the zip: kit build writes one")
    try:
        size = path.stat().st_size
        source = ZipSource(path)
    except BROKEN as error:
        told = f"{path.name} ({size} bytes) does not open as a zip: {error}{likeness(path)}"
        return Archive(path=path, problem=told, size_bytes=size)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}", "check its permissions") from error
    return Archive(path=path, members=source.members, size_bytes=size, _source=source)
