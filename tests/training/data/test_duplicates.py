"""Rows with the same pixels, and rows as ranges."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from training.data.duplicates import Group, exact_groups, ranges
from training.data.load import open_dataset


def dataset_of(tmp_path, pictures, labels):
    images = np.array(pictures, np.uint8)[:, None, None, None] * np.ones((1, 4, 4, 3), np.uint8)
    np.savez(tmp_path / "a.npz", images=images, labels=np.array(labels))
    return open_dataset(tmp_path / "a.npz")


def test_rows_with_the_same_pixels_share_an_id_numbered_by_first_row(tmp_path):
    groups = exact_groups(dataset_of(tmp_path, [7, 3, 7, 9, 3, 7], [0, 1, 0, 0, 0, 0]))
    assert groups.ids.tolist() == [0, 1, 0, 2, 1, 0]
    assert groups.first_rows.tolist() == [0, 1, 3]
    assert groups.repeated == (Group((0, 2, 5), (0, 0, 0)), Group((1, 4), (1, 0)))
    assert [group.conflicting for group in groups.repeated] == [False, True]


def test_one_level_of_one_pixel_makes_another_picture(tmp_path):
    images = np.zeros((2, 4, 4, 3), np.uint8)
    images[1, 3, 3, 2] = 1
    np.savez(tmp_path / "a.npz", images=images, labels=[0, 1])
    assert exact_groups(open_dataset(tmp_path / "a.npz")).repeated == ()


def test_groups_reach_across_chunks(tmp_path):
    images = np.zeros((700, 96, 96, 3), np.uint8)
    images[1:-1] = np.random.default_rng(0).integers(0, 256, (698, 1, 1, 3), np.uint8)
    images[:, 0, 0, 0] = np.arange(700) % 256
    images[-1] = images[0]
    np.savez(tmp_path / "a.npz", images=images, labels=np.arange(700) % 2)
    groups = exact_groups(open_dataset(tmp_path / "a.npz"))
    assert groups.ids[0] == groups.ids[-1]


@given(st.sets(st.integers(0, 60)))
def test_ranges_read_back_are_the_rows(rows):
    text = ranges(np.array(sorted(rows), np.int64))
    back = []
    for part in text.split(", ") if text else []:
        first, _, last = part.partition("..")
        back += range(int(first), int(last or first) + 1)
    assert back == sorted(rows)


def test_ranges_are_as_short_as_can_be():
    assert ranges(np.array([3, 7, 8, 9, 11, 12])) == "3, 7..9, 11..12"
