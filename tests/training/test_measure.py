"""The figures of merit, and how they are drawn."""

import numpy as np
import pytest

from training import figures
from training.measure import score

NAMES = ("round", "long", "small")
PNG = b"\x89PNG\r\n\x1a\n"


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


def test_the_confusion_matrix_is_drawn_also_with_a_class_without_images(tmp_path):
    path = tmp_path / "figures" / "confusion_matrix.png"
    figures.confusion(score(np.array([0, 0, 2]), np.array([0, 1, 2]), NAMES), path)
    assert path.read_bytes().startswith(PNG)
    assert [one.name for one in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("validated", [True, False])
def test_learning_curves_are_drawn_with_and_without_validation(tmp_path, validated):
    row = {"loss": 1.0, "accuracy": 0.5} | ({"val_loss": 1.2, "val_accuracy": 0.4} if validated else {})
    path = tmp_path / "learning_curves.png"
    figures.learning_curves([{"epoch": epoch, **row} for epoch in (1, 2)], 2, path)
    assert path.read_bytes().startswith(PNG)


def test_the_same_figure_is_the_same_bytes(tmp_path):
    scores = score(np.array([0, 1]), np.array([0, 1]), NAMES)
    for name in ("a.png", "b.png"):
        figures.confusion(scores, tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
