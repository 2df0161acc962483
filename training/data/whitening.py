"""Whitening: the directions in which all images vary together, each divided by how much they vary."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Project = Callable[[NDArray[np.float32]], NDArray[np.float32]]
_ROWS_A_COMPONENT = 20
_LEAST_SHARE = 1e-6


def whitening(rows: NDArray[np.float32], components: int) -> Project:
    """Fit a projection of (n, D) to (n, C) whose columns have mean 0 and variance 1 over `rows` (M, D).

    C is at most `components` and M / 20, at least 1: with as many directions as rows every row would be equally far
    from every other. Directions without variance are left out.
    """
    mean = rows.mean(axis=0)
    centred = rows - mean
    variances, directions = _principal_axes(centred)
    count = max(1, min(components, len(rows) // _ROWS_A_COMPONENT))
    largest = np.argsort(-variances)[:count]
    largest = largest[variances[largest] > max(variances.max() * _LEAST_SHARE, np.finfo(np.float32).tiny)]
    scaled = (directions[:, largest] / np.sqrt(variances[largest])).astype(np.float32)

    def project(other: NDArray[np.float32]) -> NDArray[np.float32]:
        projected: NDArray[np.float32] = (other - mean) @ scaled
        return projected

    return project


def _principal_axes(centred: NDArray[np.float32]) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Return the variances (K,) along the axes (D, K) of (M, D); by the cheaper way for few rows, K = M, and many."""
    if len(centred) < centred.shape[1]:
        _, lengths, axes = np.linalg.svd(centred, full_matrices=False)
        return lengths**2 / len(centred), axes.T
    variances, directions = np.linalg.eigh(centred.T @ centred / len(centred))
    return variances, directions
