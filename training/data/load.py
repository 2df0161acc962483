"""A file of labelled images, opened without loading the images: labels at once, images by stream."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from training.data.labels import checked_labels, require_every_class
from training.data.npz import Member, read_array, read_members, require_streamable, stream_rows
from training.errors import InputError

_CHANNELS = 3
_IMAGE_DIMENSIONS = 4
_UINT8_MAX = 255


@dataclass(frozen=True, eq=False, kw_only=True)
class Dataset:
    """An .npz of N images; only its labels are in memory."""

    path: Path
    images: Member
    """header of the images: (N, H, W, 3) uint8"""
    stored_labels: Member
    """header of the labels as the file has them: (N,) or (N, 1), any integers"""
    labels: NDArray[np.int64]
    """(N,), 0..class_count - 1"""
    class_count: int
    members: tuple[Member, ...]
    """headers of all arrays of the file, in its order"""

    @property
    def count(self) -> int:
        """N."""
        return self.images.shape[0]

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(H, W, 3) in pixels."""
        height, width, channels = self.images.shape[1:]
        return height, width, channels

    @cached_property
    def sha256(self) -> str:
        """The file's sha256 in hex, computed when first asked for."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def chunks(self, rows_per_chunk: int | None = None) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """Yield (first row, images (n, H, W, 3) uint8) over the file, about 16 MB at a time unless told otherwise."""
        return stream_rows(self.path, self.images, rows_per_chunk)

    def load(self, rows: ArrayLike | None = None) -> NDArray[np.uint8]:
        """Read all images, or the chosen rows in the order given, in one pass: (len(rows), H, W, 3) uint8.

        Raises IndexError when a row is outside 0..N-1, InputError when the file is damaged.
        """
        wanted = np.arange(self.count) if rows is None else np.asarray(rows, dtype=np.int64).reshape(-1)
        if wanted.size and (wanted.min() < 0 or wanted.max() >= self.count):
            raise IndexError(f"rows {wanted.min()}..{wanted.max()} of a file with rows 0..{self.count - 1}")
        chosen = np.empty((len(wanted), *self.image_shape), np.uint8)
        order = np.argsort(wanted, kind="stable")
        last = wanted[order[-1]] if wanted.size else -1
        for first, images in self.chunks():
            if first > last:
                break
            low, high = np.searchsorted(wanted[order], [first, first + len(images)])
            places = order[low:high]
            chosen[places] = images[wanted[places] - first]
        return chosen

    def require_every_class(self) -> None:
        """Raise InputError when a class has no image: clean and split need one of each; inspect only reports it."""
        require_every_class(self.labels, self.class_count, str(self.path))


def open_dataset(
    path: Path | str, *, images_key: str = "images", labels_key: str = "labels", class_count: int | None = None
) -> Dataset:
    """Open an .npz with images (N, H, W, 3) uint8 and labels (N,) or (N, 1), reading its headers and labels.

    `class_count` None means the highest label plus one. Raises InputError, with the values got and expected and the
    fix, on a path, a key, a shape, a dtype or a label that is not so, and on object arrays, which are never unpickled.
    """
    path = Path(path)
    members = read_members(path)
    images = _find(path, members, images_key, "--images-key")
    stored = _find(path, members, labels_key, "--labels-key")
    _require_images(path, images)
    if not stored.shape or stored.shape[0] != images.shape[0]:
        raise InputError(
            f"{path}: {images.shape[0]} images but labels of the shape {stored.shape}, one label an image was expected",
            "save both from the same selection of rows",
        )
    labels = checked_labels(read_array(path, stored), stored.key, class_count)
    return Dataset(
        path=path,
        images=images,
        stored_labels=stored,
        labels=labels,
        class_count=class_count or int(labels.max()) + 1,
        members=members,
    )


def _find(path: Path, members: tuple[Member, ...], key: str, option: str) -> Member:
    found = [member for member in members if member.key == key]
    if found:
        require_streamable(path, found[0])
        return found[0]
    there = ", ".join(f"{member.key} {member.shape} {member.dtype}" for member in members) or "no array at all"
    raise InputError(f"{path} has no array {key!r}; it holds {there}", f"say which one it is: {option} NAME")


def _require_images(path: Path, images: Member) -> None:
    if len(images.shape) != _IMAGE_DIMENSIONS or images.shape[3] != _CHANNELS or 0 in images.shape[1:]:
        raise InputError(
            f"{path}: {images.key} has the shape {images.shape}, (N, H, W, 3) was expected",
            _shape_fix(images.key, images.shape),
        )
    if images.shape[0] == 0:
        raise InputError(f"{path}: {images.key} holds no image: its shape is {images.shape}", "save at least one row")
    if images.dtype != np.uint8:
        found, fix = _dtype_fix(path, images)
        raise InputError(f"{path}: {images.key} are {found}; uint8, 0 to 255, was expected", fix)


def _shape_fix(key: str, shape: tuple[int, ...]) -> str:
    if len(shape) == _IMAGE_DIMENSIONS and shape[1] == _CHANNELS:
        return f"put the channels last: {key} = {key}.transpose(0, 2, 3, 1)"
    if len(shape) == _IMAGE_DIMENSIONS and shape[3] == 1:
        return f"repeat the grey channel: {key} = np.repeat({key}, 3, axis=3)"
    if len(shape) == _IMAGE_DIMENSIONS - 1:
        return f"repeat the grey channel: {key} = np.repeat({key}[..., None], 3, axis=3)"
    if len(shape) == _IMAGE_DIMENSIONS and shape[3] == _CHANNELS + 1:
        return f"drop the alpha channel: {key} = {key}[..., :3]"
    return "save RGB images of one size, or name another array: --images-key NAME"


def _dtype_fix(path: Path, images: Member) -> tuple[str, str]:
    """Say the dtype with the range in the first chunk, and the line that converts such a range."""
    if images.dtype.kind not in "fiu":
        return str(images.dtype), 'save the raw pixels, images.astype("uint8")'
    key = images.key
    first, rows = next(stream_rows(path, images))
    low, high = float(np.nanmin(rows)), float(np.nanmax(rows))
    found = f"{images.dtype}, {low:g} to {high:g} in rows {first} to {len(rows) - 1}"
    if images.dtype.kind == "f" and low >= 0 and high <= 1:
        return found, f'save {key} = (255 * {key}).round().astype("uint8")'
    if images.dtype.kind == "f" and low >= -1 and high <= 1:
        return found, f'save {key} = (127.5 * ({key} + 1)).round().astype("uint8")'
    if low >= 0 and high <= _UINT8_MAX:
        return found, f'save {key} = {key}.round().astype("uint8")'
    return found, f"save the raw pixels: {key} seem standardised, which cannot be undone without their mean and scale"
