"""Near duplicates and outliers among drawn pictures, which are as alike as cells are."""

import functools
import io

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from training.data.duplicates import exact_groups
from training.data.load import open_dataset
from training.data.near import SAME_TEXTURE, near_duplicates
from training.data.outliers import outliers
from training.data.sample import draw
from training.data.texture import texture, texture_match
from training.data.thumbnails import thumbnails

SIDE = 48
COUNT = 80


@functools.cache
def drawn(count):
    """Dark textured discs in the middle of a bright ground: all alike from afar, each with its own grain."""
    random = np.random.default_rng(0)
    y, x = np.mgrid[:SIDE, :SIDE]
    made = []
    for _ in range(count):
        away = np.hypot(y - SIDE / 2 - random.normal(), x - SIDE / 2 - random.normal())
        disc = (away < random.uniform(12, 17))[..., None]
        grain = ndimage.gaussian_filter(random.normal(size=(SIDE, SIDE, 1)), (1.2, 1.2, 0)) * 60
        lobes = ndimage.gaussian_filter(random.normal(size=(SIDE, SIDE, 1)), (5, 5, 0)) * 250
        ground = np.array([235, 215, 200]) + grain / 6
        made.append(np.clip(np.where(disc, np.array([110, 70, 140]) + grain + lobes, ground), 0, 255))
    return np.array(made).astype(np.uint8)


def compressed(image):
    file = io.BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=60)
    return np.asarray(Image.open(file))


def pictures(count=COUNT):
    return drawn(count).copy()


COPIES = {
    "moved": (lambda image: ndimage.shift(image, (2, -3, 0), order=0, mode="nearest"), "the same way"),
    "darker": (lambda image: (image * 0.8).astype(np.uint8), "the same way"),
    "compressed": (compressed, "the same way"),
    "mirrored": (lambda image: image[:, ::-1], "mirrored"),
    "turned": (np.rot90, "turned 90°"),
}


def dataset_of(tmp_path, images, labels=None):
    np.savez(tmp_path / "a.npz", images=images, labels=np.arange(len(images)) % 2 if labels is None else labels)
    return open_dataset(tmp_path / "a.npz")


def small(dataset):
    return thumbnails(dataset, exact_groups(dataset).first_rows)


@pytest.mark.parametrize(("copy", "how"), COPIES.values(), ids=COPIES)
def test_a_changed_copy_is_found_and_no_stranger_is(tmp_path, copy, how):
    images = pictures()
    dataset = dataset_of(tmp_path, np.concatenate([images, copy(images[41])[None]]))
    found = near_duplicates(dataset, small(dataset))
    assert [near.rows for near in found] == [(41, COUNT)]
    assert found[0].labels == (1, 0)
    assert found[0].how.replace("270", "90") == how
    assert SAME_TEXTURE <= found[0].similarity <= 1.001


def test_among_drawn_cells_the_changed_copies_are_found_and_no_stranger(tmp_path):
    cells, count = draw(200, seed=7).images[:200], 200
    copies = [copy(cells[10 * place]) for place, (copy, _) in enumerate(COPIES.values(), start=1)]
    dataset = dataset_of(tmp_path, np.concatenate([cells, copies]))
    found = near_duplicates(dataset, small(dataset))
    expected = [(10 * place, count + place - 1) for place in range(1, len(COPIES) + 1)]
    assert sorted(near.rows for near in found) == expected


def test_exact_duplicates_are_not_near_duplicates(tmp_path):
    images = pictures()
    dataset = dataset_of(tmp_path, np.concatenate([images, images[:3]]))
    assert near_duplicates(dataset, small(dataset)) == ()


@pytest.mark.parametrize("count", [1, 2, 3, 30])
def test_few_and_flat_images_give_no_pair_and_no_outlier(tmp_path, count):
    flat = np.arange(count, dtype=np.uint8)[:, None, None, None] * np.ones((1, 40, 30, 3), np.uint8)
    dataset = dataset_of(tmp_path, flat, np.zeros(count, int))
    assert near_duplicates(dataset, small(dataset)) == ()
    assert outliers(dataset.labels, small(dataset)) == ()


def test_texture_matches_itself_however_moved_and_not_another():
    grey = pictures(2)[..., 0]
    moved = np.roll(grey, (3, -4), axis=(1, 2))
    own = texture_match(texture(grey), texture(moved))
    other = texture_match(texture(grey), texture(moved[::-1]))
    assert own.min() > 0.99
    assert other.max() < 0.8


def test_a_level_of_difference_on_a_flat_ground_is_no_texture():
    grey = np.full((2, SIDE, SIDE), 200, np.uint8)
    grey[:, SIDE // 2, SIDE // 2] = 201
    assert texture_match(texture(grey[:1]), texture(grey[1:])).tolist() == [0]


def test_a_picture_of_another_kind_is_the_strangest_outlier(tmp_path):
    images = pictures()
    images[17] = np.linspace(0, 255, SIDE, dtype=np.uint8)[None, :, None] * np.array([1, 0, 0], np.uint8)
    dataset = dataset_of(tmp_path, images)
    found = outliers(dataset.labels, small(dataset))
    assert found[0].row == 17
    assert found[0].label == 1
    assert len(found) < 6


def test_pictures_that_are_no_cells_are_the_strangest_among_drawn_cells(tmp_path):
    sample = draw(250, seed=2)
    last = int(np.flatnonzero((sample.images == sample.images[-1]).all(axis=(1, 2, 3)))[0])
    dataset = dataset_of(tmp_path, sample.images, sample.labels)
    found = outliers(dataset.labels, small(dataset))
    assert {outlier.row for outlier in found[:2]} == {250, last}
    assert found[0].score > found[1].score > 3.5
    assert len(found) < 8


def test_thumbnails_are_area_means(tmp_path):
    images = np.kron(np.arange(144, dtype=np.uint8).reshape(1, 12, 12, 1), np.ones((1, 8, 8, 3), np.uint8))
    dataset = dataset_of(tmp_path, images, np.zeros(1, int))
    assert np.array_equal(small(dataset).colour[0, :, :, 1], np.arange(144).reshape(12, 12))
