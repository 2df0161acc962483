"""One file inside of the archive, to be read at any place without holding it in memory.

A stored member is read where it lies in the zip. A compressed one is unpacked only as far as is asked, into a file of
its own, so that what stands at its beginning costs nothing more.
"""

import io
import tempfile
import zipfile
from collections.abc import Iterator
from typing import IO, cast

from tools.archive import Archive
from tools.archive.unpacking import blocks

HEADER_BYTES = 30
IN_MEMORY_BYTES = 8 << 20
UNPACKED_LIMIT_BYTES = 2 << 30
BUFFER_BYTES = 1 << 16


class _Part(io.RawIOBase):
    """What can be read at any place from 0 to a size that is known beforehand."""

    def __init__(self, size: int) -> None:
        self._size, self._at = size, 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Where the next read begins."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move, within 0 and the size."""
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = min(max(origin + offset, 0), self._size)
        return self._at


class Window(_Part):
    """A part of a file, as a file."""

    def __init__(self, whole: IO[bytes], start: int, size: int) -> None:
        """The `size` bytes of `whole` from `start` on."""
        super().__init__(size)
        self._whole, self._start = whole, start

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer with what is left of the part."""
        self._whole.seek(self._start + self._at)
        data = self._whole.read(min(len(buffer), self._size - self._at))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


class Unpacked(_Part):
    """A compressed stream as a file that can be read at any place; it is unpacked as far as was asked."""

    def __init__(self, stream: Iterator[bytes], size: int) -> None:
        """`size` is what the archive declares."""
        super().__init__(size)
        self._stream, self._have = stream, 0
        self._kept = tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES)  # noqa: SIM115 - closed in close()

    def close(self) -> None:
        """Remove what was unpacked."""
        self._kept.close()
        super().close()

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Unpack up to the end of the wanted part, and give it."""
        end = min(self._at + len(buffer), self._size, UNPACKED_LIMIT_BYTES)
        self._kept.seek(self._have)
        while self._have < end and (block := next(self._stream, b"")):
            self._kept.write(block)
            self._have += len(block)
        self._kept.seek(self._at)
        data = self._kept.read(max(min(end, self._have) - self._at, 0))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


class Members:
    """An open archive, whose members can be read at any place, or forward only, which costs no disk."""

    def __init__(self, archive: Archive) -> None:
        """Open it."""
        self._archive = archive
        self._zip = None if archive.is_folder else zipfile.ZipFile(archive.path)
        self._entries = {info.orig_filename: info for info in self._zip.infolist()} if self._zip else {}

    def close(self) -> None:
        """Let go of the file."""
        if self._zip:
            self._zip.close()

    def at_any_place(self, name: str) -> IO[bytes]:
        """A member that can be read at any place."""
        return part_of(self._zip, self._entry(name)) if self._zip else self._file(name)

    def forward(self, name: str) -> IO[bytes]:
        """A member from its beginning on."""
        return self._zip.open(self._entry(name)) if self._zip else self._file(name)

    def _entry(self, name: str) -> zipfile.ZipInfo:
        return self._entries[self._archive.by_name[name].written]

    def _file(self, name: str) -> IO[bytes]:
        return (self._archive.path / name).open("rb")


def part_of(outer: zipfile.ZipFile, info: zipfile.ZipInfo) -> IO[bytes]:
    """A member of an open zip as a file that can be read at any place; close it before the zip."""
    whole = outer.fp
    assert whole
    if info.compress_type == zipfile.ZIP_STORED:
        whole.seek(info.header_offset)
        header = whole.read(HEADER_BYTES)
        names = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
        part: _Part = Window(whole, info.header_offset + HEADER_BYTES + names, info.file_size)
    else:
        part = Unpacked(blocks(outer, info, UNPACKED_LIMIT_BYTES), info.file_size)
    return cast("IO[bytes]", io.BufferedReader(part, BUFFER_BYTES))
