"""What lies over an image, and how much of it."""

import numpy as np
import pytest

from training.augment import occlusion

GREY = np.full((40, 80, 3), 100, np.uint8)


def test_cutout_covers_its_share_of_both_sides_about_its_centre():
    covered = occlusion.cutout(GREY, 0.5, (0.25, 0.5), (1, 2, 3))
    assert (covered[10:30, 0:40] == (1, 2, 3)).all()
    assert (covered == (1, 2, 3)).all(axis=2).sum() == 20 * 40
    assert (GREY == 100).all()


@pytest.mark.parametrize("centre", [(0.0, 0.0), (1.0, 1.0)])
def test_cutout_at_a_corner_reaches_over_the_edge(centre):
    assert (occlusion.cutout(GREY, 0.5, centre, (0, 0, 0)) == 0).all(axis=2).mean() == pytest.approx(1 / 16)


def test_a_grid_covers_the_square_of_its_share():
    covered = (occlusion.grid_mask(GREY, 0.5, 0.25, (0, 0)) == 0).all(axis=2)
    assert covered.mean() == 0.25
    assert covered[:5, :10].all()
    assert not covered[:5, 10:20].any()
    assert (covered[:10, :20] == covered[10:20, 20:40]).all()


def test_an_overlay_tints_its_polygon_alone():
    corners = np.array([(0, 0), (0.5, 0), (0.5, 1.1), (0, 1.1)])
    tinted = occlusion.overlay(GREY, corners, (200, 0, 100), 0.5)
    assert (tinted[:, :40] == (150, 50, 100)).all()
    assert (tinted[:, 42:] == 100).all()


@pytest.mark.parametrize(
    "nothing",
    [
        lambda image: occlusion.cutout(image, 0, (0.5, 0.5), (0, 0, 0)),
        lambda image: occlusion.grid_mask(image, 0, 0.3, (0.2, 0.4)),
        lambda image: occlusion.overlay(image, np.array([(0, 0), (1, 0), (1, 1)]), (0, 0, 0), 0),
    ],
)
def test_nothing_of_a_thing_changes_nothing(image, nothing):
    assert (nothing(image) == image).all()
