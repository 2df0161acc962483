"""Noise of the strength that was asked for."""

import numpy as np
import pytest

from training.augment import noise

MIDDLE = np.full((60, 80, 3), 120, np.uint8)


def test_gaussian_noise_has_the_deviation_asked_for_and_no_mean():
    difference = noise.gaussian(MIDDLE, 20, 0.3).astype(float) - 120
    assert difference.std() == pytest.approx(20, rel=0.05)
    assert abs(difference.mean()) < 1


@pytest.mark.parametrize("value", [40, 160])
def test_shot_noise_grows_with_the_root_of_the_light(value):
    difference = noise.shot(np.full_like(MIDDLE, value), 100, 0.3).astype(float) - value
    assert difference.std() == pytest.approx((255 * value / 100) ** 0.5, rel=0.06)
    assert abs(difference.mean()) < 1


def test_there_is_no_shot_noise_in_the_dark():
    assert (noise.shot(np.zeros_like(MIDDLE), 5, 0.3) == 0).all()


def test_salt_and_pepper_turn_whole_pixels_white_and_black_half_each():
    noisy = noise.salt_and_pepper(MIDDLE, 0.1, 0.3)
    white, black = (noisy == 255).all(axis=2), (noisy == 0).all(axis=2)
    assert white.mean() == pytest.approx(0.05, abs=0.01)
    assert black.mean() == pytest.approx(0.05, abs=0.01)
    assert (noisy[~white & ~black] == 120).all()


@pytest.mark.parametrize(
    "noisy",
    [
        lambda place: noise.gaussian(MIDDLE, 20, place),
        lambda place: noise.shot(MIDDLE, 20, place),
        lambda place: noise.salt_and_pepper(MIDDLE, 0.1, place),
    ],
)
def test_another_place_gives_other_noise_and_the_same_the_same(noisy):
    assert (noisy(0.3) == noisy(0.3)).all()
    assert (noisy(0.3) != noisy(0.31)).mean() > 0.05


def test_the_noise_of_an_image_at_the_end_of_the_pool_goes_on_from_its_begin():
    difference = noise.gaussian(np.full((1200, 1200, 3), 120, np.uint8), 20, 0.999).astype(float) - 120
    assert difference.std() == pytest.approx(20, rel=0.05)


def test_the_image_stays_as_it_is():
    noise.salt_and_pepper(MIDDLE, 1, 0.5)
    assert (MIDDLE == 120).all()
