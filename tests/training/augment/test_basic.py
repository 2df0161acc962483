"""The baseline's augmentation: which views there are, and what decides them."""

import numpy as np
import numpy.typing as npt
import pytest

from training.augment import named
from training.augment.basic import mirror_and_turn

Images = npt.NDArray[np.uint8]


def drawn(height: int = 5, width: int = 5, count: int = 40) -> tuple[Images, npt.NDArray[np.int64]]:
    images = np.random.default_rng(0).integers(0, 256, (count, height, width, 3), dtype=np.uint8)
    return images, np.arange(100, 100 + count)


def views(image: Images) -> list[bytes]:
    """The eight ways to lay a square image."""
    turned = [np.rot90(image, turns) for turns in range(4)]
    return [view.tobytes() for one in turned for view in (one, one[:, ::-1])]


def test_every_image_becomes_one_of_its_eight_views():
    images, rows = drawn()
    for before, after in zip(images, mirror_and_turn(images, rows, (0, 1)), strict=True):
        assert after.tobytes() in views(before)


def test_all_eight_views_occur_about_equally_often():
    image = drawn(count=1)[0]
    shown = mirror_and_turn(np.repeat(image, 800, axis=0), np.arange(800), (0, 1))
    counts = [sum(one.tobytes() == view for one in shown) for view in views(image[0])]
    assert sum(counts) == 800
    assert min(counts) > 60


def test_pixels_move_and_keep_their_colour():
    images, rows = drawn()
    after = mirror_and_turn(images, rows, (0, 1))
    colours = [sorted(map(tuple, one.reshape(-1, 3).tolist())) for one in images]
    assert [sorted(map(tuple, one.reshape(-1, 3).tolist())) for one in after] == colours
    assert (after != images).any()


def test_the_input_stays_as_it_is():
    images, rows = drawn()
    before = images.copy()
    mirror_and_turn(images, rows, (0, 1))
    assert images.tobytes() == before.tobytes()


def test_an_image_is_shown_the_same_whatever_its_batch():
    images, rows = drawn()
    whole = mirror_and_turn(images, rows, (0, 1))
    order = np.random.default_rng(1).permutation(len(rows))
    assert mirror_and_turn(images[order], rows[order], (0, 1)).tobytes() == whole[order].tobytes()
    alone = [mirror_and_turn(images[i : i + 1], rows[i : i + 1], (0, 1))[0] for i in range(len(rows))]
    assert np.stack(alone).tobytes() == whole.tobytes()


@pytest.mark.parametrize("moment", [(0, 2), (1, 1)], ids=["next epoch", "other seed"])
def test_another_epoch_or_seed_shows_other_views(moment):
    images, rows = drawn()
    same = (mirror_and_turn(images, rows, moment) == mirror_and_turn(images, rows, (0, 1))).all(axis=(1, 2, 3))
    assert same.sum() < len(rows) / 2


def test_images_that_are_not_square_keep_their_shape():
    images, rows = drawn(4, 6)
    out = mirror_and_turn(images, rows, (0, 1))
    upright = [[np.rot90(one, turns) for turns in (0, 2)] for one in images]
    for after, both in zip(out, upright, strict=True):
        assert after.tobytes() in [view.tobytes() for one in both for view in (one, one[:, ::-1])]


def test_a_recipe_names_an_augmentation_or_none():
    assert named("basic") is mirror_and_turn
    assert named(None) is None
