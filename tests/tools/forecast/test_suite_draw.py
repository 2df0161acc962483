"""The suite's random numbers: the same under every NumPy, and as they are named."""

import numpy as np
import pytest

from tools.forecast.draw import Draw

FROZEN_BITS = [7258, 7199, 7735, 34791]
FROZEN_NUMBERS = [249, 458, 835, 738, 152]


def test_the_stream_is_the_frozen_one() -> None:
    """A change here changes every corruption, so it changes the suite's version."""
    assert Draw("rotate", 3).bits((4,)).tolist() == FROZEN_BITS
    assert [Draw("rotate", index).below(1000) for index in range(5)] == FROZEN_NUMBERS


def test_purpose_and_index_decide_the_stream() -> None:
    streams = {tuple(Draw(purpose, index).bits((8,))) for purpose in ("hue", "zoom") for index in range(50)}
    assert len(streams) == 100


def test_scalars_lie_in_their_ranges() -> None:
    draw = Draw("ranges", 0)
    uniform = [draw.uniform(2, 3) for _ in range(2000)]
    signed = [draw.either(0.5, 1) for _ in range(2000)]
    assert 2 <= min(uniform) < 2.01
    assert 2.99 < max(uniform) < 3
    assert all(0.5 <= abs(value) < 1 for value in signed)
    assert 0.45 < sum(value > 0 for value in signed) / len(signed) < 0.55
    assert {draw.below(4) for _ in range(200)} == {0, 1, 2, 3}


def test_an_order_has_each_place_once_and_every_order_comes() -> None:
    orders = {tuple(Draw("orders", index).order(3)) for index in range(100)}
    assert orders == {(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)}


def test_normal_numbers_are_normal() -> None:
    numbers = Draw("normal", 0).normal((200, 501))
    assert numbers.shape == (200, 501)
    assert numbers.dtype == np.float32
    assert numbers.mean() == pytest.approx(0, abs=0.01)
    assert numbers.std() == pytest.approx(1, abs=0.01)
    assert np.mean(np.abs(numbers) < 1) == pytest.approx(0.6827, abs=0.005)
