"""Dividing the rows: every row once, no picture on two sides, each class everywhere."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.data.split import parse_fractions, split
from training.errors import InputError

THREE = (0.64, 0.16, 0.2)
TWO = (0.8, 0.0, 0.2)
fractions = st.sampled_from([THREE, TWO, (0.98, 0.01, 0.01), (0.34, 0.33, 0.33)])


def parts_of(result):
    return result.train, result.validation, result.test


@given(st.lists(st.integers(3, 90), min_size=1, max_size=6), fractions, st.integers(0, 5))
def test_single_pictures_are_divided_to_less_than_one_image_a_class_and_none_is_left_without(counts, shares, seed):
    labels = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))
    result = split(labels, np.arange(len(labels)), shares, seed=seed)
    assert np.array_equal(np.sort(np.concatenate(parts_of(result))), np.arange(len(labels)))
    for part, share in zip(parts_of(result), shares, strict=True):
        got = np.bincount(labels[part], minlength=len(counts))
        exact = np.array(counts) * share
        lifted = exact < 1
        assert np.all((got >= 1) == (share > 0))
        assert np.all(got[lifted] <= 1)
        if not any(0 < count * one < 1 for count in counts for one in shares):
            assert np.all(np.abs(got - exact) < 1)


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(1, 9)), min_size=1, max_size=40),
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=6),
    fractions,
    st.integers(0, 5),
)
def test_no_picture_is_on_two_sides_of_a_border(groups, conflicts, shares, seed):
    labels = [label for label, size in groups for _ in range(size)] + [label for pair in conflicts for label in pair]
    labels = np.unique(labels, return_inverse=True)[1]
    sizes = [size for _, size in groups] + [2] * len(conflicts)
    ids = np.repeat(np.arange(len(sizes)), sizes)
    try:
        result = split(labels, ids, shares, seed=seed)
    except InputError:
        return
    sides = [set(ids[part].tolist()) for part in parts_of(result)]
    assert sum(map(len, sides)) == len(set.union(*sides))
    assert np.array_equal(np.sort(np.concatenate(parts_of(result))), np.arange(len(labels)))
    for part, share in zip(parts_of(result), shares, strict=True):
        assert len(np.unique(labels[part])) == (labels.max() + 1 if share else 0)


@given(st.lists(st.lists(st.integers(1, 6), min_size=3, max_size=12), min_size=1, max_size=4), st.integers(0, 5))
def test_as_many_pictures_of_a_class_as_parts_are_enough_however_often_each_is_there(classes, seed):
    labels = np.concatenate([np.full(sum(sizes), label) for label, sizes in enumerate(classes)])
    ids = np.repeat(np.arange(sum(map(len, classes))), [size for sizes in classes for size in sizes])
    result = split(labels, ids, THREE, seed=seed)
    assert all(len(np.unique(labels[part])) == len(classes) for part in parts_of(result))


def test_large_groups_leave_the_shares_nearly_right():
    random = np.random.default_rng(0)
    labels = random.integers(0, 4, 4000)
    ids = np.arange(4000)
    ids[random.permutation(4000)[:600]] = np.repeat(np.arange(150), 4) + 4000
    labels[ids >= 4000] = ids[ids >= 4000] % 4
    result = split(labels, ids, THREE, seed=1)
    for part, share in zip(parts_of(result), THREE, strict=True):
        assert np.abs(np.bincount(labels[part]) - share * np.bincount(labels)).max() < 1


def test_the_rows_are_ascending_int64_and_the_seed_decides_them():
    labels, ids = np.arange(300) % 3, np.arange(300)
    first, again, other = (split(labels, ids, THREE, seed=seed) for seed in (1, 1, 2))
    for part, same, different in zip(parts_of(first), parts_of(again), parts_of(other), strict=True):
        assert part.dtype == np.int64
        assert np.array_equal(part, np.sort(part))
        assert np.array_equal(part, same)
        assert not np.array_equal(part, different)


def test_a_class_with_too_few_different_pictures_is_told_with_its_numbers():
    labels = np.array([0] * 20 + [1] * 4)
    ids = np.array([*range(20), 20, 20, 21, 21])
    with pytest.raises(InputError, match=r"class 1 \(class 1\) has 4 images, 2 of them different; 3 are needed"):
        split(labels, ids, THREE, seed=0)
    assert len(split(labels, ids, TWO, seed=0).test) > 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("64/16/20", THREE),
        ("80/20", TWO),
        ("80/0/20", TWO),
        (" 70 / 15 / 15", (0.7, 0.15, 0.15)),
        ("33.4/33.3/33.3", None),
    ],
)
def test_percentages_are_read_as_train_validation_and_test(text, expected):
    got = parse_fractions(text)
    assert sum(got) == pytest.approx(1)
    assert expected is None or got == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("80/30", "adds up to 110, 100 was expected"),
        ("120/-20", "100 was expected|adds up"),
        ("-20/100/20", "0 to 100|100 was expected"),
        ("100", "two or three parts"),
        ("40/20/20/20", "two or three parts"),
        ("a/b", "numbers between slashes"),
        ("", "numbers between slashes"),
        ("nan/20", "adds up to nan"),
        ("0/20/80", "nothing to train on"),
        ("80/20/0", "nothing to test on"),
    ],
)
def test_other_texts_are_told_with_an_example(text, told):
    with pytest.raises(InputError, match=told) as refusal:
        parse_fractions(text)
    assert "64/16/20" in refusal.value.fix
