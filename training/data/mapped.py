"""Images larger than memory: read through a memory map, so that only what a batch needs is loaded.

An .npz that was written by np.savez holds its arrays as they are, and is mapped in place; a deflated one is unpacked
once into a file beside the run.
"""

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.data.load import Dataset
from training.files import replacing

_LOCAL_HEADER = 30
"""Bytes of a zip member's own header before its name; the lengths of name and extra field are its last four."""
_ROWS = 256


def mapped_images(dataset: Dataset, unpacked: Path) -> NDArray[np.uint8]:
    """All images of the file, (N, H, W, 3) uint8, read-only; `unpacked` is where they go if the file is deflated.

    Raises InputError where the file is damaged, OSError where there is no room to unpack it.
    """
    offset = _offset(dataset)
    if offset is not None:
        return np.memmap(dataset.path, np.uint8, "r", offset, shape=dataset.images.shape)
    if not unpacked.is_file():
        with replacing(unpacked) as beside:
            _unpack(dataset, beside)
    return np.load(unpacked, mmap_mode="r")  # type: ignore[no-any-return]


def gathered(images: NDArray[np.uint8], rows: NDArray[np.int64], path: Path) -> NDArray[np.uint8]:
    """The chosen rows of `images` in the order given, copied into a new file and mapped: (len(rows), H, W, 3) uint8."""
    chosen: NDArray[np.uint8] = _new(path, (len(rows), *images.shape[1:]))
    for first in range(0, len(rows), _ROWS):
        chosen[first : first + _ROWS] = images[rows[first : first + _ROWS]]
    return chosen


def _offset(dataset: Dataset) -> int | None:
    """Where the pixels begin in the file; None where they are deflated."""
    with zipfile.ZipFile(dataset.path) as archive:
        info = archive.getinfo(f"{dataset.images.key}.npy")
    if info.compress_type != zipfile.ZIP_STORED:
        return None
    with dataset.path.open("rb") as file:
        file.seek(info.header_offset)
        header = file.read(_LOCAL_HEADER)
        lengths = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    after_npy_header = info.file_size - dataset.images.size_bytes
    return info.header_offset + _LOCAL_HEADER + lengths + after_npy_header


def _unpack(dataset: Dataset, path: Path) -> None:
    images = _new(path, dataset.images.shape)
    for first, rows in dataset.chunks():
        images[first : first + len(rows)] = rows
    images.flush()


def _new(path: Path, shape: tuple[int, ...]) -> Any:
    path.parent.mkdir(parents=True, exist_ok=True)
    return np.lib.format.open_memmap(path, "w+", np.uint8, shape)
