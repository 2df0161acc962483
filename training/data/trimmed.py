"""Writing chosen rows of a dataset to a new file, by stream: as much memory as one chunk, whatever the file."""

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from training.data.load import Dataset
from training.data.npz import Member, stream_rows
from training.data.writing import writing
from training.errors import InputError
from training.progress import Advance, Reporter, Silent

_FIXED_DATE = (1980, 1, 1, 0, 0, 0)
_SILENT = Silent()


@dataclass(frozen=True)
class Written:
    """What a trimmed file holds."""

    path: Path
    count: int
    size_bytes: int
    carried: tuple[str, ...]
    """keys beside images and labels that have a row an image: cut to the same rows"""
    left_out: tuple[str, ...]
    """keys that the file does not have any more: no row an image, pickled objects, or Fortran order"""


def write_rows(dataset: Dataset, rows: NDArray[np.int64], out: Path, reporter: Reporter = _SILENT) -> Written:
    """Write `rows` (ascending) of every array that has a row an image to `out`, stored, in the input's order.

    The same rows give the same bytes. Other arrays are left out, because what they say of the whole file (a mean, an
    index) need not hold for a part of it. Raises InputError when `out` is the input, a folder or not writable,
    TrainingError when the disk is full.
    """
    carried = [member for member in dataset.members if _has_a_row_an_image(member, dataset.count)]
    stays = np.zeros(dataset.count, bool)
    stays[rows] = True
    with (
        reporter.track("writing", dataset.count) as advance,
        writing(out) as beside,
    ):
        _require_elsewhere(dataset.path, out)
        with zipfile.ZipFile(beside, "w", zipfile.ZIP_STORED) as archive:
            for member in carried:
                info = zipfile.ZipInfo(f"{member.key}.npy", _FIXED_DATE)
                with archive.open(info, "w", force_zip64=True) as target:
                    is_images = member == dataset.images
                    _copy(dataset.path, member, stays, target, advance if is_images else None)
        size_bytes = beside.stat().st_size
    own = {dataset.images.key, dataset.stored_labels.key}
    keys = {member.key for member in carried}
    return Written(
        path=out,
        count=int(stays.sum()),
        size_bytes=size_bytes,
        carried=tuple(member.key for member in carried if member.key not in own),
        left_out=tuple(member.key for member in dataset.members if member.key not in keys),
    )


def _has_a_row_an_image(member: Member, count: int) -> bool:
    return member.shape[:1] == (count,) and not member.dtype.hasobject and not member.fortran


def _copy(path: Path, member: Member, stays: NDArray[np.bool_], target: IO[bytes], advance: Advance | None) -> None:
    header = {
        "descr": np.lib.format.dtype_to_descr(member.dtype),
        "fortran_order": False,
        "shape": (int(stays.sum()), *member.shape[1:]),
    }
    np.lib.format.write_array_header_1_0(target, header)
    for first, values in stream_rows(path, member):
        chosen = stays[first : first + len(values)]
        target.write((values if chosen.all() else values[chosen]).reshape(-1).view(np.uint8).data)
        if advance is not None:
            advance(len(values))


def _require_elsewhere(source: Path, out: Path) -> None:
    if out.exists() and out.samefile(source):
        raise InputError(f"{out} is the file that is cleaned; it would be lost", "choose another name with -o")
