"""Scoring: accuracy of predictions.npy against labels.npy, and the recall of each class, into scores.json.

usage: scoring.py REFERENCE PREDICTIONS OUTPUT
"""

import json
import sys
from pathlib import Path

import numpy as np

CLASSES = (
    "basophil",
    "eosinophil",
    "erythroblast",
    "immature_granulocyte",
    "lymphocyte",
    "monocyte",
    "neutrophil",
    "platelet",
)


def main(reference: Path, predictions: Path, output: Path) -> None:
    """Write scores.json; a class without an image has no recall and no key. Raises ValueError for a wrong shape."""
    labels = np.load(reference / "labels.npy", allow_pickle=False).ravel()
    answers = np.load(predictions / "predictions.npy", allow_pickle=False)
    if answers.shape != labels.shape:
        raise ValueError(f"predictions have the shape {answers.shape}, expected {labels.shape}")
    right = answers == labels
    scores = {"accuracy": float(np.mean(right))}
    for label, name in enumerate(CLASSES):
        if np.any(labels == label):
            scores[f"recall_{name}"] = float(np.mean(right[labels == label]))
    (output / "scores.json").write_text(json.dumps(scores), "utf-8")


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
