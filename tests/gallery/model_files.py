"""Model files made from readable parts, without TensorFlow or Keras.

In a folder of files, what is called
- `NAME.keras/` becomes the file NAME.keras: `metadata.json` and `config.json` as they are, and weights of zeros in the
  shapes of `weights.json` ({"layers/dense/vars/0": [16, 8], ...});
- `NAME.h5/` becomes the HDF5 file NAME.h5: each text of `attributes.json` (objects are written as JSON) as an
  attribute, and the weights of `weights.json`;
- `saved_model.json` becomes saved_model.pb, with its "tensorflow_version" and "operations".
"""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np

DATE = (2025, 11, 20, 10, 0, 0)
Shapes = Mapping[str, Sequence[int]]


def zip_with_models(files: Path, path: Path) -> None:
    """Zip a folder's files, its model files made of their parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in sorted(_members(files)):
            target.writestr(zipfile.ZipInfo(name), content)


def _members(files: Path) -> Iterator[tuple[str, bytes]]:
    made = {folder for folder in files.rglob("*") if folder.is_dir() and folder.suffix in (".keras", ".h5")}
    for folder in made:
        text = {file.stem: json.loads(file.read_text("utf-8")) for file in folder.glob("*.json")}
        make = keras_file if folder.suffix == ".keras" else hdf5_file
        yield folder.relative_to(files).as_posix(), make(**text)
    for file in files.rglob("*"):
        name = file.relative_to(files).as_posix()
        if not file.is_file() or made & set(file.parents) or "__pycache__" in name:
            continue
        if file.name == "saved_model.json":
            yield name.removesuffix(".json") + ".pb", saved_model(**json.loads(file.read_text("utf-8")))
        else:
            yield name, file.read_bytes()


def keras_file(*, metadata: Any, config: Any, weights: Shapes | None = None) -> bytes:
    """A .keras file, its members stored as Keras does."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as target:
        for name, content in (("metadata.json", metadata), ("config.json", config)):
            target.writestr(zipfile.ZipInfo(name, DATE), json.dumps(content))
        target.writestr(zipfile.ZipInfo("model.weights.h5", DATE), hdf5_file(attributes={}, weights=weights))
    return whole.getvalue()


def hdf5_file(*, attributes: Mapping[str, Any], weights: Shapes | None = None) -> bytes:
    """An HDF5 file with attributes at its root, and datasets of zeros."""
    whole = io.BytesIO()
    with h5py.File(whole, "w") as target:
        for name, value in attributes.items():
            target.attrs[name] = value if isinstance(value, str) else json.dumps(value)
        for name in weights or {}:
            target.require_group(name.rpartition("/")[0] or "/")  # groups come first, as Keras writes them
        for name, shape in (weights or {}).items():
            target[name] = np.zeros(shape, np.float32)
    return whole.getvalue()


def saved_model(*, tensorflow_version: str, operations: Sequence[str]) -> bytes:
    """A saved_model.pb that lists the operations that its graph uses, and has a node of each."""
    used = b"".join(field(1, field(1, name)) for name in operations)
    info = field(2, used) + field(5, tensorflow_version)
    return b"\x08\x01" + field(2, field(1, info) + field(2, graph(operations)))


def graph(operations: Sequence[str]) -> bytes:
    """A GraphDef with a node of each operation."""
    return b"".join(field(1, field(1, f"node_{number}") + field(2, name)) for number, name in enumerate(operations))


def field(number: int, content: bytes | str) -> bytes:
    """A field of a protocol buffer that holds a text or a message."""
    data = content.encode() if isinstance(content, str) else content
    return varint(number << 3 | 2) + varint(len(data)) + data


def varint(value: int) -> bytes:
    """A number in protocol buffers' form."""
    parts = []
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*parts, value))
