"""The seven pipelines: each does its own, and each image gets one of them."""

import numpy as np

from training.augment import PIPELINES, named
from training.augment.draws import draws
from training.augment.pipelines import SEVEN
from training.augment.view import View

ROWS = np.arange(700)


def test_there_are_seven_and_figures_can_name_them():
    assert len(PIPELINES) == len(SEVEN) == 7
    assert all(name and name[0].islower() for name in PIPELINES)


def test_every_image_gets_one_of_the_seven_each_about_as_often(drawn_cells):
    images = np.repeat(drawn_cells(24, 24, 1), 700, axis=0)
    chosen = []
    for shown, sequence in zip(named("seven-pipelines")(images, ROWS, (0, 1)), draws(ROWS, (0, 1)), strict=True):
        chosen.append(sequence.integer(7))
        view = View(images[0])
        list(SEVEN.values())[chosen[-1]](view, sequence)
        assert (view.pixels() == shown).all()
    assert np.bincount(chosen, minlength=7).min() > 75


def test_moving_pipelines_invent_no_values(images):
    for name in ("random crop", "flips and rotation", "shear and shift"):
        shown = PIPELINES[name](images, ROWS[:40], (0, 1))
        assert (shown.min(axis=(1, 2)) >= images.min(axis=(1, 2))).all()
        assert (shown.max(axis=(1, 2)) <= images.max(axis=(1, 2))).all()


def test_a_random_crop_shows_less_of_the_image_and_larger():
    images = np.zeros((40, 32, 32, 3), np.uint8)
    images[:, 10:22, 10:22] = 255
    shown = PIPELINES["random crop"](images, ROWS[:40], (0, 1))
    assert shown.mean(axis=(1, 2, 3)).min() > images[0].mean()


def test_colouring_pipelines_move_no_pixel(images):
    for name in ("brightness and contrast", "hue and channels"):
        images[:, :16], images[:, 16:] = (120, 110, 130), (100, 110, 90)
        shown = PIPELINES[name](images, ROWS[:40], (0, 1))
        assert (shown[:, :16] == shown[:, :1, :1]).all()
        assert (shown[:, 16:] == shown[:, -1:, -1:]).all()
        assert (shown[:, 0] != images[:, 0]).any()


def test_solarisation_inverts_what_is_light(images):
    images[:] = 250
    shown = PIPELINES["solarisation"](images, ROWS[:40], (0, 1))
    assert shown.max() <= 5


def test_the_last_pipeline_covers_a_patch_and_adds_noise(images):
    images[:] = 128
    shown = PIPELINES["blur, noise and cutout"](images, ROWS[:40], (0, 1))
    noisy = [one.std() for one in shown]
    assert np.median(noisy) > 5
