"""Which rows of a dataset stay, by rule or by hand, and the trimmed file.

What it does not do: judge a picture. Near duplicates and outliers are for `inspect` to show and for a person to decide.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.data.classes import class_names
from training.data.duplicates import ExactGroups, Group, exact_groups, ranges
from training.data.load import Dataset
from training.data.trimmed import Written, write_rows
from training.errors import InputError
from training.progress import Reporter, Silent

REPEATED = "the same picture three times or more"
CONFLICTING = "the same picture under different labels"
SECOND = "the second of an identical pair"
CUT_OFF = "at or after --cutoff-idx"
_PAIR = 2
_SILENT = Silent()


@dataclass(frozen=True, eq=False)
class Drop:
    """Rows that go for one reason."""

    reason: str
    rows: NDArray[np.int64]
    """ascending"""

    @property
    def ranges(self) -> str:
        """The rows as text, such as "11959..13758"."""
        return ranges(self.rows)


@dataclass(frozen=True, eq=False)
class Plan:
    """What a clean would do; nothing is written yet."""

    count: int
    """rows of the dataset that the plan is for"""
    kept: NDArray[np.int64]
    """ascending"""
    dropped: tuple[Drop, ...]
    """one for each reason that applies"""
    kept_of_class: tuple[int, ...]
    """images that stay, by label"""

    @property
    def dropped_rows(self) -> NDArray[np.int64]:
        """All rows that go, ascending."""
        return np.setdiff1d(np.arange(self.count), self.kept)

    @property
    def ranges(self) -> str:
        """All rows that go as text, such as "945, 4769, 11959..13758"; empty when none goes."""
        return ranges(self.dropped_rows)


def plan(
    dataset: Dataset,
    *,
    cutoff_idx: int | None = None,
    groups: ExactGroups | None = None,
    reporter: Reporter = _SILENT,
) -> Plan:
    """Decide which rows stay.

    By rule: of rows with the same pixels, three or more go whole, and so do those whose labels differ; of a pair with
    one label the first stays. With `cutoff_idx` the rows [0, cutoff_idx) stay and no rule is applied. `groups` spares
    the pass over the file where they are known. Raises InputError when a class has no image before or after, or the
    cutoff is outside 1..N.
    """
    dataset.require_every_class()
    if cutoff_idx is None:
        dropped = _by_rule(groups or exact_groups(dataset, reporter))
    else:
        dropped = _by_hand(dataset.count, cutoff_idx)
    stays = np.ones(dataset.count, bool)
    for drop in dropped:
        stays[drop.rows] = False
    kept_of_class = np.bincount(dataset.labels[stays], minlength=dataset.class_count)
    _require_survivors(dataset, dropped, kept_of_class)
    return Plan(dataset.count, np.flatnonzero(stays), dropped, tuple(kept_of_class.tolist()))


def ruling(group: Group) -> tuple[str, tuple[int, ...]]:
    """Apply the rule to rows with the same pixels: the reason, and the rows that go."""
    if len(group.rows) > _PAIR:
        return REPEATED, group.rows
    return (CONFLICTING, group.rows) if group.conflicting else (SECOND, group.rows[1:])


def _by_rule(groups: ExactGroups) -> tuple[Drop, ...]:
    rows: dict[str, list[int]] = {REPEATED: [], CONFLICTING: [], SECOND: []}
    for group in groups.repeated:
        reason, going = ruling(group)
        rows[reason] += going
    return tuple(Drop(reason, np.array(sorted(some), np.int64)) for reason, some in rows.items() if some)


def _by_hand(count: int, cutoff_idx: int) -> tuple[Drop, ...]:
    if not 1 <= cutoff_idx <= count:
        raise InputError(
            f"--cutoff-idx is {cutoff_idx}, a row between 1 and {count} was expected",
            "give the first row to drop, or leave the option out to clean by rule",
        )
    return (Drop(CUT_OFF, np.arange(cutoff_idx, count)),) if cutoff_idx < count else ()


def _require_survivors(dataset: Dataset, dropped: tuple[Drop, ...], kept_of_class: NDArray[np.int64]) -> None:
    emptied = np.flatnonzero(kept_of_class == 0)
    if not emptied.size:
        return
    names = class_names(dataset.class_count)
    label = int(emptied[0])
    of_class = np.flatnonzero(dataset.labels == label)
    reasons = " and ".join(drop.reason for drop in dropped if np.isin(drop.rows, of_class).any())
    raise InputError(
        f"{dataset.path}: cleaning would leave {emptied.size} of {dataset.class_count} classes without an image; "
        f"all {of_class.size} of class {label} ({names[label]}) would go: {reasons}",
        "look at them with `kit inspect`; then repair the labels, or choose the rows by hand with --cutoff-idx",
    )


def write(plan: Plan, dataset: Dataset, out: Path, reporter: Reporter = _SILENT) -> Written:
    """Write the rows that stay to `out`, an uncompressed .npz with the keys, dtypes and shapes of the input.

    An existing `out` is replaced at the end, in one step; nothing half-written is left. Raises InputError when `out` is
    the dataset itself or a folder, TrainingError when the disk is full. What happens to other arrays: `write_rows`.
    """
    if plan.count != dataset.count:
        raise ValueError(f"a plan for {plan.count} rows, a dataset of {dataset.count}")
    return write_rows(dataset, plan.kept, out, reporter)
