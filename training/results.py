"""The parts of a run's folder that come at its end: graph, test split, figures, and the card, which is last."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from training import card as cards
from training import figures, measure, run_folder
from training.conversion import Converted
from training.files import replacing


@dataclass(frozen=True, kw_only=True)
class Answered:
    """The images that a run is measured by, and the model's answers."""

    images: npt.NDArray[np.uint8]
    """(n, H, W, C), 0..255"""
    labels: npt.NDArray[np.int64] | None
    """(n,); None where they are not known"""
    predictions: npt.NDArray[np.int64]
    """(n,)"""
    class_names: tuple[str, ...]


def finish(folder: Path, converted: Converted, answered: Answered, facts: dict[str, Any]) -> dict[str, Any]:
    """Put the graph, test.npz and the figures of the classes in place, then write and return the card.

    `facts` are the card's entries that are known by now; accuracy, recall, input, class names, parameters, precision,
    versions and the hash of test.npz are added. Raises OSError where the disk is full; the card is not there then.
    """
    place = folder / run_folder.SAVED_MODEL
    shutil.rmtree(place, ignore_errors=True)
    converted.folder.rename(place)
    write_test(folder / run_folder.TEST, answered)
    scores = scored(answered)
    if scores is not None:
        figures.confusion(scores, folder / run_folder.FIGURES / "confusion_matrix.png")
        figures.recall(scores, folder / run_folder.FIGURES / "recall.png")
    test_sha256 = cards.sha256(folder / run_folder.TEST)
    cards.write(folder / run_folder.CARD, facts | described(converted, answered, scores, test_sha256))
    return cards.read(folder / run_folder.CARD)


def scored(answered: Answered) -> measure.Scores | None:
    """The figures of the answers; None where the labels are not known."""
    if answered.labels is None:
        return None
    return measure.score(answered.labels, answered.predictions, answered.class_names)


def described(
    converted: Converted, answered: Answered, scores: measure.Scores | None, test_sha256: str
) -> dict[str, Any]:
    """What a card says of a graph and its answers; of accuracy and recall null where the labels are not known."""
    return converted.facts | {
        "class_names": list(answered.class_names),
        "input": {"shape": list(answered.images.shape[1:]), "dtype": "uint8", "range": [0, 255]},
        "test_images": len(answered.images),
        "test_sha256": test_sha256,
        "versions": cards.versions(converted.tensorflow),
        "accuracy": scores and scores.accuracy,
        "balanced_accuracy": scores and scores.balanced_accuracy,
        "recall": scores and scores.recall,
    }


def write_test(path: Path, answered: Answered) -> None:
    """Write test.npz, uncompressed: images uint8, labels int64 (absent where unknown), predictions int64."""
    arrays: dict[str, Any] = {"images": answered.images, "predictions": answered.predictions}
    if answered.labels is not None:
        arrays["labels"] = answered.labels
    with replacing(path) as beside:
        np.savez(beside, **arrays)
