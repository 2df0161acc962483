"""How good answers are: accuracy, balanced accuracy, recall of each class, confusion matrix."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.metrics import confusion_matrix


@dataclass(frozen=True, kw_only=True)
class Scores:
    """The figures of one set of labelled images."""

    accuracy: float
    """Right answers by all answers: the leaderboard's column."""
    balanced_accuracy: float
    """Mean recall of the classes that occur."""
    recall: dict[str, float | None]
    """By class name, in label order: right answers by images of the class; None where there is no such image."""
    confusion: npt.NDArray[np.int64]
    """(classes, classes): row the true class, column the answer."""


def score(labels: npt.NDArray[np.int64], predictions: npt.NDArray[np.int64], class_names: tuple[str, ...]) -> Scores:
    """Score `predictions` (n,) by `labels` (n,), both class ids below len(class_names). n is at least 1."""
    matrix = confusion_matrix(labels, predictions, labels=range(len(class_names)))
    right, images = matrix.diagonal(), matrix.sum(axis=1)
    recall = {
        name: int(hits) / int(count) if count else None
        for name, hits, count in zip(class_names, right, images, strict=True)
    }
    known = [value for value in recall.values() if value is not None]
    return Scores(
        accuracy=int(right.sum()) / len(labels),
        balanced_accuracy=sum(known) / len(known),
        recall=recall,
        confusion=matrix.astype(np.int64),
    )
