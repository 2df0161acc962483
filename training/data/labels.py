"""What an array of labels must be before anything is trained on it; each other thing is told with its repair."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.data.classes import class_names
from training.errors import InputError

_RENUMBER = "number the classes from 0 without gaps: _, labels = np.unique(labels, return_inverse=True)"


def checked_labels(raw: NDArray[Any], key: str, class_count: int | None) -> NDArray[np.int64]:
    """Return the labels as int64 (N,), from integers (N,) or (N, 1) between 0 and `class_count` - 1.

    Without `class_count` every number below N is accepted. Raises InputError with the values found, and the line of
    NumPy that repairs them, on floats, text, booleans, one-hot rows, negative numbers and numbers out of range.
    """
    _require_one_column(raw, key)
    _require_integers(raw, key)
    labels = raw.reshape(-1)
    if labels.size:
        _require_range(labels, key, class_count)
    return labels.astype(np.int64)


def missing_classes(labels: NDArray[np.int64], class_count: int) -> tuple[int, ...]:
    """Name the classes, by number, that no label has."""
    return tuple(np.flatnonzero(np.bincount(labels, minlength=class_count) == 0).tolist())


def require_every_class(labels: NDArray[np.int64], class_count: int, where: str) -> None:
    """Raise InputError when a class below `class_count` has no image; `where` names the rows, such as a file."""
    missing = missing_classes(labels, class_count)
    if missing:
        names = class_names(class_count)
        listed = ", ".join(f"{label} ({names[label]})" for label in missing)
        found = ", ".join(str(label) for label in np.unique(labels))
        raise InputError(f"{where}: no image has the label {listed}; the labels found are {found}", _RENUMBER)


def _require_one_column(raw: NDArray[Any], key: str) -> None:
    if raw.ndim == 1 or (raw.ndim == 2 and raw.shape[1] == 1):  # noqa: PLR2004 - (N, 1)
        return
    fix = f"save one number an image: {key} = {key}.reshape(-1)"
    if raw.ndim == 2:  # noqa: PLR2004 - (N, K), one-hot or scores
        fix = f"turn one-hot rows into class numbers: {key} = {key}.argmax(axis=1)"
    raise InputError(f"{key} has the shape {raw.shape}, (N,) or (N, 1) was expected", fix)


def _require_integers(raw: NDArray[Any], key: str) -> None:
    if raw.dtype.kind in "iu":
        return
    fix = f'{key} = {key}.astype("int64")'
    if raw.dtype.kind in "US":
        fix = f"number the names: names, {key} = np.unique({key}, return_inverse=True)"
    some = ", ".join(str(value) for value in raw.reshape(-1)[:5])
    raise InputError(f"{key} are {raw.dtype} ({some}, ...), whole numbers were expected", f"save {fix}")


def _require_range(labels: NDArray[Any], key: str, class_count: int | None) -> None:
    low, high = int(labels.min()), int(labels.max())
    limit = labels.size if class_count is None else class_count
    if low >= 0 and high < limit:
        return
    row = int(np.flatnonzero((labels < 0) | (labels >= limit))[0])
    expected = f"0..{limit - 1} for {limit} classes" if class_count is not None else f"0..K-1 for {limit} images"
    fix = f"count from 0: {key} = {key} - 1" if low == 1 and high == limit else _RENUMBER
    raise InputError(f"{key} go from {low} to {high}, {expected} was expected; row {row} has {labels[row]}", fix)
