"""Random numbers per image: reproducible, independent of the batch, and as random as they should be."""

import numpy as np
import pytest

from training.augment.draws import draws

ROWS = np.arange(1000)


def firsts(count: int = 3, rows=ROWS, moment=(0, 1), stream=0) -> np.ndarray:
    return np.array([[one.uniform() for _ in range(count)] for one in draws(rows, moment, stream)])


def test_the_numbers_are_those_of_splitmix64():
    def scrambled(state: int) -> int:
        state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
        state = (state ^ (state >> 27)) * 0x94D049BB133111EB % 2**64
        return state ^ (state >> 31)

    step, key = 0x9E3779B97F4A7C15, 0
    for part in (7, 3, 0, 12):
        key = scrambled((key + part + step) % 2**64)
    expected = [(scrambled((key + step * number) % 2**64) >> 11) / 2**53 for number in (1, 2, 3)]
    assert firsts(3, np.array([12]), (7, 3))[0].tolist() == expected


def test_an_image_gets_the_same_numbers_whatever_its_batch_and_its_place_in_it():
    whole = firsts(100)
    order = np.random.default_rng(1).permutation(1000)
    assert (firsts(100, ROWS[order]) == whole[order]).all()
    assert (firsts(100, ROWS[7:8]) == whole[7:8]).all()


def test_more_numbers_than_are_computed_ahead_go_on_without_repeating():
    (one,) = draws(np.array([5]), (0, 1))
    assert len({one.uniform() for _ in range(500)}) == 500


@pytest.mark.parametrize("other", [{"moment": (1, 1)}, {"moment": (0, 2)}, {"moment": (1, 0)}, {"stream": 1}])
def test_another_seed_epoch_or_use_gets_other_numbers(other):
    assert not (firsts() == firsts(**other)).any()


def test_neighbouring_rows_and_epochs_have_nothing_in_common():
    assert abs(np.corrcoef(firsts(1)[:-1, 0], firsts(1)[1:, 0])[0, 1]) < 0.1
    assert abs(np.corrcoef(firsts(1)[:, 0], firsts(1, moment=(0, 2))[:, 0])[0, 1]) < 0.1


def test_uniform_numbers_fill_their_range_evenly():
    counts, _ = np.histogram([one.uniform(-2, 6) for one in draws(ROWS, (0, 1))], 8, (-2, 6))
    assert counts.sum() == 1000
    assert counts.min() > 85


def test_normal_numbers_have_the_mean_and_the_deviation_asked_for():
    numbers = np.array([one.normal(3, 2) for one in draws(np.arange(4000), (0, 1))])
    assert abs(numbers.mean() - 3) < 0.1
    assert abs(numbers.std() - 2) < 0.1
    assert abs((np.abs(numbers - 3) < 2).mean() - 0.683) < 0.03


def test_integers_signs_and_chances_have_their_shares():
    assert np.bincount([one.integer(4) for one in draws(ROWS, (0, 1))]).min() > 200
    assert abs(np.mean([one.sign() for one in draws(ROWS, (0, 1))])) < 0.1
    assert abs(np.mean([one.chance(0.2) for one in draws(ROWS, (0, 1))]) - 0.2) < 0.04
