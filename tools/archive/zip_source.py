"""A zip on disk: its list of members, parsed once, bounded reads of them, and whether each unpacks to its checksum.

What Python's zipfile leaves open to a hostile zip is closed here: a list of any length, members that share their
bytes, and the dozen kinds of exceptions.
"""

import hashlib
import io
import lzma
import struct
import weakref
import zipfile
import zlib
from itertools import pairwise
from pathlib import Path
from threading import Lock, Thread

from tools.archive.member import Member
from tools.archive.unpacking import blocks

LIST_LIMIT_BYTES = 32 << 20
"""The longest list of members that is read: about 300,000 of them."""
VERIFIED_BYTES = 4 << 30
SLOWNESS = {zipfile.ZIP_BZIP2: 8, zipfile.ZIP_LZMA: 4}
HEADER_BYTES = 30
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    RuntimeError,  # NotImplementedError is one
    ValueError,
    OverflowError,
    MemoryError,
    IndexError,
)
"""What zipfile and its decompressors raise of a broken zip, besides OSError."""


class UnreadableError(OSError):
    """A member that cannot be read: encrypted, damaged, or changed since the zip was opened."""


class _Stream(io.BufferedReader):
    """A file that gives no more at once than the longest list that is read."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > LIST_LIMIT_BYTES:
            raise zipfile.BadZipFile(f"its list of members is said to be {size} bytes long")
        return super().read(size)


class ZipSource:
    """One opened zip. Its reads may come from several threads."""

    def __init__(self, path: Path) -> None:
        """Read the list of members. Raises OSError, or one of BROKEN for what is no zip."""
        self._file = _Stream(io.FileIO(path))
        self._lock, self._looking = Lock(), Lock()
        self._damage: list[tuple[str, str] | None] = []
        weakref.finalize(self, self._file.close)
        try:
            self._zip = zipfile.ZipFile(self._file)
        except BaseException:
            self._file.close()
            raise
        self.members = tuple(map(Member.of, self._zip.filelist))
        pairs = zip(self.members, self._zip.filelist, strict=True)
        self._entries = {member.name: (member, info) for member, info in pairs if member.name}

    def close(self) -> None:
        """Let go of the file; nothing can be read after that."""
        self._zip.close()
        self._file.close()

    def read(self, name: str, limit_bytes: int) -> bytes:
        """At most `limit_bytes` of a member, by where it lies on the platform. Raises UnreadableError."""
        _, info = self._entries[name]
        with self._lock:
            try:
                return b"".join(blocks(self._zip, info, limit_bytes))
            except (*BROKEN, OSError) as error:
                raise UnreadableError(f"{name}: {_words(error)}") from error

    def damaged(self) -> tuple[str, str] | None:
        """Name and complaint of the first member that does not unpack to what its checksum says, else None.

        Only those that the platform unpacks: of several at one place the last. Looks into no member where some share
        their bytes, and stops after 4 GB. Looks once; whoever asks meanwhile waits for the answer.
        """
        with self._looking:
            if not self._damage:
                self._damage.append(self._look_for_damage())
            return self._damage[0]

    def look_ahead(self) -> None:
        """Begin to look for damage beside what the caller does next; unpacking leaves it the interpreter."""
        Thread(target=self.damaged, daemon=True).start()

    def _look_for_damage(self) -> tuple[str, str] | None:
        if overlap := self._overlap():
            return overlap
        left = VERIFIED_BYTES
        for name, (member, info) in self._entries.items():
            cost = info.file_size * SLOWNESS.get(info.compress_type, 1)
            if cost > left or member.is_folder or member.refusal:
                continue
            left -= cost
            with self._lock:
                try:
                    for _ in blocks(self._zip, info, info.file_size + 1):
                        pass
                except (*BROKEN, OSError) as error:
                    return name, _words(error)
        return None

    def _overlap(self) -> tuple[str, str] | None:
        """Two members whose bytes are partly the same, by what the list says of them.

        Pythons from 3.11.8 on refuse such a zip; older ones unpack the same bytes once for each.
        """
        files = (info for info in self._zip.filelist if not info.filename.endswith("/"))
        entries = sorted(files, key=lambda info: info.header_offset)
        for one, after in pairwise(entries):
            end = one.header_offset + HEADER_BYTES + len(one.orig_filename) + one.compress_size
            if end > after.header_offset and one.orig_filename != after.orig_filename:
                told = f"its bytes overlap those of {after.orig_filename} (as in a zip bomb)"
                return Member.of(one).name, told
        return None

    def unpack(self, into: Path) -> None:
        """Unpack all of it as the platform does. Raises what zipfile raises."""
        with self._lock:
            if overlap := self._overlap():
                raise zipfile.BadZipFile(": ".join(overlap))
            self._zip.extractall(into)


def digest(path: Path) -> str:
    """Hex sha256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _words(error: Exception) -> str:
    if isinstance(error, EOFError):
        return "the zip ends in the middle of it"
    return str(error) or type(error).__name__
