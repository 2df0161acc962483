"""Drawn cells to corrupt: nothing of these tests depends on a file of images."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray


def drawn_cell(height: int, width: int, seed: int = 0) -> NDArray[np.uint8]:
    """A violet nucleus of two lobes in a pale cell on a paler ground, with soft texture; integers decide it."""
    noise = np.random.RandomState(seed).randint(0, 256, (height, width, 3)).astype(np.uint8)
    texture = cv2.GaussianBlur(noise, (0, 0), 1.5).astype(np.int16) - 128
    picture = np.full((height, width, 3), (236, 214, 200), dtype=np.uint8)
    side = min(height, width)
    middle = (width // 2 + seed % 5, height // 2 - seed % 3)
    cv2.circle(picture, middle, side // 3, (214, 178, 196), -1)
    cv2.ellipse(picture, middle, (side // 5, side // 9), 30 + 20 * seed, 0, 360, (92, 52, 140), -1)
    cv2.circle(picture, (middle[0] + side // 8, middle[1] - side // 10), side // 9, (84, 44, 134), -1)
    return np.clip(picture + texture // 3, 0, 255).astype(np.uint8)


@pytest.fixture(scope="session")
def cells() -> NDArray[np.uint8]:
    """Twelve cells, (12, 96, 96, 3) uint8."""
    return np.stack([drawn_cell(96, 96, seed) for seed in range(12)])


@pytest.fixture(scope="session")
def small_cell() -> NDArray[np.uint8]:
    """One of the smallest that the suite takes, not square: (24, 31, 3)."""
    return drawn_cell(24, 31)
