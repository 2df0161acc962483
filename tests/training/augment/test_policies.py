"""Every augmentation by name: what may decide how an image looks, and what each of them does at most."""

import gc
import hashlib
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

import training
from training.augment import PIPELINES, named
from training.augment.draws import draws
from training.augment.engine import eight_views
from training.augment.policies import augmix, rand
from training.augment.view import View
from training.errors import InputError
from training.recipes.recipe import AUGMENTATIONS

EVERY = {**{name: named(name) for name in AUGMENTATIONS}, **PIPELINES}
ROWS = np.arange(100, 140)

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(scope="module", autouse=True)
def _only_our_own_warnings():
    """Collect what earlier tests of the process left behind, such as open connections: it would warn in one of ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture(params=EVERY)
def augmentation(request):
    return EVERY[request.param]


def test_an_image_looks_the_same_whatever_its_batch_and_its_place_in_it(augmentation, images):
    whole = augmentation(images, ROWS, (0, 1))
    order = np.random.default_rng(1).permutation(40)
    assert augmentation(images[order], ROWS[order], (0, 1)).tobytes() == whole[order].tobytes()
    alone = [augmentation(images[i : i + 1], ROWS[i : i + 1], (0, 1))[0] for i in range(40)]
    assert np.stack(alone).tobytes() == whole.tobytes()


@pytest.mark.parametrize("moment", [(0, 2), (1, 1)], ids=["next epoch", "other seed"])
def test_another_epoch_or_seed_shows_other_images(augmentation, images, moment):
    same = augmentation(images, ROWS, moment) == augmentation(images, ROWS, (0, 1))
    assert same.all(axis=(1, 2, 3)).sum() < 20


def test_the_input_stays_as_it_is(augmentation, images):
    before = images.copy()
    augmentation(images, ROWS, (0, 1))
    assert images.tobytes() == before.tobytes()


def test_a_read_only_input_is_enough(augmentation, images):
    images.flags.writeable = False
    augmentation(images, ROWS, (0, 1))


@pytest.mark.parametrize("size", [(24, 24), (31, 50), (260, 260)])
def test_images_of_any_size_keep_their_shape_and_type(augmentation, size, drawn_cells):
    images = drawn_cells(*size, 3)
    after = augmentation(images, np.arange(3), (0, 1))
    assert after.shape == images.shape
    assert after.dtype == np.uint8
    assert (after != images).any()


def test_no_images_are_no_images(augmentation, images):
    assert len(augmentation(images[:0], ROWS[:0], (0, 1))) == 0


@pytest.mark.parametrize("name", [name for name in AUGMENTATIONS if name != "basic"])
def test_images_without_three_channels_are_refused_with_their_shape(name):
    with pytest.raises(InputError, match=r"\(8, 8, 1\)"):
        named(name)(np.zeros((2, 8, 8, 1), np.uint8), np.arange(2), (0, 1))


def test_the_same_image_in_another_row_looks_otherwise(images):
    shown = named("rand")(np.repeat(images[:1], 40, axis=0), ROWS, (0, 1))
    assert len({one.tobytes() for one in shown}) == 40


def test_another_process_shows_the_same_images(images, tmp_path):
    np.save(tmp_path / "in.npy", images)
    program = (
        "import hashlib, sys, numpy as np; from training.augment import named;"
        "shown = named('rand')(np.load(sys.argv[1]), np.arange(100, 140), (0, 1));"
        "print(hashlib.sha256(shown.tobytes()).hexdigest())"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "in.npy")]
    told = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(training.__file__).parents[1])
    assert told.stdout.strip() == hashlib.sha256(named("rand")(images, ROWS, (0, 1)).tobytes()).hexdigest()


def test_images_that_are_not_square_are_turned_by_halves_and_mirrored_alone(image):
    views = {turned[:, ::step].tobytes() for turned in (image, np.rot90(image, 2)) for step in (1, -1)}
    shown = set()
    for sequence in draws(ROWS, (0, 1)):
        view = View(image)
        eight_views(view, sequence)
        shown.add(view.pixels().tobytes())
    assert shown == views


def test_square_images_are_shown_from_all_eight_sides(square):
    shown = set()
    for sequence in draws(np.arange(200), (0, 1)):
        view = View(square)
        eight_views(view, sequence)
        shown.add(view.pixels().tobytes())
    assert shown == {np.rot90(square[:, ::step], turns).tobytes() for turns in range(4) for step in (1, -1)}


def test_the_report_s_augmentation_keeps_the_cell_in_the_picture_and_its_brightness_near(images):
    shown = named("report")(images, ROWS, (0, 1))
    change = shown.mean(axis=(1, 2, 3)) - images.mean(axis=(1, 2, 3))
    assert abs(change).max() < 0.3 * 255
    darkest = [np.unravel_index(one.sum(axis=2).argmin(), (32, 32)) for one in shown]
    assert np.abs(np.array(darkest) - 15.5).max() < 15


def test_the_strong_ones_change_an_image_more_than_the_mild_one(images):
    def away(name: str) -> float:
        return float(abs(named(name)(images, ROWS, (0, 1)).astype(int) - images).mean())

    assert away("rand") > 1.2 * away("report") > 1.2 * away("basic")


class Fixed:
    """Random numbers that are all the same."""

    def __init__(self, value: float) -> None:
        self.value = value

    def uniform(self, low: float = 0.0, high: float = 1.0) -> float:
        return low + (high - low) * self.value

    def normal(self, mean: float = 0.0, deviation: float = 1.0) -> float:  # noqa: ARG002 - as of Draws
        return mean

    def integer(self, bound: int) -> int:
        return int(self.value * bound)

    def chance(self, probability: float) -> bool:
        return self.value < probability

    def sign(self) -> float:
        return 1.0 if self.value < 0.5 else -1.0


def test_rand_leaves_its_operations_out_one_time_in_five_and_always_cuts_out(square):
    shown = rand(square, Fixed(0.9))
    changed = (shown != np.rot90(square, 3)).any(axis=2)
    assert changed.mean() < 0.2**2 * 1.2
    assert (shown[changed] == int(0.9 * 256)).all()


def test_augmix_with_no_share_for_its_chains_shows_the_image_as_it_lies(square):
    assert abs(augmix(square, Fixed(1e-6)).astype(int) - square[:, ::-1]).max() <= 1


def test_augmix_mixes_its_chains_with_the_image(images):
    shown = named("augmix")(images, ROWS, (0, 1)).astype(float)
    assert shown.std(axis=(1, 2, 3)).mean() < images.std(axis=(1, 2, 3)).mean()
    assert abs(shown.mean() - images.mean()) < 60
