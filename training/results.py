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
    card = (
        facts
        | converted.facts
        | {
            "class_names": list(answered.class_names),
            "input": {"shape": list(answered.images.shape[1:]), "dtype": "uint8", "range": [0, 255]},
            "test_images": len(answered.images),
            "test_sha256": cards.sha256(folder / run_folder.TEST),
            "versions": cards.versions(converted.tensorflow),
            "accuracy": None,
            "balanced_accuracy": None,
            "recall": None,
        }
    )
    if answered.labels is not None:
        scores = measure.score(answered.labels, answered.predictions, answered.class_names)
        figures.confusion(scores, folder / run_folder.FIGURES / "confusion_matrix.png")
        figures.recall(scores, folder / run_folder.FIGURES / "recall.png")
        reached = {"accuracy": scores.accuracy, "balanced_accuracy": scores.balanced_accuracy, "recall": scores.recall}
        card |= reached
    cards.write(folder / run_folder.CARD, card)
    return cards.read(folder / run_folder.CARD)


def write_test(path: Path, answered: Answered) -> None:
    """Write test.npz, uncompressed: images uint8, labels int64 (absent where unknown), predictions int64."""
    arrays: dict[str, Any] = {"images": answered.images, "predictions": answered.predictions}
    if answered.labels is not None:
        arrays["labels"] = answered.labels
    with replacing(path) as beside:
        np.savez(beside, **arrays)
