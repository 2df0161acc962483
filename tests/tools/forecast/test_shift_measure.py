"""The measuring: which images, in what order, and what comes of right and wrong answers."""

import threading
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from tools.errors import KitError
from tools.forecast import Rate, ShiftResult, measure, plan, total
from tools.forecast.measure import BATCH
from tools.forecast.plan import cell_size, chosen_rows
from tools.forecast.suite import FAMILIES, SHIFTED, composed

Images = NDArray[np.uint8]
Labels = NDArray[np.int64]
Answer = Callable[[Images], Labels]
RANDOM = np.random.RandomState(0)


@pytest.fixture(scope="module")
def labelled(cells: Images) -> tuple[Images, Labels]:
    """Thirty images of 32 pixels, labelled 0 to 3 in turn."""
    images = np.concatenate([cells, cells, cells[:6]])[:, :32, :32].copy()
    return images, np.arange(30, dtype=np.int64) % 4


def constant(answer: int) -> Answer:
    return lambda images: np.full(len(images), answer, dtype=np.int64)


def test_a_constant_answer_is_right_as_often_as_its_class_occurs(labelled: tuple[Images, Labels]) -> None:
    images, labels = labelled
    result = measure(constant(1), images, labels)
    for rate in (result.clean, result.shifted, result.seen, result.unseen):
        assert rate == Rate(right=8, images=30)
    assert set(result.families) == {family.name for family in FAMILIES}
    assert all(rates == (Rate(right=8, images=30),) * 5 for rates in result.families.values())
    assert result.worst_family[1] == pytest.approx(8 / 30)


def test_right_answers_to_clean_images_alone_count_for_the_clean_figure(labelled: tuple[Images, Labels]) -> None:
    images, labels = labelled
    known = {image.tobytes(): label for image, label in zip(images, labels, strict=True)}

    def remember(batch: Images) -> Labels:
        return np.array([known.get(image.tobytes(), 9) for image in batch], dtype=np.int64)

    distinct = np.array([known[image.tobytes()] for image in images]) == labels
    result = measure(remember, images, labels)
    assert result.clean.right == distinct.sum() >= 12
    assert result.shifted.right == 0


def test_the_model_sees_each_image_as_the_suite_corrupts_it(labelled: tuple[Images, Labels]) -> None:
    images, labels = labelled
    seen: list[Images] = []

    def keep(batch: Images) -> Labels:
        seen.append(batch.copy())
        return np.zeros(len(batch), dtype=np.int64)

    told: list[int] = []
    measure(keep, images, labels, advance=told.append)
    asked = np.concatenate(seen)
    assert len(asked) == total(plan(labels)) == sum(told)
    assert max(map(len, seen)) <= BATCH
    assert np.array_equal(asked[:30], images)
    assert np.array_equal(asked[30:60], [composed(image, place, SHIFTED) for place, image in enumerate(images)])


def test_the_same_set_is_measured_alike_each_time(labelled: tuple[Images, Labels]) -> None:
    images, labels = labelled

    def by_brightness(batch: Images) -> Labels:
        return (batch.mean(axis=(1, 2, 3)) // 64).astype(np.int64)

    assert measure(by_brightness, images, labels) == measure(by_brightness, images, labels)


@pytest.mark.parametrize(("count", "wanted"), [(1, 1), (80, 80), (345, 100), (2391, 478), (20_000, 512)])
def test_a_cell_has_a_fifth_of_the_images_within_bounds(count: int, wanted: int) -> None:
    assert cell_size(count) == wanted


@pytest.mark.parametrize("count", [500, 2391, 11950])
def test_the_suite_costs_at_most_twenty_times_the_images_of_the_set(count: int) -> None:
    assert total(plan(np.zeros(count, dtype=np.int64))) <= 20 * count


def test_chosen_rows_hold_each_class_by_its_share() -> None:
    labels = RANDOM.permutation(np.repeat(np.arange(3), [600, 300, 100]))
    rows = chosen_rows(labels, 100, "blur")
    assert len(set(rows.tolist())) == 100
    assert np.abs(np.bincount(labels[rows]) - [60, 30, 10]).max() <= 1
    assert set(rows) != set(chosen_rows(labels, 100, "noise"))


def test_a_row_keeps_its_operation_from_severity_to_severity() -> None:
    cells = [part for part in plan(np.zeros(40, dtype=np.int64)) if part.name == "blur"]
    assert [part.severity for part in cells] == [1, 2, 3, 4, 5]
    assert {part.operations for part in cells} == {cells[0].operations}
    counts = [cells[0].operations.count(name) for name in set(cells[0].operations)]
    assert counts == [10, 10, 10, 10]


def test_one_image_and_fewer_images_than_classes_are_enough(cells: Images) -> None:
    result = measure(constant(7), cells[:1], np.array([7]))
    assert result.shifted == Rate(right=1, images=1)
    assert result.worst_family[1] == 1


def test_no_images_or_another_number_of_labels_are_refused(cells: Images) -> None:
    with pytest.raises(KitError, match="at least one"):
        measure(constant(0), cells[:0], np.array([], dtype=np.int64))
    with pytest.raises(KitError, match=r"got \(3,\) for 2 images"):
        measure(constant(0), cells[:2], np.zeros(3, dtype=np.int64))


def test_answers_of_another_shape_are_refused(cells: Images) -> None:
    with pytest.raises(KitError, match=r"shape \(2, 8\) for 2 images"):
        measure(lambda images: np.zeros((len(images), 8), dtype=np.int64), cells[:2], np.zeros(2, dtype=np.int64))


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_what_the_model_raises_comes_through_and_leaves_no_thread(
    labelled: tuple[Images, Labels], error: type[BaseException]
) -> None:
    def fail(_images: Images) -> Labels:
        raise error("no")

    with pytest.raises(error):
        measure(fail, *labelled)
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("shift-suite")]


def test_the_document_has_what_the_card_needs() -> None:
    half, none = Rate(right=1, images=2), Rate(right=0, images=3)
    result = ShiftResult(
        version="1",
        clean=half,
        shifted=none,
        seen=half,
        unseen=none,
        families={"blur": (half,) * 5, "noise": (half, half, half, half, none)},
        operations={"defocus": half},
    )
    assert result.document() == {
        "suite": "1",
        "clean": 0.5,
        "shifted": 0.0,
        "seen": 0.5,
        "unseen": 0.0,
        "images": 3,
        "worst_family": {"name": "noise", "accuracy": 0.4},
        "families": {"blur": [0.5] * 5, "noise": [0.5, 0.5, 0.5, 0.5, 0.0]},
        "images_a_cell": 2,
        "operations": {"defocus": 0.5},
    }


def test_the_standard_error_is_that_of_a_share() -> None:
    assert Rate(right=50, images=100).standard_error == pytest.approx(0.05)
