"""A member's bytes in blocks, whatever its method, without ever holding more than a block of them.

Of bzip2 and LZMA, Python's zipfile unpacks all that a read has met: a few hundred bytes can be gigabytes. Here they
are unpacked by as much as is asked for.
"""

import bz2
import copy
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

BLOCK_BYTES = 1 << 18
DICTIONARY_LIMIT_BYTES = 64 << 20
LZMA_HEAD_BYTES = 4


def blocks(opened: zipfile.ZipFile, info: zipfile.ZipInfo, limit_bytes: int) -> Iterator[bytes]:
    """A member from its beginning up to a limit. Raises what zipfile raises, a wrong checksum at the end included."""
    if info.compress_type in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA) and not info.flag_bits & 0x1:
        yield from _bounded(opened, info, limit_bytes)
        return
    with opened.open(info) as stream:
        while limit_bytes > 0 and (block := stream.read(min(BLOCK_BYTES, limit_bytes))):
            limit_bytes -= len(block)
            yield block


def _bounded(opened: zipfile.ZipFile, info: zipfile.ZipInfo, limit_bytes: int) -> Iterator[bytes]:
    left, checksum = min(limit_bytes, info.file_size), 0
    with opened.open(_as_stored(info)) as stream:
        decompressor = bz2.BZ2Decompressor() if info.compress_type == zipfile.ZIP_BZIP2 else _lzma(stream, info)
        while left > 0 and not decompressor.eof:
            data = stream.read(BLOCK_BYTES) if decompressor.needs_input else b""
            if decompressor.needs_input and not data:
                break
            block = decompressor.decompress(data, min(BLOCK_BYTES, left))
            left -= len(block)
            checksum = zlib.crc32(block, checksum)
            yield block
    if limit_bytes >= info.file_size and checksum != info.CRC:
        raise zipfile.BadZipFile(f"Bad CRC-32 for file {info.filename!r}")


def _as_stored(info: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """The same member as if its packed bytes were its content, which has no checksum."""
    stored = copy.copy(info)
    stored.compress_type, stored.file_size = zipfile.ZIP_STORED, info.compress_size
    del stored.CRC
    return stored


def _lzma(stream: IO[bytes], info: zipfile.ZipInfo) -> lzma.LZMADecompressor:
    """The decompressor that the properties before the packed bytes ask for; its dictionary holds what was unpacked."""
    head = stream.read(LZMA_HEAD_BYTES)
    properties = stream.read(int.from_bytes(head[2:4], "little"))
    if len(properties) != 5:  # noqa: PLR2004 - a byte of three small numbers, and the dictionary's size
        raise lzma.LZMAError("its LZMA properties are not five bytes long")
    rest, dictionary = properties[0], min(int.from_bytes(properties[1:], "little"), info.file_size)
    if dictionary > DICTIONARY_LIMIT_BYTES:
        raise lzma.LZMAError(
            f"its LZMA dictionary is of {dictionary} bytes, the kit reads up to {DICTIONARY_LIMIT_BYTES}"
        )
    chosen = {"id": lzma.FILTER_LZMA1, "dict_size": max(dictionary, 4096), "lc": rest % 9, "lp": rest // 9 % 5}
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[chosen | {"pb": rest // 45}])
