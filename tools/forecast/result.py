"""What a model reached on the suite, and how sure the figures are."""

import math
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.forecast.plan import CLEAN, Part
from tools.forecast.suite import FAMILIES, SEEN_ONLY, SHIFTED, UNSEEN_ONLY, VERSION

_DECIMALS = 4


@dataclass(frozen=True, kw_only=True)
class Rate:
    """Right answers of so many."""

    right: int
    images: int

    @property
    def accuracy(self) -> float:
        """The share of right answers, 0..1."""
        return self.right / self.images

    @property
    def standard_error(self) -> float:
        """Of the accuracy, by the choice of images alone: that of a binomial share."""
        return math.sqrt(self.accuracy * (1 - self.accuracy) / self.images)


@dataclass(frozen=True, kw_only=True)
class ShiftResult:
    """A model's figures on the suite of one version."""

    version: str
    clean: Rate
    shifted: Rate
    """Compositions of all families: the headline."""
    seen: Rate
    """Compositions of the families that training may use operations of."""
    unseen: Rate
    """Compositions of the families that training never uses."""
    families: dict[str, tuple[Rate, ...]]
    """By name: one rate a severity, weakest first."""
    operations: dict[str, Rate]
    """By name, over all severities."""

    @property
    def worst_family(self) -> tuple[str, float]:
        """The family with the lowest mean over its severities, and that mean."""
        means = {name: sum(rate.accuracy for rate in rates) / len(rates) for name, rates in self.families.items()}
        worst = min(means, key=lambda name: means[name])
        return worst, means[worst]

    def document(self) -> dict[str, Any]:
        """As the card has it: accuracies of 0 to 1, and how many images each stands on."""
        name, accuracy = self.worst_family
        return {
            "suite": self.version,
            "clean": round(self.clean.accuracy, _DECIMALS),
            "shifted": round(self.shifted.accuracy, _DECIMALS),
            "seen": round(self.seen.accuracy, _DECIMALS),
            "unseen": round(self.unseen.accuracy, _DECIMALS),
            "images": self.shifted.images,
            "worst_family": {"name": name, "accuracy": round(accuracy, _DECIMALS)},
            "families": {
                name: [round(rate.accuracy, _DECIMALS) for rate in rates] for name, rates in self.families.items()
            },
            "images_a_cell": min(rate.images for rates in self.families.values() for rate in rates),
            "operations": {name: round(rate.accuracy, _DECIMALS) for name, rate in self.operations.items()},
        }


def scored(parts: tuple[Part, ...], labels: NDArray[np.int64], answers: list[NDArray[np.int64]]) -> ShiftResult:
    """The figures of a whole plan: `answers` are the class ids (len(part.rows),) of each part."""
    right = [given == labels[part.rows] for part, given in zip(parts, answers, strict=True)]
    whole = {part.name: _rate(hits) for part, hits in zip(parts, right, strict=True) if part.severity is None}
    families: dict[str, tuple[Rate, ...]] = {family.name: () for family in FAMILIES}
    asked, hit = Counter[str](), Counter[str]()
    for part, hits in zip(parts, right, strict=True):
        if part.severity is not None:
            families[part.name] += (_rate(hits),)
            asked.update(part.operations)
            hit.update(name for name, is_right in zip(part.operations, hits, strict=True) if is_right)
    return ShiftResult(
        version=VERSION,
        clean=whole[CLEAN],
        shifted=whole[SHIFTED.name],
        seen=whole[SEEN_ONLY.name],
        unseen=whole[UNSEEN_ONLY.name],
        families=families,
        operations={name: Rate(right=hit[name], images=count) for name, count in asked.items()},
    )


def _rate(hits: NDArray[np.bool_]) -> Rate:
    return Rate(right=int(hits.sum()), images=len(hits))
