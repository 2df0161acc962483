"""What `inspect` found in a dataset: the values, as JSON, and in words."""

import shlex
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from training.data.clean import Plan
from training.data.duplicates import Group
from training.data.near import NearDuplicate
from training.data.outliers import Outlier

PAIR = 2
_LISTED_CLASSES = 24
_LISTED_GROUPS = 4
_LISTED_RANGES = 60
_NONE = "none was found"


@dataclass(frozen=True, kw_only=True)
class ClassSummary:
    """One class of the dataset."""

    label: int
    name: str
    count: int
    share: float
    """of all images, 0 to 1"""
    weight: float | None
    """N / (K * count), scikit-learn's "balanced", for `class_weight` of `fit`; None where the class has no image"""


@dataclass(frozen=True, kw_only=True, eq=False)
class Inspection:
    """All that was found; rows are numbers of rows in the file, from 0."""

    path: Path
    sha256: str
    size_bytes: int
    images_key: str
    labels_key: str
    count: int
    unique_count: int
    """different images, by their pixels"""
    image_shape: tuple[int, int, int]
    """(H, W, 3) in pixels"""
    classes: tuple[ClassSummary, ...]
    """in label order"""
    exact: tuple[Group, ...]
    """rows with the same pixels, largest group first"""
    near: tuple[NearDuplicate, ...]
    """most alike first; reported, never dropped"""
    outliers: tuple[Outlier, ...]
    """strangest first; reported, never dropped"""
    clean: Plan | None
    """what `kit clean` would do; None where it refuses"""
    clean_refusal: str
    """why `kit clean` refuses; empty where it does not"""
    page: Path
    """the HTML page"""
    figures: tuple[Path, ...]
    """the PNG files"""

    @property
    def conflicting(self) -> tuple[Group, ...]:
        """The groups of `exact` whose rows have different labels."""
        return tuple(group for group in self.exact if group.conflicting)

    @property
    def empty_classes(self) -> tuple[ClassSummary, ...]:
        """The classes without an image."""
        return tuple(one for one in self.classes if one.count == 0)

    @property
    def names(self) -> tuple[str, ...]:
        """The classes' names in label order."""
        return tuple(one.name for one in self.classes)

    @property
    def clean_command(self) -> str:
        """The command that cleans this file, as it is typed in a shell."""
        keys = (("--images-key", self.images_key, "images"), ("--labels-key", self.labels_key, "labels"))
        options = [word for option, key, usual in keys if key != usual for word in (option, key)]
        return shlex.join(["kit", "clean", str(self.path), "-o", "training_set_trimmed.npz", *options])

    def as_json(self) -> dict[str, Any]:
        """Return dicts, lists, text and numbers only; the rows of a group as ranges, since there can be thousands."""
        return {
            "path": str(self.path),
            "sha256": self.sha256,
            "size_bytes": self.size_bytes,
            "images_key": self.images_key,
            "labels_key": self.labels_key,
            "count": self.count,
            "unique_count": self.unique_count,
            "image_shape": list(self.image_shape),
            "classes": [asdict(one) for one in self.classes],
            "exact": [_group_as_json(group) for group in self.exact],
            "near": [asdict(pair) | {"rows": [*pair.rows], "labels": [*pair.labels]} for pair in self.near],
            "outliers": [asdict(outlier) for outlier in self.outliers],
            "clean": _plan_as_json(self.clean) if self.clean else None,
            "clean_refusal": self.clean_refusal,
            "page": str(self.page),
            "figures": [str(figure) for figure in self.figures],
        }

    def lines(self) -> list[str]:
        """Return the summary in about twenty lines, for a terminal."""
        height, width, _ = self.image_shape
        return [
            f"{self.count} images of {width}x{height} pixels in {len(self.classes)} classes, "
            f"{self.unique_count} of them different",
            *self._class_lines(),
            *self._exact_lines(),
            *self._near_lines(),
        ]

    def _class_lines(self) -> Iterator[str]:
        shown = self.classes[:_LISTED_CLASSES]
        wide = max(len(one.name) for one in shown)
        yield f"{'label':>5}  {'class':<{wide}}  images   share  weight"
        for one in shown:
            weight = f"{one.weight:6.3f}" if one.weight is not None else "  none"
            yield f"{one.label:5}  {one.name:<{wide}}  {one.count:6}  {one.share:6.1%}  {weight}"
        if len(self.classes) > len(shown):
            yield f"... and {len(self.classes) - len(shown)} classes more, on the page"
        if self.empty_classes:
            listed = ", ".join(str(one.label) for one in self.empty_classes[:_LISTED_CLASSES])
            yield f"without an image, which clean and train refuse: label {listed}"

    def _exact_lines(self) -> Iterator[str]:
        copies = [group for group in self.exact if len(group.rows) > PAIR]
        pairs = [group for group in self.exact if len(group.rows) == PAIR]
        for group in copies[:_LISTED_GROUPS]:
            under = labels_in_words(group, self.names)
            yield f"{len(group.rows)} copies of one picture, rows {shortened(group.ranges)}, under {under}"
        if len(copies) > _LISTED_GROUPS:
            yield f"... and {len(copies) - _LISTED_GROUPS} pictures more that stand three times or more"
        if pairs:
            split = [pair.ranges for pair in pairs if pair.conflicting]
            told = f", {len(split)} of them with two labels: rows {shortened('; '.join(split), ';')}" if split else ""
            yield f"{len(pairs)} identical {'pair' if len(pairs) == 1 else 'pairs'}{told}"
        if not self.exact:
            yield f"exact duplicates: {_NONE}"
        elif self.clean is not None:
            gone = self.count - len(self.clean.kept)
            yield f"by rule, clean would drop {gone} of these rows and keep {len(self.clean.kept)} in all"
        if self.clean_refusal and not self.empty_classes:
            yield f"clean would refuse: {self.clean_refusal}"

    def _near_lines(self) -> Iterator[str]:
        near, strange = _NONE, _NONE
        if self.near:
            first, second = self.near[0].rows
            near = f"{len(self.near)}, the likest rows {first} and {second} ({self.near[0].similarity:.3f} of 1)"
        if self.outliers:
            strange = f"{len(self.outliers)}, the strangest row {self.outliers[0].row} (z {self.outliers[0].score:.1f})"
        yield f"near duplicates, for you to judge: {near}"
        yield f"outliers, for you to judge: {strange}"


def labels_in_words(group: Group, names: tuple[str, ...]) -> str:
    """Say under which labels a picture stands: "label 5 (monocyte)" or "8 labels"."""
    labels = sorted(set(group.labels))
    return f"{len(labels)} labels" if group.conflicting else f"label {labels[0]} ({names[labels[0]]})"


def shortened(listed: str, separator: str = ",") -> str:
    """Cut a long list of rows after a whole item."""
    if len(listed) <= _LISTED_RANGES:
        return listed
    return f"{listed[:_LISTED_RANGES].rpartition(separator)[0]}{separator} ..."


def _plan_as_json(plan: Plan) -> dict[str, Any]:
    dropped = [{"reason": drop.reason, "count": len(drop.rows), "rows": drop.ranges} for drop in plan.dropped]
    return {"kept": len(plan.kept), "dropped": dropped}


def _group_as_json(group: Group) -> dict[str, Any]:
    labels = {str(label): count for label, count in sorted(Counter(group.labels).items())}
    return {"size": len(group.rows), "rows": group.ranges, "labels": labels, "conflicting": group.conflicting}
