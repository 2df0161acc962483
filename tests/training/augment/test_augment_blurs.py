"""What becomes of one white pixel tells all about a blur."""

import numpy as np
import pytest

from training.augment import blurs


def dot(size: int = 31) -> np.ndarray:
    image = np.zeros((size, size, 3), np.uint8)
    image[size // 2, size // 2] = 255
    return image


def spread(image: np.ndarray) -> np.ndarray:
    """Where there is light: rows and columns from the centre."""
    rows, columns = np.nonzero(image[..., 0])
    return np.stack((rows, columns), axis=1) - image.shape[0] // 2


def test_a_gaussian_blur_spreads_a_dot_as_a_bell_of_the_deviation_asked_for():
    blurred = blurs.gaussian(dot(), 1.5)[..., 0].astype(float)
    away = np.arange(31) - 15
    assert blurred.sum() == pytest.approx(255, rel=0.1)
    assert (blurred.sum(axis=0) @ away**2 / blurred.sum()) ** 0.5 == pytest.approx(1.5, rel=0.2)


def test_a_box_blur_spreads_a_dot_over_a_square():
    assert (blurs.box(dot(), 2)[13:18, 13:18] == 10).all()
    assert len(spread(blurs.box(dot(), 2))) == 25


def test_a_median_takes_a_dot_away_and_leaves_an_edge():
    assert (blurs.median(dot(), 1) == 0).all()
    edge = np.zeros((9, 9, 3), np.uint8)
    edge[:, 4:] = 200
    assert (blurs.median(edge, 3) == edge).all()


@pytest.mark.parametrize(
    ("degrees", "line"),
    [(0, [(0, x) for x in range(-2, 3)]), (90, [(y, 0) for y in range(-2, 3)]), (45, [(y, -y) for y in (-1, 0, 1)])],
)
def test_motion_spreads_a_dot_over_a_line_of_this_length_and_angle(degrees, line):
    length = 4 if degrees != 45 else 2.83
    blurred = blurs.motion(dot(), length, degrees)
    assert set(map(tuple, spread(blurred).tolist())) == set(line)
    assert blurred[..., 0].sum() == pytest.approx(255, abs=3)


def test_defocus_spreads_a_dot_evenly_over_a_disc():
    blurred = blurs.defocus(dot(), 3)
    assert np.hypot(*spread(blurred).T).max() == 3
    assert len(spread(blurred)) == 29
    assert len(set(blurred[blurred > 0].tolist())) == 1


def test_sharpening_makes_edges_steeper():
    edge = np.full((9, 9, 3), 100, np.uint8)
    edge[:, 4:] = 150
    sharp = blurs.sharpen(edge, 1)
    assert sharp[4, 3, 0] < 100
    assert sharp[4, 4, 0] > 150
    assert (sharp[:, 0] == 100).all()


@pytest.mark.parametrize(
    "unchanged",
    [
        lambda image: blurs.gaussian(image, 0),
        lambda image: blurs.box(image, 0),
        lambda image: blurs.median(image, 0),
        lambda image: blurs.motion(image, 0, 30),
        lambda image: blurs.defocus(image, 0),
        lambda image: blurs.sharpen(image, 0),
    ],
)
def test_a_length_of_nothing_changes_nothing(image, unchanged):
    assert (unchanged(image) == image).all()
