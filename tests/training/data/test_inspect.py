"""The report of `inspect`: numbers, summary, figures and the page."""

import html
import json
import re
import resource
import shlex
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from training.data import classes
from training.data.drawing import draw_histogram
from training.data.inspect import findings, inspect
from training.data.inspection import ClassSummary
from training.data.load import open_dataset
from training.errors import InputError, TrainingError

FIGURES = {"class_histogram.png", "first_last.png", "classes.png", "suspects.png"}


def noise(count, side=24, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, side, side, 3), np.uint8)


def found_in(folder, images, labels):
    np.savez(folder / "a.npz", images=images, labels=labels)
    return findings(open_dataset(folder / "a.npz"), folder / "report")


def inspection_of(folder, images, labels, name="a.npz", keys=("images", "labels")):
    np.savez(folder / name, **dict(zip(keys, (images, labels), strict=True)))
    return inspect(open_dataset(folder / name, images_key=keys[0], labels_key=keys[1]), folder / "report")


@pytest.fixture(scope="module")
def diseased(tmp_path_factory):
    """Labels 0, 1 and 3; one picture four times under all of them, one twice under two, one twice under one."""
    images = noise(30)
    images[20:24], images[28], images[15] = images[20], images[3], images[6]
    folder = tmp_path_factory.mktemp("inspect")
    return inspection_of(folder, images, np.array([0, 1, 3] * 10), '<odd> & "quoted" name.npz')


@pytest.fixture(scope="module")
def page(diseased):
    return diseased.page.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def complete(tmp_path_factory):
    """Every class has images; a picture three times, a pair, a conflicting pair, and one darker copy."""
    images = noise(48, 32)
    images[40:43], images[30], images[33] = images[40], images[3], images[1]
    images[47] = images[11] * 0.8
    labels = np.arange(48) % 3
    labels[30], labels[40:43] = labels[3], 2
    return inspection_of(tmp_path_factory.mktemp("complete"), images, labels, keys=("x", "y train"))


def test_classes_are_counted_and_weighed_so_that_they_count_alike(diseased):
    first, empty = diseased.classes[0], diseased.classes[2]
    assert first == ClassSummary(label=0, name="class 0", count=10, share=10 / 30, weight=30 / (4 * 10))
    assert (empty.count, empty.weight) == (0, None)
    assert diseased.empty_classes == (empty,)


def test_repeated_pictures_are_listed_largest_first_and_conflicts_told(diseased):
    assert [group.ranges for group in diseased.exact] == ["20..23", "3, 28", "6, 15"]
    assert [group.ranges for group in diseased.conflicting] == ["20..23", "3, 28"]
    assert diseased.unique_count == 25


def test_a_darker_copy_is_reported_and_stays(complete):
    assert [pair.rows for pair in complete.near] == [(11, 47)]
    assert {11, 47} <= set(complete.clean.kept.tolist())


def test_what_clean_would_do_is_told_with_its_numbers(complete):
    assert [(drop.reason, drop.ranges) for drop in complete.clean.dropped] == [
        ("the same picture three times or more", "40..42"),
        ("the same picture under different labels", "1, 33"),
        ("the second of an identical pair", "30"),
    ]
    assert "by rule, clean would drop 6 of these rows and keep 42 in all" in complete.lines()
    assert "drops 6 rows by rule and keeps 42" in complete.page.read_text(encoding="utf-8")


def test_the_summary_is_an_aligned_table_and_a_line_for_each_finding(diseased):
    lines = diseased.lines()
    assert lines[0] == "30 images of 24x24 pixels in 4 classes, 25 of them different"
    table = lines[1:6]
    assert [len(line) for line in table] == [len(table[0])] * 5
    assert table[2].split() == ["1", "class", "1", "10", "33.3%", "0.750"]
    assert table[3].split() == ["2", "class", "2", "0", "0.0%", "none"]
    assert "4 copies of one picture, rows 20..23, under 3 labels" in lines
    assert "2 identical pairs, 1 of them with two labels: rows 3, 28" in lines
    assert "near duplicates, for you to judge: none was found" in lines
    assert "without an image, which clean and train refuse: label 2" in lines


def test_copies_under_one_label_are_told_with_its_name(tmp_path):
    images = noise(8)
    images[5:] = images[5]
    found = found_in(tmp_path, images, np.array([0, 1, 0, 1, 0, 1, 1, 1]))
    assert "3 copies of one picture, rows 5..7, under label 1 (class 1)" in found.lines()
    assert not (tmp_path / "report").exists()


def test_a_file_with_many_classes_and_groups_still_has_a_short_summary(tmp_path):
    images = np.repeat(noise(60), 3, axis=0)
    lines = found_in(tmp_path, images, np.arange(180) % 60).lines()
    assert len(lines) < 40
    assert "... and 36 classes more, on the page" in lines
    assert "... and 56 pictures more that stand three times or more" in lines


def test_a_file_that_clean_would_empty_is_told_so(tmp_path):
    images = noise(9)
    images[6:] = images[6]
    found = inspection_of(tmp_path, images, np.array([0, 1] * 3 + [2] * 3))
    assert found.clean is None
    assert any(line.startswith("clean would refuse: ") and "all 3 of class 2" in line for line in found.lines())
    assert "would refuse this file as it is" in found.page.read_text(encoding="utf-8")


def test_the_json_holds_plain_values_only(diseased, complete):
    read = json.loads(json.dumps(diseased.as_json(), allow_nan=False))
    assert read["exact"][0] == {"size": 4, "rows": "20..23", "labels": {"0": 1, "1": 1, "3": 2}, "conflicting": True}
    assert (read["count"], read["unique_count"], read["clean"]) == (30, 25, None)
    assert read["classes"][2] == {"label": 2, "name": "class 2", "count": 0, "share": 0.0, "weight": None}
    assert complete.as_json()["near"][0]["rows"] == [11, 47]
    assert complete.as_json()["clean"]["kept"] == 42


def test_the_figures_are_pictures_and_nothing_else_is_left(diseased):
    assert {figure.name for figure in diseased.figures} == FIGURES
    assert {path.name for path in diseased.page.parent.iterdir()} == FIGURES | {"inspect.html"}
    for figure in diseased.figures:
        with Image.open(figure) as image:
            assert min(image.size) > 100


def test_the_page_stands_alone_and_every_picture_has_a_text(page):
    assert not re.search(r'(src|href)="(?!data:|#)', page)
    assert not re.search(r"https?:|//|@import|url\(|<script|<link", re.sub(r'src="data:[^"]*"', "", page))
    pictures = re.findall(r"<img [^>]*>", page)
    assert len(pictures) >= 20
    assert all(re.search(r'alt="Row \d+, labelled class \d"', picture) for picture in pictures)


def test_the_page_reads_in_the_dark_and_on_a_phone(page):
    assert "prefers-color-scheme: dark" in page
    assert '<meta name="viewport" content="width=device-width' in page


def test_an_odd_file_name_is_escaped(page):
    assert "&lt;odd&gt; &amp; &#34;quoted&#34; name.npz" in page
    assert "<odd>" not in page


def test_an_odd_class_name_is_escaped_and_is_no_formula(tmp_path, monkeypatch):
    monkeypatch.setattr(classes, "CLASS_NAMES", ("<b>bold</b>", "$x_{$", "c & d"))
    found = inspection_of(tmp_path, noise(30), np.arange(30) % 3)
    text = found.page.read_text(encoding="utf-8")
    assert found.names == ("<b>bold</b>", "$x_{$", "c & d")
    assert "<b>bold" not in text
    assert "&lt;b&gt;bold&lt;/b&gt;" in text


def test_the_page_has_a_row_of_numbers_for_each_class(page):
    rows = re.findall(r"<tr><td>(\d)</td><td>(.*?)</td><td.*?>(.*?)</td><td.*?>(.*?)</td><td.*?>(.*?)</td>", page)
    assert rows == [
        ("0", "class 0", "10", "33.3%", "0.750"),
        ("1", "class 1", "10", "33.3%", "0.750"),
        ("2", "class 2", "0", "0.0%", "no image"),
        ("3", "class 3", "10", "33.3%", "0.750"),
    ]


def test_the_page_says_what_clean_does_with_each_group(page):
    assert "all go: the same picture three times or more" in page
    assert "both go: the same picture under different labels" in page
    assert "row 15 goes: the second of an identical pair" in page


def test_the_page_names_the_next_command_as_it_is_typed(complete):
    text = html.unescape(complete.page.read_text(encoding="utf-8"))
    command = re.search(r"<code>(kit clean [^<]+-o[^<]+)</code>", text)
    assert shlex.split(command[1]) == [
        *("kit", "clean", str(complete.path), "-o", "training_set_trimmed.npz"),
        *("--images-key", "x", "--labels-key", "y train"),
    ]


def test_a_file_without_suspects_and_with_one_image_is_reported_too(tmp_path):
    found = inspection_of(tmp_path, np.zeros((1, 9, 7, 3), np.uint8), np.array([0]))
    assert (found.exact, found.near, found.outliers) == ((), (), ())
    assert "No two rows hold the same pixels" in found.page.read_text(encoding="utf-8")
    assert "exact duplicates: none was found" in found.lines()


def test_very_many_classes_are_drawn_on_one_sheet(tmp_path):
    draw_histogram(classes.class_names(100), [1] * 100, tmp_path / "histogram.png")
    with Image.open(tmp_path / "histogram.png") as histogram:
        assert histogram.height < 4000


def test_large_images_are_shown_small(tmp_path):
    found = inspection_of(tmp_path, noise(3, 500), np.arange(3))
    assert re.search(r'width="160" height="160"', found.page.read_text(encoding="utf-8"))
    assert found.page.stat().st_size < 500_000


def test_an_earlier_report_is_replaced(tmp_path):
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "inspect.html").write_text("of an earlier time")
    found = inspection_of(tmp_path, noise(6), np.arange(6) % 2)
    assert "6 images of 24" in found.page.read_text(encoding="utf-8")


def test_a_file_where_a_folder_is_wanted_is_told_before_the_work(tmp_path):
    (tmp_path / "report").write_text("in the way")
    with pytest.raises(InputError, match="is a file, a folder was expected") as refusal:
        inspection_of(tmp_path, noise(4), np.arange(4) % 2)
    assert "-o DIR" in refusal.value.fix
    assert (tmp_path / "report").read_text() == "in the way"


def test_a_folder_below_a_file_is_told(tmp_path):
    np.savez(tmp_path / "a.npz", images=noise(4), labels=np.arange(4) % 2)
    with pytest.raises(InputError, match="cannot be made"):
        inspect(open_dataset(tmp_path / "a.npz"), tmp_path / "a.npz" / "report")


def test_a_full_disk_is_told_and_nothing_half_written_is_left(tmp_path):
    np.savez(tmp_path / "a.npz", images=noise(12), labels=np.arange(12) % 2)
    dataset = open_dataset(tmp_path / "a.npz")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))
    try:
        with pytest.raises(TrainingError, match="the disk is full"):
            inspect(dataset, tmp_path / "report")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list((tmp_path / "report").iterdir()) == []


def test_inspecting_needs_neither_tensorflow_nor_a_screen():
    code = "import sys, training.data.inspect; print({'tensorflow', 'keras', 'matplotlib.pyplot'} & {*sys.modules})"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set()"
