"""Opening a file of images: what is read, what is refused and how it is told."""

import os
import re
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from training.data import npz
from training.data.load import open_dataset
from training.errors import InputError

IMAGES = np.random.default_rng(0).integers(0, 256, (12, 8, 6, 3), np.uint8)
LABELS = np.arange(12) % 3


def save(path: Path, *, images=IMAGES, labels=LABELS, **others) -> Path:
    np.savez(path, images=images, labels=labels, **others)
    return path


@pytest.mark.parametrize("labels", [LABELS, LABELS.astype(np.uint8)[:, None], LABELS.astype(">i4")])
def test_labels_in_one_column_of_any_whole_numbers_are_read_as_int64(tmp_path, labels):
    dataset = open_dataset(save(tmp_path / "a.npz", labels=labels))
    assert (dataset.count, dataset.image_shape, dataset.class_count) == (12, (8, 6, 3), 3)
    assert dataset.labels.dtype == np.int64
    assert dataset.labels.tolist() == LABELS.tolist()


@pytest.mark.parametrize("save_as", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("rows_per_chunk", [1, 5, 12, 100, None])
def test_chunks_put_together_are_the_images(tmp_path, save_as, rows_per_chunk):
    save_as(tmp_path / "a.npz", images=IMAGES, labels=LABELS)
    parts = list(open_dataset(tmp_path / "a.npz").chunks(rows_per_chunk))
    assert [first for first, _ in parts] == np.cumsum([0, *(len(part) for _, part in parts)])[:-1].tolist()
    assert np.array_equal(np.concatenate([part for _, part in parts]), IMAGES)


@pytest.mark.parametrize("rows", [None, [], [3], [7, 0, 7, 11], [10, 5, 0], np.arange(12)[::-1]])
@pytest.mark.parametrize("chunk_bytes", [npz.CHUNK_BYTES, 5 * IMAGES[0].nbytes])
def test_chosen_rows_come_in_the_order_asked(tmp_path, monkeypatch, rows, chunk_bytes):
    monkeypatch.setattr(npz, "CHUNK_BYTES", chunk_bytes)
    dataset = open_dataset(save(tmp_path / "a.npz"))
    expected = IMAGES if rows is None else IMAGES[np.asarray(rows, int)]
    assert np.array_equal(dataset.load(rows), expected)


@pytest.mark.parametrize("rows", [[12], [-1]])
def test_a_row_outside_the_file_is_refused(tmp_path, rows):
    with pytest.raises(IndexError, match=r"0\.\.11"):
        open_dataset(save(tmp_path / "a.npz")).load(rows)


def test_other_keys_are_read_when_told(tmp_path):
    np.savez(tmp_path / "a.npz", x_train=IMAGES, y_train=LABELS)
    dataset = open_dataset(tmp_path / "a.npz", images_key="x_train", labels_key="y_train")
    assert dataset.count == 12


def test_the_sha256_is_the_files(tmp_path):
    (tmp_path / "a.npz").write_bytes(save(tmp_path / "b.npz").read_bytes())
    first, second = open_dataset(tmp_path / "a.npz"), open_dataset(tmp_path / "b.npz")
    assert first.sha256 == second.sha256
    assert len(first.sha256) == 64


@pytest.mark.parametrize("save_as", [np.savez, np.savez_compressed])
def test_streaming_holds_a_few_chunks_and_not_the_file(tmp_path, monkeypatch, save_as):
    monkeypatch.setattr(npz, "CHUNK_BYTES", 2**20)
    images = np.zeros((2000, 96, 96, 3), np.uint8)
    save_as(tmp_path / "a.npz", images=images, labels=np.arange(2000) % 2)
    size = images.nbytes
    del images
    dataset = open_dataset(tmp_path / "a.npz")
    tracemalloc.start()
    for _ in dataset.chunks():
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5 * 2**20 < size / 8


REFUSED = {
    "float images from 0 to 1": (
        {"images": IMAGES / 255},
        r"float64, .* to 1 in rows 0 to 11; uint8, 0 to 255",
        r"\(255 \* images\)",
    ),
    "float images from -1 to 1": ({"images": IMAGES / 127.5 - 1}, r"float64, -1", r"127\.5 \* \(images \+ 1\)"),
    "float images to 255": ({"images": IMAGES.astype("f4")}, "float32, 0 to 255", "round"),
    "standardised images": ({"images": IMAGES / 10.0 - 12}, "float64, -12", "cannot be undone"),
    "int64 images": ({"images": IMAGES.astype(int)}, "int64, 0 to 255", "astype"),
    "boolean images": ({"images": IMAGES > 9}, "bool", "raw pixels"),
    "channels first": ({"images": IMAGES.transpose(0, 3, 1, 2)}, r"\(12, 3, 8, 6\)", r"transpose\(0, 2, 3, 1\)"),
    "grey images": ({"images": IMAGES[..., 0]}, r"\(12, 8, 6\)", r"np\.repeat\(images\[\.\.\., None\]"),
    "one channel": ({"images": IMAGES[..., :1]}, r"\(12, 8, 6, 1\)", r"np\.repeat\(images, 3"),
    "four channels": ({"images": IMAGES[..., [0, 1, 2, 2]]}, r"\(12, 8, 6, 4\)", "alpha"),
    "flat rows": ({"images": IMAGES.reshape(12, -1)}, r"\(12, 144\)", "--images-key"),
    "no image": ({"images": IMAGES[:0], "labels": LABELS[:0]}, "no image", "at least one"),
    "too few labels": ({"labels": LABELS[:9]}, r"12 images but labels of the shape \(9,\)", "same selection"),
    "one number as labels": ({"labels": np.int64(3)}, r"shape \(\)", "same selection"),
    "float labels": ({"labels": LABELS / 1}, r"float64 \(0\.0, 1\.0", "int64"),
    "names as labels": ({"labels": np.array(["cat", "dog"] * 6)}, r"<U3 \(cat, dog", "return_inverse"),
    "a negative label": ({"labels": LABELS - 1}, "from -1 to 1, .* row 0 has -1", "return_inverse"),
    "one-hot labels": ({"labels": np.eye(3, dtype=int)[LABELS]}, r"\(12, 3\)", "argmax"),
    "a label past the images": ({"labels": LABELS * 1000}, "from 0 to 2000", "return_inverse"),
    "Fortran order": ({"images": np.asfortranarray(IMAGES)}, "Fortran", "ascontiguousarray"),
    "object images": ({"images": np.array([None] * 12)}, "pickled object", "np.stack"),
    "object labels": ({"labels": np.array([None] * 12)}, "pickled object", "np.stack"),
}


@pytest.mark.parametrize(("arrays", "what", "fix"), REFUSED.values(), ids=REFUSED)
def test_bad_arrays_are_told_with_what_was_found_and_the_repair(tmp_path, arrays, what, fix):
    with pytest.raises(InputError, match=what) as refusal:
        open_dataset(save(tmp_path / "a.npz", **arrays))
    assert refusal.value.exit_code == 2
    assert re.search(fix, refusal.value.fix)


def test_a_label_out_of_range_is_told_with_its_row(tmp_path):
    with pytest.raises(InputError, match=r"from 0 to 2, 0\.\.1 for 2 classes was expected; row 2 has 2"):
        open_dataset(save(tmp_path / "a.npz"), class_count=2)


def test_labels_counted_from_one_are_told_to_count_from_zero(tmp_path):
    with pytest.raises(InputError, match="from 1 to 3") as refusal:
        open_dataset(save(tmp_path / "a.npz", labels=LABELS + 1), class_count=3)
    assert "labels - 1" in refusal.value.fix


def test_a_class_without_an_image_opens_and_is_refused_where_each_is_needed(tmp_path):
    dataset = open_dataset(save(tmp_path / "a.npz", labels=np.array([0, 1, 3] * 4)))
    assert dataset.class_count == 4
    with pytest.raises(InputError, match=r"no image has the label 2 \(class 2\); the labels found are 0, 1, 3"):
        dataset.require_every_class()


def test_pickled_objects_are_never_opened(tmp_path):
    class Trap:
        def __reduce__(self):
            return Path.touch, (tmp_path / "the trap went off",)

    trap = np.array([Trap()] * 12)
    with pytest.raises(InputError, match="pickled object"):
        open_dataset(save(tmp_path / "a.npz", labels=trap))
    assert open_dataset(save(tmp_path / "b.npz", notes=trap)).count == 12
    assert not (tmp_path / "the trap went off").exists()


def test_a_wrong_labels_key_names_its_own_option(tmp_path):
    with pytest.raises(InputError, match=r"no array 'y'; it holds images .*, labels") as refusal:
        open_dataset(save(tmp_path / "a.npz"), labels_key="y")
    assert "--labels-key" in refusal.value.fix


def test_a_wrong_key_lists_the_keys_that_are_there(tmp_path):
    np.savez(tmp_path / "a.npz", x=IMAGES, labels=LABELS)
    with pytest.raises(InputError, match=r"no array 'images'; it holds x \(12, 8, 6, 3\) uint8, labels") as refusal:
        open_dataset(tmp_path / "a.npz")
    assert "--images-key" in refusal.value.fix


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(InputError, match=r"there is no file .*none\.npz"):
        open_dataset(tmp_path / "none.npz")


def test_a_folder_is_told(tmp_path):
    with pytest.raises(InputError, match="is a folder"):
        open_dataset(tmp_path)


def test_a_path_below_a_file_is_told(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        open_dataset(save(tmp_path / "a.npz") / "b.npz")


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "empty"), (b"\x93NUMPY\x01\x00", r"a \.npy file"), (b"hello, world", "begins with b'hello,")],
)
def test_a_file_that_is_no_npz_is_told_what_it_is(tmp_path, content, told):
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(InputError, match=told):
        open_dataset(tmp_path / "a.npz")


def test_a_file_cut_short_is_told(tmp_path):
    path = save(tmp_path / "a.npz")
    path.write_bytes(path.read_bytes()[:900])
    with pytest.raises(InputError, match="damaged or cut short"):
        open_dataset(path)


def test_an_array_shorter_than_its_header_says_is_told(tmp_path):
    with zipfile.ZipFile(save(tmp_path / "a.npz")) as whole, zipfile.ZipFile(tmp_path / "b.npz", "w") as short:
        short.writestr("images.npy", whole.read("images.npy")[:-100])
        short.writestr("labels.npy", whole.read("labels.npy"))
    with pytest.raises(InputError, match=r"promises 1,728 bytes .* the file holds 1,628"):
        open_dataset(tmp_path / "b.npz")


def test_flipped_bytes_are_told_while_streaming(tmp_path):
    path = save(tmp_path / "a.npz")
    content = bytearray(path.read_bytes())
    content[600] ^= 255
    path.write_bytes(content)
    with pytest.raises(InputError, match="damaged"):
        open_dataset(path).load()


def test_a_file_replaced_after_opening_is_told(tmp_path):
    dataset = open_dataset(save(tmp_path / "a.npz"))
    save(tmp_path / "a.npz", images=IMAGES[:6], labels=LABELS[:6])
    with pytest.raises(InputError, match="has changed"):
        dataset.load()


@pytest.fixture
def _without_root() -> Iterator[None]:
    """Root may read everything: be nobody for a while."""
    if os.name != "posix":
        pytest.skip("needs POSIX file modes")
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    yield
    os.seteuid(user)


@pytest.fixture
def unreadable(tmp_path) -> Path:
    path = save(tmp_path / "a.npz")
    path.chmod(0)
    return path


@pytest.mark.usefixtures("unreadable", "_without_root")
def test_a_file_that_may_not_be_read_is_told(tmp_path):
    with pytest.raises(InputError, match="may not be read"):
        open_dataset(tmp_path / "a.npz")
