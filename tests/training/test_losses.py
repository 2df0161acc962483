"""The losses."""

from dataclasses import replace

import numpy as np
import pytest

from training import recipes

pytestmark = pytest.mark.slow
BASELINE = recipes.get("baseline")
SURE, UNSURE = [0.98, 0.01, 0.01], [0.4, 0.3, 0.3]


def told(recipe, labels, answers):
    from training.losses import loss

    made = loss(recipe)
    made = getattr(made, "call", made)
    return np.asarray(made(np.asarray(labels), np.asarray(answers, np.float32)))


def test_ids_and_shares_of_classes_give_the_same_cross_entropy():
    hard = told(BASELINE, [0, 2], [SURE, UNSURE])
    soft = told(replace(BASELINE, mixing="mixup"), np.eye(3, dtype=np.float32)[[0, 2]], [SURE, UNSURE])
    np.testing.assert_allclose(hard, -np.log([0.98, 0.3]), rtol=1e-5)
    np.testing.assert_allclose(soft, hard, rtol=1e-5)


def test_smoothing_gives_each_class_its_share_of_the_label():
    smoothed = told(replace(BASELINE, label_smoothing=0.3), [[1.0, 0.0, 0.0]], [SURE])
    np.testing.assert_allclose(smoothed, -(0.8 * np.log(0.98) + 0.2 * np.log(0.01)), rtol=1e-5)


def test_answers_that_agree_add_nothing_and_answers_that_do_not_add_their_divergence_to_both():
    recipe = replace(BASELINE, consistency=2.0)
    plain = told(BASELINE, [0, 0, 0, 0], [SURE, SURE, SURE, UNSURE])
    added = told(recipe, [0, 0, 0, 0], [SURE, SURE, SURE, UNSURE]) - plain
    assert added[0] == added[2] == pytest.approx(0, abs=1e-6)
    one, other = np.array(SURE), np.array(UNSURE)
    middle = (one + other) / 2
    apart = (np.sum(one * np.log(one / middle)) + np.sum(other * np.log(other / middle))) / 2
    assert added[1] == added[3] == pytest.approx(2 * apart, rel=1e-4)


def test_certain_and_opposite_answers_have_a_finite_loss_and_divergence():
    opposite = told(replace(BASELINE, consistency=1.0), [0, 1], [[1.0, 0.0], [0.0, 1.0]])
    np.testing.assert_allclose(opposite, np.log(2), rtol=1e-3)
