"""Which rows a clean keeps, and the file that it writes."""

import resource
import tracemalloc
import zipfile

import numpy as np
import pytest

from training.data import clean, npz
from training.data.load import open_dataset
from training.data.sample import draw
from training.errors import InputError, TrainingError

PICTURES = [1, 2, 3, 1, 4, 4, 5, 5, 5, 6, 7, 8]
LABELS = [0, 1, 2, 0, 1, 2, 0, 0, 0, 1, 2, 2]


def dataset_of(tmp_path, pictures=PICTURES, labels=LABELS, **others):
    images = np.array(pictures, np.uint8)[:, None, None, None] * np.ones((1, 4, 4, 3), np.uint8)
    np.savez(tmp_path / "a.npz", images=images, labels=np.array(labels, np.uint8)[:, None], **others)
    return open_dataset(tmp_path / "a.npz")


def test_of_a_pair_the_first_stays_and_conflicts_and_threes_go_whole(tmp_path):
    plan = clean.plan(dataset_of(tmp_path))
    assert plan.kept.tolist() == [0, 1, 2, 9, 10, 11]
    assert [(drop.reason, drop.rows.tolist()) for drop in plan.dropped] == [
        (clean.REPEATED, [6, 7, 8]),
        (clean.CONFLICTING, [4, 5]),
        (clean.SECOND, [3]),
    ]
    assert plan.ranges == "3..8"
    assert plan.kept_of_class == (1, 2, 3)


def test_a_file_without_repeats_stays_whole(tmp_path):
    plan = clean.plan(dataset_of(tmp_path, [1, 2, 3], [0, 1, 2]))
    assert (plan.kept.tolist(), plan.dropped, plan.ranges) == ([0, 1, 2], (), "")


def test_a_cleaned_file_is_clean(tmp_path):
    dataset = dataset_of(tmp_path)
    clean.write(clean.plan(dataset), dataset, tmp_path / "b.npz")
    assert clean.plan(open_dataset(tmp_path / "b.npz")).dropped == ()


def test_the_real_files_disease_goes_by_rule_and_the_cells_stay(tmp_path):
    sample = draw(120, seed=1)
    np.savez(tmp_path / "a.npz", images=sample.images, labels=sample.labels)
    plan = clean.plan(open_dataset(tmp_path / "a.npz"))
    repeated, conflicting, second = plan.dropped
    assert repeated.ranges == f"120..{len(sample.images) - 1}"
    assert (len(conflicting.rows), len(second.rows)) == (2, 1)
    assert len(plan.kept) == 117
    assert min(plan.kept_of_class) > 0


def test_a_cutoff_keeps_the_rows_before_it_and_applies_no_rule(tmp_path):
    plan = clean.plan(dataset_of(tmp_path), cutoff_idx=9)
    assert plan.kept.tolist() == list(range(9))
    assert [(drop.reason, drop.ranges) for drop in plan.dropped] == [(clean.CUT_OFF, "9..11")]


@pytest.mark.parametrize("cutoff_idx", [0, -1, 13])
def test_a_cutoff_outside_the_file_is_refused(tmp_path, cutoff_idx):
    with pytest.raises(InputError, match=f"--cutoff-idx is {cutoff_idx}, a row between 1 and 12"):
        clean.plan(dataset_of(tmp_path), cutoff_idx=cutoff_idx)


def test_a_cutoff_at_the_end_drops_nothing(tmp_path):
    assert clean.plan(dataset_of(tmp_path), cutoff_idx=12).dropped == ()


def test_a_class_that_would_be_left_empty_is_told_with_the_reason(tmp_path):
    dataset = dataset_of(tmp_path, [1, 2, 3, 3, 3], [0, 1, 2, 2, 2])
    with pytest.raises(InputError, match=r"all 3 of class 2 \(class 2\) would go: the same picture three times"):
        clean.plan(dataset)


def test_a_class_that_is_empty_already_is_told(tmp_path):
    with pytest.raises(InputError, match="no image has the label 1"):
        clean.plan(dataset_of(tmp_path, [1, 2, 3], [0, 2, 2]))


def test_the_trimmed_file_has_the_rows_with_the_keys_types_and_shapes_of_the_input(tmp_path):
    images = np.random.default_rng(1).integers(0, 256, (12, 4, 4, 3), np.uint8)
    images[5] = images[4]
    labels = np.array(LABELS, np.int16)[:, None]
    labels[5] = labels[4]
    np.savez_compressed(tmp_path / "a.npz", y=labels, x=images)
    dataset = open_dataset(tmp_path / "a.npz", images_key="x", labels_key="y")
    written = clean.write(clean.plan(dataset), dataset, tmp_path / "out" / "b.npz")
    kept = [0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11]
    with np.load(tmp_path / "out" / "b.npz") as trimmed:
        assert list(trimmed) == ["y", "x"]
        assert trimmed["y"].dtype == np.int16
        assert np.array_equal(trimmed["y"], labels[kept])
        assert np.array_equal(trimmed["x"], images[kept])
    assert (written.count, written.size_bytes) == (11, (tmp_path / "out" / "b.npz").stat().st_size)
    with zipfile.ZipFile(tmp_path / "out" / "b.npz") as archive:
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_arrays_with_a_row_an_image_are_cut_alike_and_others_are_left_out_and_told(tmp_path):
    names = np.array([f"cell {row}" for row in range(12)])
    dataset = dataset_of(tmp_path, names=names, mean=np.ones(3), notes=np.array([None] * 12))
    written = clean.write(clean.plan(dataset), dataset, tmp_path / "b.npz")
    assert (written.carried, written.left_out) == (("names",), ("mean", "notes"))
    with np.load(tmp_path / "b.npz") as trimmed:
        assert trimmed["names"].tolist() == names[[0, 1, 2, 9, 10, 11]].tolist()


def test_the_same_rows_give_the_same_bytes(tmp_path):
    dataset = dataset_of(tmp_path)
    for name in ("b.npz", "c.npz"):
        clean.write(clean.plan(dataset), dataset, tmp_path / name)
    assert (tmp_path / "b.npz").read_bytes() == (tmp_path / "c.npz").read_bytes()


def test_writing_holds_a_few_chunks_and_not_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(npz, "CHUNK_BYTES", 2**18)
    images = np.arange(1200, dtype=np.int32).view(np.uint8).reshape(1200, 1, 4)[:, :, :3]
    np.savez(tmp_path / "a.npz", images=images[:, None] * np.ones((1, 64, 64, 1), np.uint8), labels=np.arange(1200) % 2)
    dataset = open_dataset(tmp_path / "a.npz")
    plan = clean.plan(dataset, cutoff_idx=1100)
    tracemalloc.start()
    written = clean.write(plan, dataset, tmp_path / "b.npz")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5 * 2**18 < written.size_bytes / 10


def test_an_earlier_result_is_replaced(tmp_path):
    (tmp_path / "b.npz").write_text("an earlier result")
    dataset = dataset_of(tmp_path)
    clean.write(clean.plan(dataset), dataset, tmp_path / "b.npz")
    assert open_dataset(tmp_path / "b.npz").count == 6


def test_the_input_is_never_overwritten(tmp_path):
    dataset = dataset_of(tmp_path)
    before = dataset.path.read_bytes()
    (tmp_path / "link.npz").symlink_to(dataset.path)
    for out in (dataset.path, tmp_path / "link.npz"):
        with pytest.raises(InputError, match="is the file that is cleaned"):
            clean.write(clean.plan(dataset), dataset, out)
    assert dataset.path.read_bytes() == before


def test_a_folder_as_output_is_told(tmp_path):
    dataset = dataset_of(tmp_path)
    with pytest.raises(InputError, match="is a folder"):
        clean.write(clean.plan(dataset), dataset, tmp_path)


def test_an_output_below_a_file_is_told(tmp_path):
    dataset = dataset_of(tmp_path)
    with pytest.raises(InputError, match="cannot be written"):
        clean.write(clean.plan(dataset), dataset, dataset.path / "b.npz")


def test_a_full_disk_is_told_and_leaves_the_earlier_result_and_nothing_else(tmp_path):
    dataset = dataset_of(tmp_path)
    plan = clean.plan(dataset)
    (tmp_path / "b.npz").write_text("an earlier result")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300, hard))
    try:
        with pytest.raises(TrainingError, match="the disk is full") as refusal:
            clean.write(plan, dataset, tmp_path / "b.npz")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert refusal.value.exit_code == 3
    assert (tmp_path / "b.npz").read_text() == "an earlier result"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.npz", "b.npz"]
