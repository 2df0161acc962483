"""The built-in sample: what it promises to the commands that use it."""

import hashlib
from collections import defaultdict
from contextlib import nullcontext

import numpy as np
import pytest

from training.data.sample import Sample, draw, write
from training.data.sample.order import order
from training.data.sample.smear import Smear
from training.errors import InputError, TrainingError
from training.progress import Silent

REAL_COUNTS = [852, 2181, 1085, 2026, 849, 993, 2330, 1643]
CELLS = 240
COPIES = 4
"""200 of 11,959 cells, scaled to 240."""


@pytest.fixture(scope="module")
def sample() -> Sample:
    return draw(CELLS, seed=3)


def repeated(sample: Sample, rows: slice) -> list[tuple[list[int], list[int]]]:
    """Rows and labels of the groups of identical pictures."""
    groups = defaultdict(list)
    for row in range(len(sample.images))[rows]:
        groups[hashlib.sha256(sample.images[row].tobytes()).digest()].append(row)
    return [(group, sample.labels[group, 0].tolist()) for group in groups.values() if len(group) > 1]


def test_images_and_labels_have_the_shapes_and_types_of_the_real_file(sample):
    rows = CELLS + 9 * COPIES
    assert (sample.images.shape, sample.images.dtype) == ((rows, 96, 96, 3), np.uint8)
    assert (sample.labels.shape, sample.labels.dtype) == ((rows, 1), np.uint8)


def test_the_same_seed_and_count_give_the_same_bytes(sample):
    again = draw(CELLS, seed=3)
    assert again.images.tobytes() == sample.images.tobytes()
    assert again.labels.tobytes() == sample.labels.tobytes()


def test_another_seed_gives_other_pictures_and_another_order(sample):
    other = draw(32, seed=4)
    assert not any(np.array_equal(a, b) for a, b in zip(other.images[:32], sample.images[:32], strict=True))
    assert other.labels[:32].tolist() != sample.labels[:32].tolist()


def test_another_seed_draws_other_outlines_not_only_another_grain():
    dark = [Smear(seed).picture(0, 6)[1] < 120 for seed in (0, 1)]
    assert (dark[0] & dark[1]).sum() < 0.8 * (dark[0] | dark[1]).sum()


def test_the_global_random_state_is_neither_read_nor_changed():
    np.random.seed(1)
    first = draw(8)
    before = np.random.get_state()[1].tolist()
    np.random.seed(2)
    second = draw(8)
    np.random.seed(1)
    assert first.images.tobytes() == second.images.tobytes()
    assert np.random.get_state()[1].tolist() == before


def test_a_longer_sample_begins_with_the_cells_of_a_shorter_one(sample):
    shorter = draw(50, seed=3)
    assert np.array_equal(shorter.images[:50], sample.images[:50])
    assert np.array_equal(shorter.labels[:50], sample.labels[:50])


def test_sixteen_cells_are_enough_for_every_class():
    for seed in range(5):
        assert set(draw(16, seed=seed).labels[:16, 0].tolist()) == set(range(8))


def test_the_classes_are_as_unequal_as_in_the_real_file(sample):
    expected = np.array(REAL_COUNTS) * CELLS / sum(REAL_COUNTS)
    counts = np.bincount(sample.labels[:CELLS, 0], minlength=8)
    assert np.abs(counts - expected).max() <= 1


def test_the_labels_do_not_stand_in_order(sample):
    assert (np.diff(sample.labels[:CELLS, 0].astype(int)) < 0).sum() > CELLS / 4


def test_one_picture_stands_under_every_label_after_the_cells(sample):
    rows = slice(CELLS, CELLS + 8 * COPIES)
    assert (sample.images[rows] == sample.images[CELLS]).all()
    assert sample.labels[rows, 0].tolist() == np.repeat(range(8), COPIES).tolist()


def test_another_picture_stands_under_label_five_at_the_end(sample):
    assert (sample.images[-COPIES:] == sample.images[-1]).all()
    assert not np.array_equal(sample.images[-1], sample.images[CELLS])
    assert sample.labels[-COPIES:, 0].tolist() == [5] * COPIES


def test_a_small_sample_repeats_each_intruder_at_least_three_times_a_label():
    small = draw(1)
    assert len(small.images) == 1 + 8 * 3 + 3


def test_the_intruders_are_no_cell_of_the_sample(sample):
    cells = {picture.tobytes() for picture in sample.images[:CELLS]}
    assert not cells & {picture.tobytes() for picture in sample.images[CELLS:]}


def test_two_pictures_among_the_cells_stand_twice_and_one_of_them_has_two_labels(sample):
    pairs = repeated(sample, slice(0, CELLS))
    assert [len(rows) for rows, _ in pairs] == [2, 2]
    assert sorted(len(set(labels)) for _, labels in pairs) == [1, 2]


@pytest.mark.parametrize("seed", [0, 119, 374])  # with the last two, chance alone would make a triple
def test_pairs_are_as_rare_as_in_the_real_file_and_never_share_a_picture(seed):
    rows = order(sum(REAL_COUNTS), seed=seed)
    copies = np.flatnonzero(rows.sources != np.arange(rows.sources.size))
    assert copies.size == 8
    assert len({*copies.tolist(), *rows.sources[copies].tolist()}) == 16
    assert (rows.labels[copies] != rows.labels[rows.sources[copies]]).sum() == 1


def test_a_platelet_is_smaller_than_any_other_cell_and_an_eosinophil_redder(sample):
    green_dark = (sample.images[:CELLS, :, :, 1] < 140).mean(axis=(1, 2))
    middle = sample.images[:CELLS, 24:72, 24:72].astype(float).mean(axis=(1, 2))
    redness = middle[:, 0] - middle[:, 2]
    labels = sample.labels[:CELLS, 0]
    assert np.median(green_dark[labels == 7]) < min(np.median(green_dark[labels == k]) for k in range(7)) / 2
    assert np.median(redness[labels == 1]) > max(np.median(redness[labels == k]) for k in (0, 2, 3, 4, 5, 6))


@pytest.mark.parametrize("count", [0, -3, 2.5, True, "many", None])
def test_a_count_that_is_no_positive_whole_number_is_refused_with_its_value(count):
    with pytest.raises(InputError) as refusal:
        draw(count)
    assert repr(count) in refusal.value.what
    assert "1" in refusal.value.fix


def test_a_negative_seed_is_refused_with_its_value():
    with pytest.raises(InputError, match="seed is -1"):
        draw(1, seed=-1)


def test_the_file_holds_what_was_drawn_and_is_the_same_each_time(tmp_path):
    first, second = tmp_path / "first.npz", tmp_path / "second.npz"
    sample = write(first, 20, seed=1, reporter=Silent())
    write(second, 20, seed=1, reporter=Silent())
    assert first.read_bytes() == second.read_bytes()
    with np.load(first) as stored:
        assert set(stored) == {"images", "labels"}
        assert np.array_equal(stored["images"], sample.images)
        assert np.array_equal(stored["labels"], sample.labels)


def test_the_bar_counts_every_cell(tmp_path):
    class Counting(Silent):
        def __init__(self):
            self.total, self.steps = 0, 0

        def track(self, title, total):  # noqa: ARG002 - the protocol's names
            self.total = total
            return nullcontext(self.advance)

        def advance(self, steps=1, detail=""):  # noqa: ARG002
            self.steps += steps

    reporter = Counting()
    write(tmp_path / "sample.npz", 70, reporter=reporter)
    assert (reporter.total, reporter.steps) == (70, 70)


def test_a_folder_as_the_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="is a folder"):
        write(tmp_path, 1, reporter=Silent())


def test_a_place_that_cannot_be_written_leaves_nothing_behind(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(TrainingError, match="could not be written"):
        write(tmp_path / "file" / "sample.npz", 1, reporter=Silent())
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
