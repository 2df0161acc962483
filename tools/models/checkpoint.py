"""The index of a TensorFlow checkpoint: which variables it holds, and how many bytes each takes.

`variables.index` is a table of LevelDB's form (its doc/table_format.md) without compression, from names to
BundleEntryProto, whose field 5 is the size.
"""

import io
from collections.abc import Iterator
from typing import IO

from tools.models.errors import UnreadableError
from tools.models.protobuf import message

MAGIC = bytes.fromhex("57fb808b247547db")
FOOTER_BYTES = 48
TRAILER_BYTES = 5
LIMIT_BYTES = 32 << 20
ENTRY_SIZE = 5
OF_OPTIMIZER = ("optimizer/", "keras_api/optimizer/")
SLOT = "/.OPTIMIZER_SLOT/"


def optimizer_bytes(variables: dict[str, int]) -> int:
    """What the variables of an optimizer take together, by the names that Keras gives them."""
    return sum(size for name, size in variables.items() if name.startswith(OF_OPTIMIZER) or SLOT in name)


def read_index(stream: IO[bytes], size_bytes: int) -> dict[str, int]:
    """The variables with their sizes in bytes. Raises UnreadableError."""
    if not FOOTER_BYTES <= size_bytes <= LIMIT_BYTES:
        raise UnreadableError(f"an index of {size_bytes} bytes")
    data = stream.read(size_bytes)
    if data[-len(MAGIC) :] != MAGIC:
        raise UnreadableError("it is no checkpoint's index")
    at = len(data) - FOOTER_BYTES
    _, at = _varint(data, at)
    _, at = _varint(data, at)  # past the place of the metaindex
    variables: dict[str, int] = {}
    for _, place in _entries(_block(data, data[at:])):
        for name, value in _entries(_block(data, place)):
            variables[name.decode("utf-8", "replace")] = _size(value)
    variables.pop("", None)
    return variables


def _block(data: bytes, place: bytes) -> bytes:
    """The block that two numbers, its start and its size, point to."""
    start, at = _varint(place, 0)
    size, _ = _varint(place, at)
    if start + size + TRAILER_BYTES > len(data) or data[start + size] != 0:
        raise UnreadableError("a compressed block, or one beyond the end")
    return data[start : start + size]


def _entries(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The pairs of a block; each key leaves out what it shares with the one before."""
    restarts = int.from_bytes(block[-4:], "little")
    end, at, key = len(block) - 4 * (restarts + 1), 0, b""
    while at < end:
        shared, at = _varint(block, at)
        own, at = _varint(block, at)
        length, at = _varint(block, at)
        if at + own + length > end:
            raise UnreadableError("an entry beyond its block")
        key = key[:shared] + block[at : at + own]
        yield key, block[at + own : at + own + length]
        at += own + length


def _size(entry: bytes) -> int:
    fields = message(io.BytesIO(entry), len(entry)).fields()
    return sum(field.value for field in fields if field.number == ENTRY_SIZE)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data) and shift < 64:  # noqa: PLR2004 - bits
        value |= (data[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 0x80:  # noqa: PLR2004 - the mark that more follows
            return value, at
    raise UnreadableError("a number beyond the end")
