"""Train, validation and test rows: stratified, seeded, and no picture on two sides of a border.

scikit-learn has no splitter for this: StratifiedGroupKFold knows only equal folds; train_test_split(stratify=) knows no
groups and rounds the classes twice on the way to three parts. The rounding here is the largest-remainder method.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.data.classes import class_names
from training.errors import InputError

_PARTS = ("train", "validation", "test")
_EXAMPLE = "give percentages such as 64/16/20 (train/validation/test) or 80/20 (train/test)"
_TOLERANCE = 1e-9
_FORCE = 1e9


@dataclass(frozen=True, eq=False)
class Split:
    """Row numbers of each part, int64, ascending; together every row once."""

    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    """empty where the fractions leave no room for it"""
    test: NDArray[np.int64]


def parse_fractions(text: str) -> tuple[float, float, float]:
    """Read "64/16/20" as (0.64, 0.16, 0.2), train/validation/test, and "80/20" as (0.8, 0.0, 0.2), train/test.

    Raises InputError unless two or three numbers add up to 100, with something for train and for test.
    """
    try:
        numbers = [float(part) for part in text.split("/")]
    except ValueError as error:
        raise InputError(f"the split is {text!r}, numbers between slashes were expected", _EXAMPLE) from error
    if len(numbers) not in (2, 3):
        raise InputError(f"the split is {text!r}, two or three parts were expected", _EXAMPLE)
    if abs(sum(numbers) - 100) > _TOLERANCE or not all(0 <= number <= 100 for number in numbers):  # noqa: PLR2004
        raise InputError(f"the split {text!r} adds up to {sum(numbers):g}, 100 was expected", _EXAMPLE)
    if numbers[0] == 0 or numbers[-1] == 0:
        raise InputError(f"the split {text!r} leaves nothing to {'train' if numbers[0] == 0 else 'test'} on", _EXAMPLE)
    return numbers[0] / 100, (numbers[1] / 100 if len(numbers) == len(_PARTS) else 0.0), numbers[-1] / 100


def split(
    labels: NDArray[np.int64], groups: NDArray[np.int64], fractions: tuple[float, float, float], *, seed: int
) -> Split:
    """Divide the rows by `fractions` (train, validation, test; they add up to 1) within each class.

    `labels` (N,) are 0..K-1; rows with equal `groups` (N,) stay together, as `exact_groups(...).ids` gives them. Where
    no picture is repeated, each part gets its share of a class to less than one image, and never none. The same seed
    gives the same rows. Raises InputError when a class cannot be in every part.
    """
    random = np.random.default_rng(seed)
    shares = np.array(fractions)
    units = _units(groups)
    sizes = np.bincount(labels)
    targets = np.stack([_allot(int(size), shares, shares > 0) for size in sizes])
    part_of_row, left = _place_groups(labels, units, targets, shares, random)
    for label in range(len(sizes)):
        rows = random.permutation(units.single[labels[units.single] == label])
        lacking = (shares > 0) & ~np.isin(range(len(_PARTS)), part_of_row[labels == label])
        counts = _allot(len(rows), np.maximum(left[label], 0), lacking)
        part_of_row[rows] = np.repeat(range(len(_PARTS)), counts)
    _require_every_class(labels, groups, part_of_row, shares)
    train, validation, test = (np.flatnonzero(part_of_row == part) for part in range(len(_PARTS)))
    return Split(train, validation, test)


@dataclass(frozen=True, eq=False)
class _Units:
    """What is dealt out as a whole."""

    single: NDArray[np.int64]
    """rows that are alone in their group"""
    shared: tuple[NDArray[np.int64], ...]
    """the rows of each larger group"""


def _units(groups: NDArray[np.int64]) -> _Units:
    _, inverse, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    runs = np.split(np.argsort(inverse, kind="stable"), np.cumsum(sizes)[:-1])
    return _Units(np.flatnonzero(sizes[inverse] == 1), tuple(run for run in runs if len(run) > 1))


def _allot(total: int, weights: NDArray[np.float64], needy: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Divide `total` whole things by weight, largest remainders first, then one to each needy part that got none."""
    if total == 0:
        return np.zeros(len(weights), np.int64)
    exact = total * weights / weights.sum()
    counts: NDArray[np.int64] = np.floor(exact + _TOLERANCE).astype(np.int64)
    counts[np.argsort(counts - exact, kind="stable")[: total - counts.sum()]] += 1
    for part in np.flatnonzero(needy & (counts == 0)):
        spare = counts - needy
        richest = int(np.argmax(spare))
        if spare[richest] > 0:
            counts[richest] -= 1
            counts[part] += 1
    return counts


def _place_groups(
    labels: NDArray[np.int64],
    units: _Units,
    targets: NDArray[np.int64],
    shares: NDArray[np.float64],
    random: np.random.Generator,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Put each group of several rows where most of it is still wanted, the largest first.

    A group goes to a part that lacks one of its classes when no other unit could fill that gap any more. Returns the
    part of each row, -1 for the single ones, and what is left to fill, by class and part.
    """
    part_of_row = np.full(len(labels), -1)
    left = targets.copy()
    lacking = np.tile(shares > 0, (len(targets), 1))
    remaining = np.bincount(labels[units.single], minlength=len(targets))
    for rows in units.shared:
        remaining[np.unique(labels[rows])] += 1
    shuffled = (units.shared[index] for index in random.permutation(len(units.shared)))
    for rows in sorted(shuffled, key=len, reverse=True):
        counts = np.bincount(labels[rows], minlength=len(targets))
        pressed = (counts > 0) & (remaining <= lacking.sum(axis=1))
        wanted = np.minimum(counts[:, None], np.maximum(left, 0)).sum(axis=0)
        score = wanted + _FORCE * lacking[pressed].sum(axis=0) + shares
        part = int(np.argmax(np.where(shares > 0, score, -1)))
        part_of_row[rows] = part
        left[:, part] -= counts
        lacking[counts > 0, part] = False
        remaining -= counts > 0
    return part_of_row, left


def _require_every_class(
    labels: NDArray[np.int64], groups: NDArray[np.int64], part_of_row: NDArray[np.int64], shares: NDArray[np.float64]
) -> None:
    parts = [part for part in range(len(_PARTS)) if shares[part] > 0]
    for label in range(int(labels.max()) + 1):
        rows = labels == label
        lacking = [_PARTS[part] for part in parts if part not in part_of_row[rows]]
        if lacking:
            different = len(np.unique(groups[rows]))
            name = class_names(int(labels.max()) + 1)[label]
            raise InputError(
                f"class {label} ({name}) has {int(rows.sum())} images, {different} of them different; "
                f"{len(parts)} are needed to have one in each of {', '.join(_PARTS[part] for part in parts)}",
                "add images of this class, or divide in fewer parts: --split 80/20"
                if different < len(parts)
                else "run `kit clean` first: the same pictures under different labels tie the classes together",
            )
