"""Pairs of images: what each share of them is, and that the labels say so."""

import numpy as np
import pytest

from training.augment.draws import draws
from training.augment.mixing import KNOWN, mixed, pairs
from training.recipes.recipe import MIXINGS

ROWS = np.arange(400)
BLACK = np.zeros((400, 20, 30, 3), np.uint8)
WHITE = np.full_like(BLACK, 255)


def test_every_mixing_of_a_recipe_is_known():
    assert set(KNOWN) == set(MIXINGS)


@pytest.mark.parametrize("name", MIXINGS)
def test_the_share_is_that_of_the_first_image_s_pixels_in_the_result(name):
    images, shares = mixed(name, WHITE, BLACK, draws(ROWS, (0, 1)))
    assert images.dtype == np.uint8
    assert abs(images.mean(axis=(1, 2, 3)) / 255 - shares).max() < 0.003
    assert 0 <= shares.min() < 0.1
    assert 0.9 < shares.max() <= 1


def test_mixup_blends_every_pixel_and_mostly_one_image_dominates():
    images, shares = mixed("mixup", WHITE, BLACK, draws(ROWS, (0, 1)))
    assert (images == images[:, :1, :1]).all()
    assert ((shares < 0.1) | (shares > 0.9)).mean() == pytest.approx(0.66, abs=0.08)


def test_cutmix_lays_a_rectangle_of_the_other_image_over_the_first():
    images, shares = mixed("cutmix", WHITE, BLACK, draws(ROWS, (0, 1)))
    for image, share in zip(images, shares, strict=True):
        covered = (image == 0).all(axis=2)
        rows, columns = np.flatnonzero(covered.any(axis=1)), np.flatnonzero(covered.any(axis=0))
        assert covered.sum() == len(rows) * len(columns) == round((1 - share) * 600)
        assert covered[np.ix_(rows, columns)].all()


def test_either_is_one_half_of_the_time_and_the_other_the_other():
    images, _ = mixed("mixup-or-cutmix", WHITE, BLACK, draws(ROWS, (0, 1)))
    grey = ((images > 0) & (images < 255)).any(axis=(1, 2, 3))
    one_colour = (images == images[:, :1, :1]).all(axis=(1, 2, 3))
    assert 0.2 < grey.mean() < 0.5
    assert 0.4 < one_colour.mean() < 0.7


def test_partners_come_from_the_whole_subset_and_do_not_depend_on_the_batch():
    others, _ = pairs(ROWS, (0, 1), 5000)
    assert others.min() < 100
    assert others.max() > 4900
    assert (pairs(ROWS[50:60], (0, 1), 5000)[0] == others[50:60]).all()
    assert (pairs(ROWS, (0, 2), 5000)[0] != others).mean() > 0.9


def test_the_images_stay_as_they_are():
    for name in MIXINGS:
        mixed(name, WHITE, BLACK, draws(ROWS, (0, 1)))
    assert WHITE.min() == 255
    assert BLACK.max() == 0
