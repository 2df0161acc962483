"""Which runs may answer together, and on which images they are measured."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training.data.load import Dataset
from training.errors import InputError
from training.members import class_names_of, common_test_split, given_images, image_shape_of, read_members

IMAGES = np.random.default_rng(0).integers(0, 256, (9, 4, 4, 3), dtype=np.uint8)
LABELS = np.arange(9) % 2
SPLIT = {"fractions": [0.8, 0.2], "train": 36, "test": 9}


@pytest.fixture
def make_run(tmp_path: Path) -> Callable[..., Path]:
    """A finished run, its graph a few bytes: make("a", classes=["x", "y"], labels=None, ...)."""

    def make(
        name: str,
        *,
        images: Any = IMAGES,
        labels: Any = LABELS,
        classes: tuple[str, ...] = ("x", "y"),
        shape: tuple[int, ...] = (4, 4, 3),
        data: str | None = "d1",
        split: dict[str, Any] | None = SPLIT,
    ) -> Path:
        folder = tmp_path / name
        (folder / "saved_model").mkdir(parents=True)
        (folder / "saved_model" / "saved_model.pb").write_text(name)
        known = {} if labels is None else {"labels": labels}
        np.savez(folder / "test.npz", images=images, predictions=np.full(len(images), ord(name[0]) % 2), **known)
        card = {"class_names": classes, "input": {"shape": shape}, "data": data and {"sha256": data}, "split": split}
        (folder / "card.json").write_text(json.dumps(card))
        return folder

    return make


MakeRun = Callable[..., Path]


def test_runs_that_fit_are_measured_on_the_split_that_all_held_back(make_run: MakeRun) -> None:
    members = read_members([make_run("a"), make_run("b"), make_run("c")])
    assert class_names_of(members) == ("x", "y")
    assert image_shape_of(members) == (4, 4, 3)
    held = common_test_split(members)
    assert np.array_equal(held.images, IMAGES)
    assert held.labels is not None
    assert held.labels.tolist() == LABELS.tolist()


def test_other_classes_are_refused_with_both(make_run: MakeRun) -> None:
    members = read_members([make_run("a"), make_run("b", classes=("y", "x"))])
    with pytest.raises(
        InputError, match=r"differ in class names: \S+b has \['y', 'x'\], expected \['x', 'y'\] as \S+a"
    ):
        class_names_of(members)


def test_another_image_shape_is_refused_with_both(make_run: MakeRun) -> None:
    members = read_members([make_run("a"), make_run("b", shape=(8, 8, 3))])
    with pytest.raises(InputError, match=r"image shape: \S+b has \[8, 8, 3\], expected \[4, 4, 3\]") as refused:
        image_shape_of(members)
    assert "Resizing" in refused.value.fix


def test_other_data_are_refused(make_run: MakeRun) -> None:
    with pytest.raises(InputError, match=r"data \(sha256\): \S+b has d2, expected d1") as refused:
        common_test_split(read_members([make_run("a"), make_run("b", data="d2")]))
    assert "--data NPZ" in refused.value.fix


@pytest.mark.parametrize(
    "other", [{"images": IMAGES[::-1]}, {"images": IMAGES[:8], "labels": np.zeros(8)}, {"labels": np.zeros(9)}]
)
def test_another_test_split_is_refused(make_run: MakeRun, other: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=r"differ in their test split: \S+b holds back [89] images .* expected 9 "):
        common_test_split(read_members([make_run("a"), make_run("b", **other)]))


def test_a_model_from_elsewhere_is_measured_on_the_split_of_those_trained_here(make_run: MakeRun) -> None:
    elsewhere = make_run("e", images=IMAGES[:3], labels=np.zeros(3), data=None, split=None)
    held = common_test_split(read_members([elsewhere, make_run("a"), make_run("b")]))
    assert np.array_equal(held.images, IMAGES)


def test_models_from_elsewhere_alone_need_the_same_images_and_no_labels(make_run: MakeRun) -> None:
    far = {"data": None, "split": None, "labels": None}
    assert common_test_split(read_members([make_run("a", **far), make_run("b", **far)])).labels is None
    with pytest.raises(InputError, match="differ in their test split"):
        common_test_split(read_members([make_run("c", **far), make_run("d", **far, images=IMAGES[:5])]))


def test_the_same_run_and_its_copy_count_twice_and_are_refused(make_run: MakeRun, tmp_path: Path) -> None:
    first = make_run("a")
    shutil.copytree(first, tmp_path / "copy")
    with pytest.raises(InputError, match=r"copy is the same model as .*a: it would count twice"):
        read_members([first, tmp_path / "copy"])
    with pytest.raises(InputError, match="it would count twice"):
        read_members([first, make_run("b"), Path(first / ".." / "a")])


def test_an_unfinished_run_and_one_without_a_graph_are_refused(make_run: MakeRun, tmp_path: Path) -> None:
    (tmp_path / "begun").mkdir()
    with pytest.raises(InputError, match=r"begun is no finished run: it has no card\.json"):
        read_members([make_run("a"), tmp_path / "begun"])
    (make_run("b") / "saved_model" / "saved_model.pb").unlink()
    with pytest.raises(InputError, match=r"b has no graph: .*saved_model\.pb is missing"):
        read_members([tmp_path / "a", tmp_path / "b"])


def test_given_images_are_taken_unless_a_run_was_trained_on_them(
    make_run: MakeRun, write_dataset: Callable[[int], Dataset]
) -> None:
    data = write_dataset(1)
    fitting: dict[str, Any] = {"classes": tuple("abcdefgh"), "shape": (24, 24, 3)}
    held = given_images(read_members([make_run("a", **fitting), make_run("b", **fitting, data="d2")]), data)
    assert (held.images.shape, held.sha256) == ((80, 24, 24, 3), data.sha256)
    seen = make_run("c", **fitting, data=data.sha256)
    with pytest.raises(InputError, match=r"c was trained on \S+images\.npz"):
        given_images(read_members([seen]), data)


def test_given_images_must_fit_the_runs(make_run: MakeRun, dataset: Dataset) -> None:
    with pytest.raises(InputError, match=r"has images \(24, 24, 3\), the runs take \(4, 4, 3\)"):
        given_images(read_members([make_run("a")]), dataset)
    with pytest.raises(InputError, match="has labels up to 7, the runs know 2 classes"):
        given_images(read_members([make_run("b", shape=(24, 24, 3))]), dataset)
