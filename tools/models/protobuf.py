"""Protocol buffers' wire format, read forward only: what is not asked for is skipped, whatever its size.

Format: protobuf.dev, Encoding. Each message is a run of fields: a number, a wire type, and a value or its length.
"""

from collections.abc import Iterator
from typing import IO, NamedTuple

from tools.models.errors import UnreadableError

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
FIXED = {FIXED64: 8, FIXED32: 4}
BUFFER_BYTES = 1 << 16
LONGEST_VARINT = 10
TEXT_LIMIT_BYTES = 1 << 20


class Field(NamedTuple):
    """A field's number and what it holds: `value` of a number, `size` of a text or message that was not read yet."""

    number: int
    value: int = 0
    size: int | None = None


class _Source:
    """A stream through a buffer, forward only; `at` is how much of it was passed."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._data = b""
        self._place = 0
        self.at = 0

    def take(self, size: int) -> bytes:
        """The next bytes."""
        while len(self._data) - self._place < size:
            self._more()
        start = self._place
        self._place += size
        self.at += size
        return self._data[start : self._place]

    def skip(self, size: int) -> None:
        """Pass the next bytes."""
        self.at += size
        while (have := len(self._data) - self._place) < size:
            size -= have
            self._place = len(self._data)
            self._more()
        self._place += size

    def varint(self) -> int:
        """The next number."""
        value, data, place = 0, self._data, self._place
        for shift in range(0, 7 * LONGEST_VARINT, 7):
            if place == len(data):
                self._more()
                data, place = self._data, self._place
            byte = data[place]
            place += 1
            self._place = place
            self.at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:  # noqa: PLR2004 - the mark that more follows
                return value
        raise UnreadableError("a number longer than ten bytes")

    def _more(self) -> None:
        data = self._stream.read(BUFFER_BYTES)
        if not data:
            raise UnreadableError("it ends too early")
        self._data = self._data[self._place :] + data
        self._place = 0


class Message:
    """A message on a stream. What is not read of a field, or of a message in it, is skipped at the next field."""

    def __init__(self, source: _Source, end: int) -> None:
        """From where the source is up to `end`."""
        self._source = source
        self._end = end

    def fields(self) -> Iterator[Field]:
        """Each field. Raises UnreadableError."""
        source, end = self._source, self._end
        while source.at < end:
            key = source.varint()
            number, kind = key >> 3, key & 7
            if kind == VARINT:
                yield Field(number, source.varint())
            elif kind in FIXED:
                source.skip(FIXED[kind])
                yield Field(number)
            elif kind == BYTES:
                size = source.varint()
                after = source.at + size
                if after > end:
                    raise UnreadableError("a field is longer than what holds it")
                yield Field(number, size=size)
                if source.at < after:
                    source.skip(after - source.at)
            else:
                raise UnreadableError(f"wire type {kind}")

    def text(self, field: Field) -> str:
        """The text of the field that was just met."""
        size = field.size or 0
        if size > TEXT_LIMIT_BYTES:
            raise UnreadableError(f"a text of {size} bytes")
        return self._source.take(size).decode("utf-8", "replace")

    def enter(self, field: Field) -> "Message":
        """The message in the field that was just met, to be read before the next field is asked for."""
        return Message(self._source, self._source.at + (field.size or 0))


def message(stream: IO[bytes], size_bytes: int) -> Message:
    """The message that a stream of this size holds."""
    return Message(_Source(stream), size_bytes)
