"""A reader of HDF5's plain form, the one in which Keras writes: names, attributes, shapes; never the data itself.

Not h5py: its import costs more than half of what `kit check` may take for a small zip, and HDF5's C code is not made
for files of strangers. What it does not know (dense groups, other superblocks) it refuses. Format: the HDF5 File
Format Specification, version 3.0, sections II to IV.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from tools.models.errors import UnreadableError

SIGNATURE = b"\x89HDF\r\n\x1a\n"
UNDEFINED = (1 << 64) - 1
LAST_PLACE = 1 << 62
OBJECTS_LIMIT = 200_000
HEAD_BYTES = 8
"""Of a message in the older form of object headers; in the newer one it has 4 or 6."""
TEXT_LIMIT_BYTES = 64 << 20
BLOCK_LIMIT_BYTES = 16 << 20
DATASPACE, DATATYPE, LINK, LAYOUT, ATTRIBUTE, CONTINUATION, SYMBOL_TABLE = 0x01, 0x03, 0x06, 0x08, 0x0C, 0x10, 0x11
DENSE = {0x02: 8, 0x15: 2}
"""Messages about links and attributes that may lie elsewhere, with the width of a number that may come first."""
STRING, VARIABLE_LENGTH = 3, 9


@dataclass
class Node:
    """A group (with children) or a dataset (with bytes): `size_bytes` is what its data takes, unpacked.

    `attributes` are those of one text: the text's type, and its bytes or the place where it stands.
    """

    attributes: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    children: dict[str, int] = field(default_factory=dict)
    size_bytes: int = 0
    is_dataset: bool = False


class Hdf5:
    """An open file; each object is read when it is asked for."""

    def __init__(self, stream: IO[bytes]) -> None:
        """Read the superblock. Raises UnreadableError where it is not HDF5, or of a form that Keras does not write."""
        self._stream = stream
        self._left = OBJECTS_LIMIT
        head = self._read(0, 96)
        if not head.startswith(SIGNATURE):
            raise UnreadableError("it does not begin as HDF5 does")
        version = _number(head, 8, 1)
        sizes = head[13:15] if version < 2 else head[9:11]  # noqa: PLR2004 - the superblock's version
        if version > 3 or sizes != b"\x08\x08":  # noqa: PLR2004
            raise UnreadableError(f"superblock {version} with sizes {sizes.hex()}")
        place = {0: 24 + 40, 1: 28 + 40}.get(version, 36)
        self.root = _number(head, place)

    def node(self, address: int) -> Node:
        """The object whose header stands at an address."""
        self._left -= 1
        if self._left < 0:
            raise UnreadableError(f"more than {OBJECTS_LIMIT} objects")
        node, shape, item = Node(), 0, 0
        for kind, body in self._messages(address):
            if kind == DATASPACE:
                shape = _count(body)
            elif kind == DATATYPE:
                item = _number(body, 4, 4)
            elif kind in DENSE and _is_dense(body, DENSE[kind]):
                raise UnreadableError("links or attributes in the dense form")
            elif kind == LAYOUT:
                node.is_dataset = True
            elif kind == ATTRIBUTE:
                node.attributes |= _attribute(body)
            elif kind == LINK:
                node.children |= _link(body)
            elif kind == SYMBOL_TABLE:
                node.children |= dict(self._symbols(_number(body, 0), _number(body, 8)))
        node.size_bytes = shape * item if node.is_dataset else 0
        return node

    def text(self, node: Node, name: str) -> str | None:
        """An attribute; None where there is none of this name. Some texts stand far away, so each is read alone."""
        kind, data = node.attributes.get(name, (0, b""))
        return self._variable(data) if kind == VARIABLE_LENGTH else _text(data) if kind == STRING else None

    def walk(self, address: int) -> Iterator[tuple[str, Node]]:
        """Every object below an address, once each, with its path."""
        todo, seen = [("", address)], {address}
        while todo:
            path, at = todo.pop()
            node = self.node(at)
            yield path, node
            for name, child in node.children.items():
                if child not in seen:
                    seen.add(child)
                    todo.append((f"{path}/{name}" if path else name, child))

    def _read(self, address: int, size: int) -> bytes:
        if address > LAST_PLACE or size > BLOCK_LIMIT_BYTES:
            raise UnreadableError(f"a block of {size} bytes at {address}")
        self._stream.seek(address)
        return self._stream.read(size)

    def _messages(self, address: int) -> Iterator[tuple[int, bytes]]:
        head = self._read(address, 16)
        if head.startswith(b"OHDR"):
            flags = head[5]
            at = 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
            width = 1 << (flags & 3)
            size = _number(self._read(address, at + width), at, width)
            blocks, step = [(address + at + width, size)], 6 if flags & 4 else 4
        elif head[:1] == b"\x01":
            blocks, step = [(address + 16, _number(head, 8, 4))], HEAD_BYTES
        else:
            raise UnreadableError(f"no object header at {address}")
        seen = 0
        while blocks:
            place, size = blocks.pop(0)
            seen += 1
            if seen > OBJECTS_LIMIT // 1000:
                raise UnreadableError("an object header in too many parts")
            for kind, body in _split(self._read(place, size), step):
                if kind == CONTINUATION:
                    more, length = _number(body, 0), _number(body, 8)
                    blocks.append((more, length) if step == HEAD_BYTES else (more + 4, length - 8))  # OCHK, sum
                yield kind, body

    def _symbols(self, tree: int, heap: int) -> Iterator[tuple[str, int]]:
        head = self._read(heap, 32)
        if not head.startswith(b"HEAP"):
            raise UnreadableError(f"no heap at {heap}")
        names = self._read(_number(head, 24), _number(head, 8))
        todo, seen = [tree], {tree}
        while todo:
            at = todo.pop()
            head = self._read(at, 24)
            used = _number(head, 6, 2)
            if head.startswith(b"SNOD"):
                entries = self._read(at + 8, 40 * used)
                for place in range(0, 40 * used, 40):
                    start = _number(entries, place)
                    if (header := _number(entries, place + 8)) != UNDEFINED:  # a soft link has none
                        yield _text(names[start : names.find(b"\0", start)]), header
            elif head.startswith(b"TREE"):
                keys = self._read(at + 24, 16 * used + 8)
                new = [_number(keys, 8 + 16 * number) for number in range(used)]
                todo += [child for child in reversed(new) if child not in seen]
                seen.update(new)
            else:
                raise UnreadableError(f"no group at {at}")
            if len(seen) > OBJECTS_LIMIT:
                raise UnreadableError("a group with too many parts")

    def _variable(self, data: bytes) -> str:
        """A text in the global heap."""
        length, heap, index = _number(data, 0, 4), _number(data, 4), _number(data, 12, 4)
        head = self._read(heap, 16)
        size = _number(head, 8)
        if not head.startswith(b"GCOL") or max(size, length) > TEXT_LIMIT_BYTES:
            raise UnreadableError(f"no heap of texts at {heap}")
        at = 16
        while at + 16 <= size:
            entry = self._read(heap + at, 16)
            if _number(entry, 0, 2) == index:
                self._stream.seek(heap + at + 16)
                return _text(self._stream.read(min(length, _number(entry, 8))))
            if _number(entry, 0, 2) == 0:
                break
            at += 16 + -(-_number(entry, 8) // 8) * 8
        raise UnreadableError(f"text {index} is not in the heap at {heap}")


def _split(block: bytes, step: int) -> Iterator[tuple[int, bytes]]:
    """The messages of one part of an object header; `step` is the size of a message's own head."""
    at = 0
    while at + step <= len(block):
        kind = _number(block, at, 2 if step == HEAD_BYTES else 1)
        size = _number(block, at + (2 if step == HEAD_BYTES else 1), 2)
        yield kind, block[at + step : at + step + size]
        at += step + size


def _count(space: bytes) -> int:
    """How many items a dataspace has; 1 for a scalar."""
    if len(space) < 4:  # noqa: PLR2004
        raise UnreadableError("a dataspace without a rank")
    start, rank = 8 if space[0] == 1 else 4, space[1]
    count = 0 if space[0] == 2 and space[3] == 2 else 1  # noqa: PLR2004 - the null dataspace
    for axis in range(rank):
        count *= _number(space, start + 8 * axis)
    return count


def _attribute(body: bytes) -> dict[str, tuple[int, bytes]]:
    """Its name, the kind of text, and what stands for it; nothing where it is no text."""
    version, sizes = _number(body, 0, 1), [_number(body, place, 2) for place in (2, 4, 6)]
    at = 9 if version == 3 else 8  # noqa: PLR2004 - a byte for the names' encoding
    parts = []
    for size in sizes:
        parts.append(body[at : at + size])
        at += size if version > 1 else -(-size // 8) * 8
    name, datatype, space = parts
    if len(datatype) < 8 or _count(space) != 1:  # noqa: PLR2004
        return {}
    kind = datatype[0] & 15
    is_text = kind == STRING or (kind == VARIABLE_LENGTH and datatype[1] & 15 == 1)
    return {_text(name): (kind, body[at : at + _number(datatype, 4, 4)])} if is_text else {}


def _is_dense(body: bytes, width: int) -> bool:
    """Whether the links or attributes lie in a heap of their own."""
    if len(body) < 2:  # noqa: PLR2004
        raise UnreadableError("it ends too early")
    return _number(body, 2 + (width if body[1] & 1 else 0)) != UNDEFINED


def _link(body: bytes) -> dict[str, int]:
    """Name and address of a hard link in the newer form of groups."""
    if len(body) < 2 or (body[1] & 8 and body[2] != 0):  # noqa: PLR2004
        return {}
    flags, at = body[1], 2
    at += (1 if flags & 8 else 0) + (8 if flags & 4 else 0) + (1 if flags & 16 else 0)
    width = 1 << (flags & 3)
    size = _number(body, at, width)
    name = body[at + width : at + width + size]
    return {_text(name): _number(body, at + width + size)}


def _number(data: bytes, place: int, size: int = 8) -> int:
    if place < 0 or len(data) < place + size:
        raise UnreadableError("it ends too early")
    return int.from_bytes(data[place : place + size], "little")


def _text(data: bytes) -> str:
    return data.rstrip(b"\0").decode("utf-8", "replace")
