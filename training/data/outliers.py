"""Images unlike all others: far, in a robust sense, from even their nearest neighbours."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.data.thumbnails import Thumbnails
from training.data.whitening import whitening

STRANGE = 3.5
"""Robust z-score from which an image is reported (Iglewicz and Hoaglin 1993, How to Detect and Handle Outliers)."""
_NEIGHBOUR = 5
_COMPONENTS = 16
_ROWS_AT_ONCE = 512
_MAD_TO_SIGMA = 1.4826
_FEWEST = 40


@dataclass(frozen=True)
class Outlier:
    """One image that stands apart."""

    row: int
    label: int
    score: float
    """robust z-score of its distance to the others"""


def outliers(labels: NDArray[np.int64], thumbnails: Thumbnails) -> tuple[Outlier, ...]:
    """Score the logarithm of each image's distance to its 5th neighbour; return those above 3.5, strangest first.

    Distances are of colour thumbnails, whitened to 16 components. `labels` (N,) are of all rows. Fewer than 40 images
    are too few to tell what is usual: none is reported.
    """
    if len(thumbnails.rows) < _FEWEST:
        return ()
    flat = thumbnails.colour.reshape(len(thumbnails.rows), -1).astype(np.float32)
    distances = _distance_to_neighbour(whitening(flat, _COMPONENTS)(flat))
    logarithm = np.log(np.maximum(distances, np.finfo(np.float32).eps))
    median = np.median(logarithm)
    spread = _MAD_TO_SIGMA * np.median(np.abs(logarithm - median))
    scores = (logarithm - median) / max(float(spread), float(np.finfo(np.float32).eps))
    order = np.argsort(-scores, kind="stable")
    strange = order[scores[order] > STRANGE]
    rows = thumbnails.rows[strange]
    return tuple(
        Outlier(int(row), int(labels[row]), round(float(score), 2))
        for row, score in zip(rows, scores[strange], strict=True)
    )


def _distance_to_neighbour(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    squares = (rows**2).sum(axis=1)
    distances = np.empty(len(rows), np.float32)
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        some = slice(start, start + _ROWS_AT_ONCE)
        between = squares[some, None] + squares - 2 * rows[some] @ rows.T
        distances[some] = np.partition(between, _NEIGHBOUR, axis=1)[:, _NEIGHBOUR]
    return np.sqrt(np.maximum(distances, 0))
