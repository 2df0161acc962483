"""Images to augment: drawn, of several sizes, and one of which each pixel is known."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

Images = npt.NDArray[np.uint8]


def _cells(height: int, width: int, count: int = 6, seed: int = 0) -> Images:
    """Images with a light ground, a dark blot and all kinds of values between."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    images = np.empty((count, height, width, 3), np.uint8)
    for image in images:
        at_y, at_x, size = random.uniform((0.3, 0.3, 0.15), (0.7, 0.7, 0.3))
        blot = np.exp(-((y / height - at_y) ** 2 + (x / width - at_x) ** 2) / (2 * size**2))
        ground, cell = random.uniform(180, 250, 3), random.uniform(20, 120, 3)
        image[:] = ground + blot[..., None] * (cell - ground) + random.normal(0, 4, (height, width, 3))
    return images


@pytest.fixture
def drawn_cells() -> Callable[..., Images]:
    """(height, width, count) -> images of that size."""
    return _cells


@pytest.fixture
def image() -> Images:
    """One image of 48 x 64."""
    return _cells(48, 64, 1)[0]


@pytest.fixture
def square() -> Images:
    """One image of 48 x 48."""
    return _cells(48, 48, 1)[0]


@pytest.fixture
def images() -> Images:
    """Forty images of 32 x 32."""
    return _cells(32, 32, 40)
