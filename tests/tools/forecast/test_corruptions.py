"""Every corruption: the same each time, an image of the same form, and the further away the more severe it is."""

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tools.forecast import VERSION
from tools.forecast.corruption import SEVERITIES, Corruption
from tools.forecast.suite import COMPOSITIONS, CORRUPTIONS, Composition, composed, corrupted

Images = NDArray[np.uint8]
FROZEN: dict[str, Any] = json.loads(Path(__file__).with_name("frozen.json").read_text("utf-8"))
ROUNDING = 1.0
"""Levels by which the mean of a quarter of an image may differ: another OpenCV or processor rounds otherwise."""

every_corruption = pytest.mark.parametrize("corruption", CORRUPTIONS.values(), ids=list(CORRUPTIONS))
every_composition = pytest.mark.parametrize("composition", COMPOSITIONS, ids=lambda one: one.name)


def quarters(image: Any) -> list[float]:
    """The mean of each channel in each quarter of an image: twelve numbers."""
    height, width = image.shape[:2]
    rows, columns = (slice(0, height // 2), slice(height // 2, None)), (slice(0, width // 2), slice(width // 2, None))
    return [float(image[down, across, channel].mean()) for down in rows for across in columns for channel in range(3)]


def distances(corruption: Corruption, cells: Images) -> list[float]:
    """The mean absolute difference from the clean images, by severity."""
    return [
        float(np.mean([np.abs(corrupted(cell, i, corruption, s) - cell.astype(float)) for i, cell in enumerate(cells)]))
        for s in SEVERITIES
    ]


@every_corruption
def test_a_corruption_is_the_same_each_time_and_leaves_its_image_alone(corruption: Corruption, cells: Images) -> None:
    before = cells[0].copy()
    first, second = (corrupted(cells[0], 5, corruption, 3) for _ in range(2))
    assert np.array_equal(first, second)
    assert np.array_equal(cells[0], before)


@every_corruption
@pytest.mark.parametrize("severity", SEVERITIES)
def test_a_corrupted_image_has_the_form_of_its_image(corruption: Corruption, severity: int, small_cell: Images) -> None:
    out = corrupted(small_cell, 0, corruption, severity)
    assert (out.shape, out.dtype) == (small_cell.shape, np.uint8)


@every_corruption
def test_severity_takes_an_image_further_away(corruption: Corruption, cells: Images) -> None:
    away = distances(corruption, cells)
    assert away[0] > 0.5
    assert all(later > earlier for earlier, later in itertools.pairwise(away)), away


@every_corruption
def test_another_size_is_corrupted_alike(corruption: Corruption, cells: Images) -> None:
    """Lengths are shares of the side: twice the size, and the mean difference is about the same."""
    large = cells[:6].repeat(2, axis=1).repeat(2, axis=2)
    small_away, large_away = (distances(corruption, some)[2] for some in (cells[:6], large))
    assert 0.6 < large_away / small_away < 1.6


DRAWN = {name: one for name, one in CORRUPTIONS.items() if name not in ("jpeg", "pixelate")}


@pytest.mark.parametrize("corruption", DRAWN.values(), ids=list(DRAWN))
def test_images_of_one_set_are_corrupted_each_in_its_own_way(corruption: Corruption, cells: Images) -> None:
    outs = {corrupted(cells[0], index, corruption, 3).tobytes() for index in range(12)}
    assert len(outs) > 1


@every_corruption
def test_strengths_are_those_of_this_version(corruption: Corruption) -> None:
    assert FROZEN["version"] == VERSION
    assert list(corruption.strengths) == FROZEN["strengths"][corruption.name]


@every_corruption
def test_a_corruption_draws_what_it_drew_when_the_suite_was_frozen(corruption: Corruption, cells: Images) -> None:
    for index in range(4):
        seen = quarters(corrupted(cells[index], index, corruption, 3))
        assert seen == pytest.approx(FROZEN["corrupted"][corruption.name][index], abs=ROUNDING)


@every_composition
def test_a_composition_draws_what_it_drew_when_the_suite_was_frozen(composition: Composition, cells: Images) -> None:
    for index, cell in enumerate(cells):
        seen = quarters(composed(cell, index, composition))
        assert seen == pytest.approx(FROZEN["composed"][composition.name][index], abs=ROUNDING)
