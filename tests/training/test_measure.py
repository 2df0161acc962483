"""The figures of merit."""

import numpy as np
import pytest

from training.measure import score

NAMES = ("round", "long", "small")


def test_accuracy_is_the_share_of_right_answers():
    assert score(np.array([0, 0, 1, 2]), np.array([0, 1, 1, 2]), NAMES).accuracy == 3 / 4


def test_balanced_accuracy_is_the_mean_recall():
    scores = score(np.array([0, 0, 0, 0, 1, 2]), np.array([0, 0, 0, 1, 1, 0]), NAMES)
    assert scores.recall == {"round": 3 / 4, "long": 1.0, "small": 0.0}
    assert scores.balanced_accuracy == pytest.approx((3 / 4 + 1 + 0) / 3)


def test_a_class_without_images_has_no_recall_and_does_not_count():
    scores = score(np.array([0, 0, 2]), np.array([0, 1, 2]), NAMES)
    assert scores.recall == {"round": 1 / 2, "long": None, "small": 1.0}
    assert scores.balanced_accuracy == 3 / 4


def test_a_row_of_the_confusion_matrix_is_a_true_class():
    scores = score(np.array([0, 0, 0, 1]), np.array([0, 2, 2, 1]), NAMES)
    assert scores.confusion.tolist() == [[1, 0, 2], [0, 1, 0], [0, 0, 0]]


def test_the_figures_of_merit_are_plain_numbers_for_json():
    scores = score(np.array([0, 1]), np.array([0, 1]), NAMES)
    kinds = {type(value) for value in (scores.accuracy, scores.balanced_accuracy, *scores.recall.values())}
    assert kinds == {float, type(None)}
