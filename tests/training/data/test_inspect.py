"""The report of `inspect`: numbers, figures and the page."""

import json
import re

import numpy as np
import pytest
from PIL import Image

from training.data.inspect import inspect
from training.data.inspection import ClassSummary
from training.data.load import open_dataset
from training.errors import InputError


@pytest.fixture(scope="module")
def inspected(tmp_path_factory):
    folder = tmp_path_factory.mktemp("inspect")
    images = np.random.default_rng(0).integers(0, 256, (30, 24, 24, 3), np.uint8)
    images[20:24] = images[20]
    images[28] = images[3]
    labels = np.array([0, 1, 3] * 10)
    np.savez(folder / "<odd> name.npz", images=images, labels=labels)
    return inspect(open_dataset(folder / "<odd> name.npz"), folder / "report")


def test_classes_are_counted_and_weighed_so_that_they_count_alike(inspected):
    first, empty = inspected.classes[0], inspected.classes[2]
    assert first == ClassSummary(label=0, name="class 0", count=10, share=10 / 30, weight=30 / (4 * 10))
    assert (empty.count, empty.weight) == (0, None)
    assert inspected.empty_classes == (empty,)


def test_repeated_pictures_are_listed_largest_first_and_conflicts_told(inspected):
    assert [group.ranges for group in inspected.exact] == ["20..23", "3, 28"]
    assert [group.ranges for group in inspected.conflicting] == ["20..23", "3, 28"]
    assert inspected.unique_count == 26


def test_the_json_holds_plain_values_only(inspected):
    read = json.loads(json.dumps(inspected.as_json(), allow_nan=False))
    assert read["exact"][0] == {"size": 4, "rows": "20..23", "labels": {"0": 1, "1": 1, "3": 2}, "conflicting": True}
    assert read["count"] == 30
    assert read["classes"][1]["name"] == "class 1"


def test_the_figures_are_pictures_and_nothing_else_is_left(inspected):
    names = {"class_histogram.png", "first_last.png", "classes.png", "suspects.png"}
    assert {figure.name for figure in inspected.figures} == names
    assert {path.name for path in inspected.page.parent.iterdir()} == names | {"inspect.html"}
    for figure in inspected.figures:
        with Image.open(figure) as image:
            assert min(image.size) > 100


def test_the_page_stands_alone_and_every_picture_has_a_text(inspected):
    page = inspected.page.read_text(encoding="utf-8")
    assert "&lt;odd&gt; name.npz" in page
    assert "<odd>" not in page
    assert not re.search(r'(src|href)="(?!data:|#)', page)
    assert "<script" not in page
    pictures = re.findall(r"<img [^>]*>", page)
    assert len(pictures) >= 20
    assert all(re.search(r'alt="Row \d+, labelled class \d"', picture) for picture in pictures)


def test_the_page_says_what_clean_would_do(inspected):
    page = inspected.page.read_text(encoding="utf-8")
    assert "all go: the same picture three times or more" in page
    assert "both go: the same picture under different labels" in page


def test_a_file_without_suspects_and_with_one_image_is_reported_too(tmp_path):
    np.savez(tmp_path / "a.npz", images=np.zeros((1, 9, 7, 3), np.uint8), labels=[0])
    found = inspect(open_dataset(tmp_path / "a.npz"), tmp_path / "report")
    assert (found.exact, found.near, found.outliers) == ((), (), ())
    assert "No two rows hold the same pixels" in found.page.read_text(encoding="utf-8")


def test_a_file_where_a_folder_is_wanted_is_told_before_the_work(tmp_path):
    np.savez(tmp_path / "a.npz", images=np.zeros((1, 9, 7, 3), np.uint8), labels=[0])
    with pytest.raises(InputError, match="is a file, a folder was expected"):
        inspect(open_dataset(tmp_path / "a.npz"), tmp_path / "a.npz")
