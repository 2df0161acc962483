"""Labelled images given as an .npz, put into a bundle's data the way its contract says.

A member of an .npz is an .npy file already: it is copied out as a stream and never held in memory. The labels are put
in their place only when the scoring job asks for them: until then they are not on the disk beside the submission.
"""

import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.bundle import Bundle, Play
from tools.contract import Contract, DataMap, Input
from tools.errors import UsageError

BLOCK_BYTES = 1 << 20
MANY_FILES = 1000
SMALL_BYTES = 256 << 20


@dataclass(frozen=True, kw_only=True)
class TaskData:
    """The data of one play: the bundle's own, or that of `npz`.

    `memory` gives a folder in memory for so many bytes, or None; input data of many small files is laid out there.
    """

    bundle: Bundle
    play: Play
    folder: Path
    npz: Path | None = None
    count: int | None = None
    memory: Callable[[int], Path | None] = lambda _size_bytes: None

    def __call__(self, kind: str, place: Path) -> bool:
        """Fill `place` with the "input_data" or "reference_data" of the task; False where there is none."""
        prepared = self.folder / kind
        if prepared.is_dir():
            place.parent.mkdir(parents=True, exist_ok=True)
            prepared.rename(place)
            return True
        return self._fill(kind, place)

    def lay_out(self) -> None:
        """Fill the input data beforehand, beside the place where the job will have it."""
        if not (self.folder / "input_data").is_dir():
            self._fill("input_data", self.folder / "input_data")

    def _fill(self, kind: str, place: Path) -> bool:
        if self.npz is None:
            value = getattr(self.play.task, kind)
            faster = self._memory_for(value) if kind == "input_data" else None
            if faster is None:
                return self.bundle.place(value, place)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(faster, target_is_directory=True)
            return self.bundle.place(value, faster)
        contract = self.bundle.contract
        assert contract is not None
        assert contract.data is not None
        place.mkdir(parents=True)
        files = contract.data.input_data if kind == "input_data" else contract.data.reference_data
        with zipfile.ZipFile(self.npz) as opened:
            for file, array in files.items():
                with opened.open(f"{array}.npy") as source, (place / file).open("wb") as target:
                    shutil.copyfileobj(source, target, BLOCK_BYTES)
        return True

    def _memory_for(self, value: str | None) -> Path | None:
        """A folder in memory where the input data is many small files, else None."""
        size = self.bundle.parts.size(value) if value and self.bundle.parts else None
        if size is None or (size.files or 0) < MANY_FILES or size.size_bytes > SMALL_BYTES:
            return None
        return self.memory(size.size_bytes)

    def sample(self, count: int, into: Path) -> Path | None:
        """Save at most `count` evenly spaced rows of the input data as an .npy; None where it is no such array."""
        contract = self.bundle.contract
        if contract is None or contract.data is None:
            return None
        self.lay_out()
        file = self.folder / "input_data" / next(iter(contract.data.input_data))
        try:
            images = np.load(file, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return None
        np.save(into, images[sampled_rows(count, len(images))])
        return into

    def labels(self) -> Any:
        """The labels of the .npz; None where the data are the bundle's own, or hold none."""
        contract = self.bundle.contract
        if self.npz is None or contract is None or contract.data is None:
            return None
        with zipfile.ZipFile(self.npz) as opened:
            return _array(opened, next(iter(contract.data.reference_data.values())))


def sampled_rows(count: int, total: int) -> NDArray[np.int64]:
    """The numbers of at most `count` evenly spaced rows of `total`."""
    return np.linspace(0, total - 1, min(count, total)).round().astype(np.int64)


def task_data(
    bundle: Bundle,
    play: Play,
    folder: Path,
    npz: Path | None,
    memory: Callable[[int], Path | None] = lambda _size_bytes: None,
) -> TaskData:
    """The data of a play, laid out below `folder` as far as it is needed beforehand.

    Raises UsageError where `npz` is no .npz, lacks an array, or does not hold what the contract says.
    """
    if npz is None:
        return TaskData(bundle=bundle, play=play, folder=folder, memory=memory)
    contract = bundle.contract
    if contract is None or contract.data is None:
        raise UsageError(
            f"the contract of {bundle.competition.title!r} does not say how --data maps into it",
            "leave --data out: the bundle's own data is used; or write `data` into its contract.yaml",
        )
    count = _validated(npz, contract, contract.data)
    return TaskData(bundle=bundle, play=play, folder=folder, npz=npz, count=count)


def _validated(npz: Path, contract: Contract, data: DataMap) -> int:
    """The number of rows of an .npz that holds what the contract says."""
    if not npz.is_file():
        kind = "is a folder" if npz.is_dir() else "does not exist"
        raise UsageError(f"--data {npz} {kind}", "give an .npz with images and labels, or leave --data out")
    try:
        with zipfile.ZipFile(npz) as opened:
            arrays = {name.removesuffix(".npy") for name in opened.namelist()}
            for array in (*data.input_data.values(), *data.reference_data.values()):
                if array not in arrays:
                    raise UsageError(
                        f"{npz} has no array {array!r}, it has {', '.join(sorted(arrays))}",
                        f"save it with np.savez(..., {array}=...)",
                    )
            shape, dtype = _header(opened, next(iter(data.input_data.values())))
            labels = _array(opened, next(iter(data.reference_data.values())))
    except (zipfile.BadZipFile, EOFError, ValueError) as error:
        raise UsageError(f"{npz} is not an .npz that can be read: {error}", "save it with np.savez") from error
    if contract.input is not None:
        _check_input(npz, contract.input, shape, dtype)
    _check_labels(npz, contract, labels, shape[0])
    return shape[0]


def _header(opened: zipfile.ZipFile, array: str) -> tuple[tuple[int, ...], "np.dtype[Any]"]:
    """Shape and dtype of a member, without its values."""
    with opened.open(f"{array}.npy") as member:
        version = np.lib.format.read_magic(member)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, dtype = read(member)
    return shape or (0,), dtype


def _array(opened: zipfile.ZipFile, array: str) -> np.ndarray[Any, Any]:
    with opened.open(f"{array}.npy") as member:
        return np.lib.format.read_array(member, allow_pickle=False)


def _check_input(npz: Path, wanted: Input, shape: tuple[int, ...], dtype: "np.dtype[Any]") -> None:
    sizes = wanted.shape
    if len(shape) != len(sizes) or any(w is not None and w != got for w, got in zip(sizes, shape, strict=True)):
        raise UsageError(f"{npz}: images have the shape {shape}, the contract says {_shape(sizes)}", "give others")
    if dtype != np.dtype(wanted.dtype):
        raise UsageError(
            f"{npz}: images are {dtype}, the competition hands out {wanted.dtype}",
            f"save them as {wanted.dtype}, values {wanted.value_range}",
        )


def _shape(shape: tuple[int | None, ...]) -> str:
    return "(" + ", ".join("n" if size is None else str(size) for size in shape) + ")"


def _check_labels(npz: Path, contract: Contract, labels: np.ndarray[Any, Any], count: int) -> None:
    if count == 0:
        raise UsageError(f"{npz} holds no images", "give at least one")
    if labels.shape[:1] != (count,):
        raise UsageError(f"{npz}: {count} images, but labels of shape {labels.shape}", "save one label for each image")
    if contract.output.kind != "class ids":
        return
    if labels.shape not in ((count,), (count, 1)) or labels.dtype.kind not in "iu":
        raise UsageError(
            f"{npz}: labels are {labels.dtype} of shape {labels.shape}, whole numbers of shape ({count},) are wanted",
            "save one class id for each image",
        )
    outside = labels[(labels < 0) | (labels >= len(contract.classes))]
    if outside.size:
        raise UsageError(
            f"{npz}: label {outside.flat[0]} is outside of the {len(contract.classes)} classes",
            f"labels are 0..{len(contract.classes) - 1}",
        )
