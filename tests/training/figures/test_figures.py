"""The figures of a run: what they show, and that the same values give the same bytes."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from training import augment, figures
from training.figures import swept as swept_figure
from training.figures.learning import phase_starts
from training.figures.swept import Panel, swept
from training.measure import score

NAMES = ("round", "long", "small")
PNG = b"\x89PNG\r\n\x1a\n"
ROW = {"loss": 1.0, "accuracy": 0.5, "val_loss": 1.2, "val_accuracy": 0.4}


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    """The figures that are saved, to look into."""
    seen: list[Figure] = []
    for module in ("learning", "classes", "swept", "examples"):
        monkeypatch.setattr(f"training.figures.{module}.save", lambda figure, _path: seen.append(figure))
    return seen


def texts(figure: Figure) -> set[str]:
    return {one.get_text() for one in figure.findobj(match=lambda part: hasattr(part, "get_text"))}


def history(**columns: list[object]) -> list[dict[str, object]]:
    count = len(next(iter(columns.values()))) if columns else 2
    return [
        {"epoch": place + 1, **ROW, **{name: values[place] for name, values in columns.items()}}
        for place in range(count)
    ]


@pytest.mark.parametrize("validated", [True, False])
def test_learning_curves_are_drawn_with_and_without_validation(tmp_path, validated):
    row = {name: value for name, value in ROW.items() if validated or not name.startswith("val_")}
    path = tmp_path / "figures" / "learning_curves.png"
    figures.learning_curves([{"epoch": epoch, **row} for epoch in (1, 2)], 2, path)
    assert path.read_bytes().startswith(PNG)
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_learning_curves_show_loss_and_accuracy_of_both_parts_and_the_epoch_kept(drawn, tmp_path):
    figures.learning_curves(history(), 2, tmp_path / "a.png")
    loss, accuracy = drawn[0].axes
    assert {line.get_label() for line in loss.lines} == {"training", "validation", "kept: epoch 2"}
    assert [list(line.get_ydata()) for line in accuracy.lines[1:]] == [[0.5, 0.5], [0.4, 0.4]]
    assert (loss.get_ylabel(), loss.get_xlabel()) == ("loss (cross-entropy, nats)", "epoch")


def test_the_learning_rate_is_a_third_panel_with_a_logarithmic_axis(drawn, tmp_path):
    figures.learning_curves(history(learning_rate=[1e-3, 1e-5]), 2, tmp_path / "a.png")
    rate = drawn[0].axes[2]
    assert rate.get_yscale() == "log"
    assert list(rate.lines[0].get_ydata()) == [1e-3, 1e-5]


def test_phases_are_named_and_parted_where_there_are_several(drawn, tmp_path):
    phases = ["frozen", "frozen", "fine-tuning"]
    figures.learning_curves(history(phase=phases), 3, tmp_path / "a.png")
    figures.learning_curves(history(phase=["training"] * 3), 3, tmp_path / "b.png")
    assert {"frozen", "fine-tuning"} <= texts(drawn[0])
    assert "training" not in {one.get_text() for axes in drawn[1].axes for one in axes.texts}
    assert [2.5, 2.5] in [list(line.get_xdata()) for line in drawn[0].axes[0].lines]
    assert phase_starts(history(phase=phases)) == [("frozen", 1), ("fine-tuning", 3)]
    assert phase_starts(history()) == []


def test_the_confusion_matrix_is_drawn_also_with_a_class_without_images(tmp_path):
    path = tmp_path / "confusion_matrix.png"
    figures.confusion(score(np.array([0, 0, 2]), np.array([0, 1, 2]), NAMES), path)
    assert path.read_bytes().startswith(PNG)


def test_each_cell_of_the_matrix_has_its_count(drawn, tmp_path):
    figures.confusion(score(np.array([0, 0, 0, 1]), np.array([0, 2, 2, 1]), NAMES), tmp_path / "a.png")
    cells = {
        (round(one.get_position()[1]), round(one.get_position()[0])): one.get_text() for one in drawn[0].axes[0].texts
    }
    assert cells == {(0, 0): "1", (0, 2): "2", (1, 1): "1"}


def test_each_class_has_a_bar_as_long_as_its_recall_and_no_bar_without_images(drawn, tmp_path):
    figures.recall(score(np.array([0, 0, 2]), np.array([0, 1, 2]), NAMES), tmp_path / "a.png")
    axes = drawn[0].axes[0]
    assert [bar.get_width() for bar in axes.patches] == [0.5, 0, 1.0]
    assert {"0.500 of 2", "no images", "1.000 of 1"} <= texts(drawn[0])
    assert [one.get_text() for one in axes.get_yticklabels()] == list(NAMES)
    assert axes.get_xlim() == (0, 1)


PANELS = [
    Panel(field="optimizer", values=("adam", "lion", "lion"), ticks=("adam", "lion"), is_logarithmic=False),
    Panel(field="learning_rate", values=(1e-3, 1e-2, 1e-1), ticks=None, is_logarithmic=True),
    Panel(field="dropout", values=(0.1, 0.2, 0.3), ticks=None, is_logarithmic=False),
    Panel(field="batch_size", values=("8", "8", "8"), ticks=("8",), is_logarithmic=False),
]
REACHED = {"validation": [0.5, 0.9, 0.7], "test": [0.4, 0.8, 0.6]}


def test_a_sweep_has_a_panel_a_field_with_the_best_trial_marked_in_each(drawn, tmp_path):
    swept(PANELS, REACHED, tmp_path / "a.png")
    panels = [axes for axes in drawn[0].axes if axes.get_visible()]
    assert [axes.get_xlabel() for axes in panels] == ["optimizer", "learning_rate", "dropout", "batch_size"]
    assert [axes.get_xscale() for axes in panels] == ["linear", "log", "linear", "linear"]
    star = panels[1].collections[2]
    assert (star.get_label(), star.get_offsets().tolist()) == ("best by validation", [[1e-2, 0.9]])


def test_the_points_of_one_category_do_not_hide_each_other():
    places = swept_figure._places(PANELS[0])
    assert places[0] == 0
    assert len(set(places)) == 3
    assert all(0.5 < place < 1.5 for place in places[1:])


LABELS = np.array([2, 0, 2, 0])
IMAGES = np.random.default_rng(0).integers(0, 256, (4, 30, 24, 3), dtype=np.uint8)


def shown(figure: Figure) -> list[list[np.ndarray]]:
    """The images of each row."""
    rows: dict[int, list[np.ndarray]] = {}
    for axes in figure.axes:
        rows.setdefault(axes.get_subplotspec().rowspan.start, []).append(np.asarray(axes.images[0].get_array()))
    return list(rows.values())


def test_examples_show_the_first_image_of_each_class_as_it_lies_and_under_each_pipeline(drawn, tmp_path):
    figures.augmentation_examples(IMAGES, LABELS, NAMES, "seven-pipelines", tmp_path / "a.png", 0)
    first, *others = shown(drawn[0])
    assert np.array_equal(first, IMAGES[[1, 0]])
    assert len(others) == len(augment.PIPELINES) == 7
    for row, pipeline in zip(others, augment.PIPELINES.values(), strict=True):
        assert np.array_equal(row, pipeline(IMAGES[[1, 0]], np.arange(2), (0, 1)))
    titles = {one.replace("\n", " ") for one in texts(drawn[0])}
    assert {"as it lies", "round", "small", *augment.PIPELINES} <= titles
    assert "long" not in titles


@pytest.mark.parametrize("name", ["basic", "report"])
def test_examples_of_any_other_augmentation_are_several_draws_by_the_seed(drawn, tmp_path, name):
    for seed in (0, 0, 1):
        figures.augmentation_examples(IMAGES, LABELS, NAMES, name, tmp_path / "a.png", seed)
    first, again, other = (np.array(shown(one)) for one in drawn)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert np.array_equal(first[1], augment.named(name)(IMAGES[[1, 0]], np.arange(2), (0, 1)))
    assert len({row.tobytes() for row in first}) > 2


def test_examples_are_drawn_of_grey_images_and_of_a_memory_map(tmp_path):
    grey = np.memmap(tmp_path / "images.raw", np.uint8, "w+", shape=(4, 24, 24, 1))
    grey[:] = IMAGES[:, :24, :, :1]
    figures.augmentation_examples(grey, LABELS, NAMES, "basic", tmp_path / "a.png", 0)
    assert (tmp_path / "a.png").read_bytes().startswith(PNG)


def test_the_same_figure_is_the_same_bytes(tmp_path):
    scores = score(np.array([0, 1]), np.array([0, 1]), NAMES)
    for name in ("a", "b"):
        figures.confusion(scores, tmp_path / f"{name}_confusion.png")
        figures.recall(scores, tmp_path / f"{name}_recall.png")
        figures.learning_curves(history(learning_rate=[1e-3, 1e-5]), 2, tmp_path / f"{name}_curves.png")
        swept(PANELS, REACHED, tmp_path / f"{name}_swept.png")
    for kind in ("confusion", "recall", "curves", "swept"):
        assert (tmp_path / f"a_{kind}.png").read_bytes() == (tmp_path / f"b_{kind}.png").read_bytes()
