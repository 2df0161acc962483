"""What becomes of a value, value by value."""

from functools import partial

import numpy as np
import pytest

from training.augment import values

SOME = np.array([[0], [64], [128], [200], [255]], np.uint8)


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        (partial(values.brightness, change=0.2), [51, 115, 179, 251, 255]),
        (partial(values.brightness, change=-0.2), [0, 13, 77, 149, 204]),
        (partial(values.contrast, factor=3), [0, 0, 129, 255, 255]),
        (partial(values.contrast, factor=0), [128, 128, 128, 128, 128]),
        (partial(values.gamma, exponent=2), [0, 16, 64, 157, 255]),
        (partial(values.gamma, exponent=0.5), [0, 128, 181, 226, 255]),
        (partial(values.solarise, threshold=128), [0, 64, 127, 55, 0]),
        (partial(values.posterise, bits=1), [0, 0, 128, 128, 128]),
        (partial(values.posterise, bits=2), [0, 64, 128, 192, 192]),
    ],
)
def test_values_become_what_the_operation_says(operation, expected):
    changed = operation(SOME)
    assert changed.shape == SOME.shape
    assert changed.dtype == np.uint8
    assert changed[:, 0].tolist() == expected


@pytest.mark.parametrize(
    "operation",
    [
        partial(values.brightness, change=0),
        partial(values.contrast, factor=1),
        partial(values.gamma, exponent=1),
        partial(values.solarise, threshold=256),
        partial(values.posterise, bits=8),
        partial(values.blended, others=np.zeros_like(np.arange(256, dtype=np.uint8)[:, None]), share=0),
    ],
)
def test_the_neutral_setting_changes_no_value(operation):
    every = np.arange(256, dtype=np.uint8)[:, None]
    assert (operation(every) == every).all()


def test_a_table_does_to_an_image_what_the_operation_does(image):
    table = values.contrast(np.arange(256, dtype=np.uint8)[:, None], 1.7)[:, 0]
    assert (table[image] == values.contrast(image, 1.7)).all()


def test_blending_takes_the_shares_asked_for():
    assert (
        values.blended(np.full((2, 2), 100, np.uint8), np.full((2, 2), 200, np.uint8), 0.25).tolist() == [[125] * 2] * 2
    )
