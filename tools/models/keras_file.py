"""Files of a whole Keras model: `.keras` (a zip of JSON and weights) and HDF5. Read for what they hold."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, Literal, cast

from tools.models.errors import UnreadableError
from tools.models.hdf5 import SIGNATURE, Hdf5
from tools.models.keras_config import LIMIT_BYTES, KerasObject, objects_in, parsed
from tools.models.member import Window

HEADER = struct.Struct("<4sHHHIIIIHH")
LOCAL_HEADER = b"PK\x03\x04"
SIZE_COMES_LATER, IN_EXTRA = 0x8, 0xFFFFFFFF
MOST_PARTS = 1000
LEAST = 100_000
METADATA, CONFIG, WEIGHTS = "metadata.json", "config.json", "model.weights.h5"
OF_OPTIMIZER = ("optimizer", "optimizer_weights")


@dataclass(frozen=True, kw_only=True, eq=False)
class KerasFile:
    """A model with its network.

    `objects` are those of the network, `compiled` those of its optimizer, loss and metrics (not told of HDF5, which
    has them at its end). `optimizer_bytes` is what the optimizer's variables take in the file.
    """

    member: str
    size_bytes: int
    form: Literal["keras", "h5"]
    keras_version: str | None
    objects: tuple[KerasObject, ...]
    compiled: tuple[KerasObject, ...] = ()
    optimizer_bytes: int = 0


@dataclass(frozen=True, kw_only=True, eq=False)
class WeightsFile:
    """Weights without a network, in HDF5, and what the optimizer's variables take of it."""

    member: str
    size_bytes: int
    optimizer_bytes: int


def read_keras_file(stream: IO[bytes], member: str, size_bytes: int) -> KerasFile | WeightsFile:
    """A model by what it begins with: Keras before 2.12 wrote HDF5 into `.keras` too.

    Raises UnreadableError.
    """
    head = stream.read(len(SIGNATURE))
    stream.seek(0)
    return (_read_hdf5 if head == SIGNATURE else _read_zip)(stream, member, size_bytes)


def _read_zip(stream: IO[bytes], member: str, size_bytes: int) -> KerasFile:
    """The newer form.

    Its parts are met in the order in which they were written, JSON first, so that a compressed member is not unpacked
    to its end for the list that stands there.
    """
    told: dict[str, Any] = {}
    optimizer_bytes = 0
    for part in _parts(stream):
        if part.name in (METADATA, CONFIG):
            told[part.name] = parsed(part.read(stream))
        elif part.name == WEIGHTS and part.method == zipfile.ZIP_STORED:
            optimizer_bytes = _optimizer_in(Window(stream, part.start, part.stored_bytes), part.stored_bytes)
            if len(told) == 2:  # noqa: PLR2004 - all is told, and the rest stays packed
                break
    if not isinstance(told.get(CONFIG), dict) or not isinstance(told.get(METADATA), dict):
        raise UnreadableError(f"it lacks {METADATA} or {CONFIG}")
    config = dict(told[CONFIG])
    version, compiled = told[METADATA].get("keras_version"), config.pop("compile_config", None)
    return KerasFile(
        member=member,
        size_bytes=size_bytes,
        form="keras",
        keras_version=version if isinstance(version, str) else None,
        objects=tuple(objects_in(config)),
        compiled=tuple(objects_in(compiled)),
        optimizer_bytes=optimizer_bytes,
    )


@dataclass(frozen=True)
class _Part:
    """One entry of a zip, as its own header tells."""

    name: str
    method: int
    start: int
    stored_bytes: int

    def read(self, stream: IO[bytes]) -> bytes:
        """What it unpacks to, up to what a configuration may have. Raises UnreadableError."""
        if self.stored_bytes > LIMIT_BYTES:
            raise UnreadableError(f"{self.name} of {self.stored_bytes} bytes")
        stream.seek(self.start)
        data = stream.read(self.stored_bytes)
        if self.method == zipfile.ZIP_STORED:
            return data
        try:
            return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, LIMIT_BYTES + 1)
        except zlib.error as error:
            raise UnreadableError(f"{self.name}: {error}") from error


def _parts(stream: IO[bytes]) -> Iterator[_Part]:
    """The entries of a zip, one after the other, up to the first that does not tell its size beforehand."""
    at = 0
    for _ in range(MOST_PARTS):
        stream.seek(at)
        header = stream.read(HEADER.size)
        if len(header) < HEADER.size or not header.startswith(LOCAL_HEADER):
            return
        _, _, flags, method, _, _, stored, _, name_bytes, extra_bytes = HEADER.unpack(header)
        if flags & SIZE_COMES_LATER or stored == IN_EXTRA:
            return
        name = stream.read(name_bytes).decode("utf-8", "replace")
        start = at + HEADER.size + name_bytes + extra_bytes
        yield _Part(name, method, start, stored)
        at = start + stored


def _optimizer_in(weights: Window, size_bytes: int) -> int:
    try:
        return _optimizer_bytes(Hdf5(cast("IO[bytes]", io.BufferedReader(weights))), size_bytes)
    except UnreadableError:
        return 0


def _read_hdf5(stream: IO[bytes], member: str, size_bytes: int) -> KerasFile | WeightsFile:
    file = Hdf5(stream)
    root = file.node(file.root)
    config = file.text(root, "model_config")
    if config is None:
        return WeightsFile(member=member, size_bytes=size_bytes, optimizer_bytes=_optimizer_bytes(file, size_bytes))
    return KerasFile(
        member=member,
        size_bytes=size_bytes,
        form="h5",
        keras_version=file.text(root, "keras_version"),
        objects=tuple(objects_in(parsed(config))),
        optimizer_bytes=_optimizer_bytes(file, size_bytes),
    )


def _optimizer_bytes(file: Hdf5, size_bytes: int) -> int:
    """What the optimizer's variables take; 0 where its group stands so near the end that it cannot be much.

    Keras writes it last. So the end of a large file need not be unpacked for the step alone, a single number.
    """
    children = file.node(file.root).children
    groups = [address for name, address in children.items() if name in OF_OPTIMIZER and size_bytes - address > LEAST]
    return sum(node.size_bytes for address in groups for _, node in file.walk(address))
