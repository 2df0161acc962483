"""Labelled images given as an .npz, put into a bundle's data the way its contract says.

A member of an .npz is an .npy file already: it is copied out as a stream and never held in memory.
"""

import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tools.contract import Contract
from tools.errors import UsageError
from tools.worker.bundle import Bundle


@dataclass(frozen=True, kw_only=True)
class TaskData:
    """A task's data. With `prepared`, its folders are moved into the job; else the bundle's own are copied."""

    bundle: Bundle
    prepared: Path | None = None
    count: int | None = None

    def __call__(self, kind: str, folder: Path) -> bool:
        """Fill `folder` with the "input_data" or "reference_data" of the task; False where there is none."""
        if self.prepared is None:
            return self.bundle.place(getattr(self.bundle.task, kind), folder)
        folder.parent.mkdir(parents=True, exist_ok=True)
        if self.bundle.task.ingestion_only_during_scoring:  # both jobs get the input data
            shutil.copytree(self.prepared / kind, folder)
        else:
            (self.prepared / kind).rename(folder)
        return True

    def sample(self, contract: Contract, count: int, into: Path) -> Path | None:
        """Save at most `count` evenly spaced images of the input data as an .npy; None where it holds none."""
        if self.prepared is None:
            return None
        name = next(iter(contract.data.input_data))
        images = np.load(self.prepared / "input_data" / name, mmap_mode="r", allow_pickle=False)
        rows = np.linspace(0, len(images) - 1, min(count, len(images))).round().astype(int)
        np.save(into, images[rows])
        return into


def prepare(npz: Path, bundle: Bundle, folder: Path) -> TaskData:
    """Lay an .npz out as the task's input and reference data below `folder`.

    Raises UsageError where it is no .npz, lacks an array, or does not hold what the contract says.
    """
    contract = bundle.contract
    if contract is None:
        raise UsageError(
            f"{bundle.competition.title!r} has no contract.yaml, so --data cannot be mapped into it",
            "leave --data out: the bundle's own data is used",
        )
    shapes = _copy_out(npz, contract, folder)
    wanted = contract.input.shape
    images, dtype = shapes[next(iter(contract.data.input_data.values()))]
    if len(images) != len(wanted) or any(w is not None and w != got for w, got in zip(wanted, images, strict=True)):
        raise UsageError(f"{npz}: images have the shape {images}, the contract says {_shape(wanted)}", "give others")
    if dtype != np.dtype(contract.input.dtype):
        raise UsageError(
            f"{npz}: images are {dtype}, the competition hands out {contract.input.dtype}",
            f"save them as {contract.input.dtype}, values {contract.input.value_range}",
        )
    _check_labels(npz, contract, folder, images[0])
    return TaskData(bundle=bundle, prepared=folder, count=images[0])


def _shape(shape: tuple[int | None, ...]) -> str:
    return "(" + ", ".join("n" if size is None else str(size) for size in shape) + ")"


def _copy_out(npz: Path, contract: Contract, folder: Path) -> dict[str, tuple[tuple[int, ...], Any]]:
    """Copy the arrays that the contract maps, and return shape and dtype by array name."""
    if not npz.is_file():
        kind = "is a folder" if npz.is_dir() else "does not exist"
        raise UsageError(f"--data {npz} {kind}", "give an .npz with images and labels, or leave --data out")
    found = {}
    try:
        with zipfile.ZipFile(npz) as opened:
            arrays = {name.removesuffix(".npy") for name in opened.namelist()}
            for kind, files in (
                ("input_data", contract.data.input_data),
                ("reference_data", contract.data.reference_data),
            ):
                (folder / kind).mkdir(parents=True)
                for file, array in files.items():
                    if array not in arrays:
                        raise UsageError(
                            f"{npz} has no array {array!r}, it has {', '.join(sorted(arrays))}",
                            f"save it with np.savez(..., {array}=...)",
                        )
                    with opened.open(f"{array}.npy") as source, (folder / kind / file).open("wb") as target:
                        shutil.copyfileobj(source, target, 1 << 20)
                    loaded = np.load(folder / kind / file, mmap_mode="r", allow_pickle=False)
                    found[array] = (loaded.shape, loaded.dtype)
    except (zipfile.BadZipFile, EOFError, ValueError) as error:
        raise UsageError(f"{npz} is not an .npz that can be read: {error}", "save it with np.savez") from error
    return found


def _check_labels(npz: Path, contract: Contract, folder: Path, count: int) -> None:
    name = next(iter(contract.data.reference_data))
    labels = np.load(folder / "reference_data" / name, allow_pickle=False)
    if labels.shape not in ((count,), (count, 1)) or labels.dtype.kind not in "iu":
        raise UsageError(
            f"{npz}: labels are {labels.dtype} of shape {labels.shape}, whole numbers of shape ({count},) are wanted",
            "save one class id for each image",
        )
    if count == 0:
        raise UsageError(f"{npz} holds no images", "give at least one")
    outside = labels[(labels < 0) | (labels >= len(contract.classes))]
    if outside.size:
        raise UsageError(
            f"{npz}: label {outside.flat[0]} is outside of the {len(contract.classes)} classes",
            f"labels are 0..{len(contract.classes) - 1}",
        )
