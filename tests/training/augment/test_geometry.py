"""Where pixels go, on points whose way is known."""

import numpy as np
import pytest

from training.augment import geometry
from training.augment.geometry import Affine, composed, warp


def moved(matrix: Affine, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return pytest.approx((a * x + b * y + c, d * x + e * y + f))


def dot(x: int, y: int) -> np.ndarray:
    """Black, 21 wide and 11 high, with a white pixel so far from the centre."""
    image = np.zeros((11, 21, 3), np.uint8)
    image[5 + y, 10 + x] = 255
    return image


def seen(image: np.ndarray) -> tuple[int, int]:
    """Where the brightest pixel is, from the centre."""
    row, column = np.unravel_index(image[..., 0].argmax(), image.shape[:2])
    return int(column) - 10, int(row) - 5


@pytest.mark.parametrize(
    ("matrix", "point", "place"),
    [
        (geometry.rotation(90), (3, 0), (0, -3)),
        (geometry.rotation(45), (1, 1), (2**0.5, 0)),
        (geometry.quarter_turns(1), (3, 1), (1, -3)),
        (geometry.quarter_turns(6), (3, 1), (-3, -1)),
        (geometry.translation(2, -3), (1, 1), (3, -2)),
        (geometry.shear(0.5, 0), (0, 4), (2, 4)),
        (geometry.shear(0, 0.5), (4, 0), (4, 2)),
        (geometry.zoom(2, 0.5), (3, 4), (6, 2)),
        (geometry.mirror(horizontal=True), (3, 4), (-3, 4)),
        (geometry.mirror(vertical=True), (3, 4), (3, -4)),
        (geometry.crop(0.5, 3, 4), (3, 4), (0, 0)),
        (geometry.crop(0.5, 3, 4), (4, 4), (2, 0)),
    ],
)
def test_a_point_goes_where_the_operation_says(matrix, point, place):
    assert moved(matrix, *point) == place


def test_composing_is_doing_one_after_the_other():
    both = composed(geometry.translation(5, 0), geometry.rotation(90))
    assert moved(both, 3, 0) == (5, -3)


@pytest.mark.parametrize(
    ("matrix", "place"),
    [
        (geometry.translation(3, 2), (5, 3)),
        (geometry.rotation(90), (1, -2)),
        (geometry.rotation(180), (-2, -1)),
        (geometry.zoom(2, 2), (4, 2)),
        (geometry.mirror(horizontal=True), (-2, 1)),
        (geometry.mirror(vertical=True), (2, -1)),
        (geometry.quarter_turns(2), (-2, -1)),
        (geometry.quarter_turns(1), (1, -2)),
    ],
)
def test_a_pixel_of_an_image_goes_the_same_way_as_the_point(matrix, place):
    assert seen(warp(dot(2, 1), matrix)) == place


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("mirrored", [False, True])
def test_mirrorings_and_quarter_turns_change_no_value(square, turns, mirrored):
    matrix = composed(geometry.quarter_turns(turns), geometry.mirror(horizontal=mirrored))
    expected = np.rot90(square[:, ::-1] if mirrored else square, turns)
    assert (warp(square, matrix) == expected).all()


def test_a_turn_by_a_drawn_angle_of_90_degrees_is_the_same_as_a_quarter_turn(square):
    difference = warp(square, geometry.rotation(90)).astype(int) - np.rot90(square)
    assert abs(difference).max() <= 1


def test_beyond_the_edge_the_image_goes_on_mirrored(image):
    moved_right = warp(image, geometry.translation(3, 0))
    assert (moved_right[:, :3] == image[:, 3:0:-1]).all()
    assert (moved_right[:, 3:] == image[:, :-3]).all()


def test_a_turn_there_and_back_brings_the_middle_back(image):
    there = warp(image, geometry.rotation(30))
    difference = warp(there, geometry.rotation(-30)).astype(int) - image
    assert abs(difference[12:-12, 20:-20]).mean() < 4


def test_elastic_with_the_same_shift_everywhere_is_a_translation(image):
    shifts = np.zeros((4, 4, 2), np.float32)
    shifts[..., 0] = 2
    stretched = geometry.elastic(image, shifts)
    assert (stretched[:, :-2] == image[:, 2:]).all()
    assert (stretched[:, -1] == image[:, -3]).all()


def test_elastic_moves_each_part_its_own_way(image):
    shifts = np.zeros((4, 4, 2), np.float32)
    shifts[:, :2, 1] = 4
    stretched = geometry.elastic(image, shifts)
    assert (stretched[:-6, 0] == image[4:-2, 0]).all()
    assert (stretched[:, -1] == image[:, -1]).all()
