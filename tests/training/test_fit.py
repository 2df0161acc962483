"""Training from the split to the finished folder: what it leaves, and how it goes on after an interruption."""

import csv
import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training.data.load import Dataset
from training.errors import ExistsError, InputError, TrainingError
from training.recipes.recipe import Recipe

pytestmark = pytest.mark.slow

MakeReporter = Callable[..., Any]


@dataclass(frozen=True)
class Finished:
    """An uninterrupted run; `killed` is a copy of its folder as a kill in the middle of epoch 3 would leave it."""

    folder: Path
    killed: Path
    card: dict[str, Any]


@pytest.fixture(scope="module")
def finished(
    tmp_path_factory: pytest.TempPathFactory, dataset: Dataset, recipe: Recipe, recorder: MakeReporter
) -> Finished:
    """Trained once for all tests, exported in a process of its own; they read it and do not write."""
    from training.fit import train

    root = tmp_path_factory.mktemp("runs")
    folder, killed = root / "whole", root / "killed"
    reporter = recorder("epoch 3/", lambda: shutil.copytree(folder, killed))
    card = train(recipe, dataset, folder, options=options(command="kit train small"), reporter=reporter)
    return Finished(folder=folder, killed=killed, card=card)


def options(**changes: Any) -> Any:
    from training.options import Options

    return Options(**({"seed": 5} | changes))


@pytest.fixture
def begin_and_interrupt(dataset: Dataset, recipe: Recipe, tmp_path: Path, interrupted_at: MakeReporter) -> Any:
    """Train in tmp_path/"run" until Ctrl-C within an epoch; returns the folder and what was said."""
    from training.fit import train

    def begin(epoch: int, **changes: Any) -> tuple[Path, list[str]]:
        reporter = interrupted_at(f"epoch {epoch}/")
        with pytest.raises(KeyboardInterrupt):
            train(recipe, dataset, tmp_path / "run", options=options(**changes), reporter=reporter)
        return tmp_path / "run", reporter.said

    return begin


def history(folder: Path) -> list[dict[str, str]]:
    """The rows without what a clock decides."""
    with (folder / "history.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [{name: value for name, value in row.items() if name not in ("seconds", "wait_share")} for row in rows]


def test_a_finished_run_has_every_part_and_nothing_else(finished: Finished) -> None:
    parts = {path.name for path in finished.folder.iterdir()}
    assert parts == {
        "card.json",
        "figures",
        "history.csv",
        "model.keras",
        "saved_model",
        "split.npz",
        "tensorboard",
        "test.npz",
    }
    figures = {path.name for path in (finished.folder / "figures").iterdir()}
    assert figures == {"augmentation_examples.png", "confusion_matrix.png", "learning_curves.png", "recall.png"}
    assert [row["epoch"] for row in history(finished.folder)] == ["1", "2", "3"]


def test_the_card_tells_where_the_run_came_from(finished: Finished, dataset: Dataset, recipe: Recipe) -> None:
    card = json.loads((finished.folder / "card.json").read_text())
    assert card == finished.card
    assert card["recipe"] == "baseline"
    assert card["settings"] == recipe.settings
    assert card["command"] == "kit train small"
    assert card["data"] == {"path": "images.npz", "sha256": dataset.sha256, "images": 80}
    assert sum(card["split"][part] for part in ("train", "validation", "test")) == 80
    assert card["input"] == {"shape": [24, 24, 3], "dtype": "uint8", "range": [0, 255]}
    assert set(card["recall"]) == set(card["class_names"])
    assert card["test_sha256"] == hashlib.sha256((finished.folder / "test.npz").read_bytes()).hexdigest()
    assert str(finished.folder.parent) not in json.dumps(card)


def test_the_test_split_is_the_one_of_the_stored_rows(finished: Finished, dataset: Dataset) -> None:
    with np.load(finished.folder / "split.npz") as split, np.load(finished.folder / "test.npz") as test:
        assert np.array_equal(test["images"], dataset.load(split["test"]))
        assert np.array_equal(test["labels"], dataset.labels[split["test"]])
        assert test["images"].dtype == np.uint8
        assert test["labels"].dtype == test["predictions"].dtype == np.int64
        everything = np.concatenate([split["train"], split["validation"], split["test"]])
    assert sorted(everything.tolist()) == list(range(80))


def test_the_cards_accuracy_is_the_exported_graphs_to_the_last_digit(finished: Finished) -> None:
    import tensorflow as tf

    with np.load(finished.folder / "test.npz") as test:
        images, labels, predictions = test["images"], test["labels"], test["predictions"]
    graph = tf.saved_model.load(str(finished.folder / "saved_model"))
    answers = graph.serve(tf.constant(images.astype(np.float32))).numpy().argmax(axis=1)
    assert np.array_equal(answers, predictions)
    assert finished.card["accuracy"] == int((answers == labels).sum()) / len(labels)


def test_the_saved_model_has_no_optimizer(finished: Finished) -> None:
    import keras

    assert getattr(keras.models.load_model(finished.folder / "model.keras"), "optimizer", None) is None


@pytest.mark.usefixtures("no_child")
def test_a_run_killed_within_an_epoch_goes_on_to_the_same_result(
    finished: Finished, dataset: Dataset, recipe: Recipe, tmp_path: Path, recorder: MakeReporter
) -> None:
    import keras

    from training.fit import train

    folder, reporter = tmp_path / "resumed", recorder()
    shutil.copytree(finished.killed, folder)
    (folder / ".export-left").mkdir()
    (folder / ".model.keras.left.keras").touch()
    card = train(recipe, dataset, folder, options=options(resume=True), reporter=reporter)
    assert "Going on after epoch 2 of 3." in reporter.said
    assert history(folder) == history(finished.folder)
    weights = [keras.models.load_model(run / "model.keras").get_weights() for run in (folder, finished.folder)]
    assert all(np.array_equal(one, other) for one, other in zip(*weights, strict=True))
    assert card["test_sha256"] == finished.card["test_sha256"]
    assert {path.name for path in folder.iterdir()} == {path.name for path in finished.folder.iterdir()}


def test_another_seed_trains_another_model(finished: Finished, begin_and_interrupt: Any) -> None:
    folder, _ = begin_and_interrupt(2, seed=6)
    assert history(folder)[0] != history(finished.folder)[0]


def test_ctrl_c_keeps_the_finished_epochs_and_says_how_to_go_on(begin_and_interrupt: Any) -> None:
    folder, said = begin_and_interrupt(2)
    assert said[-1] == "Stopped in epoch 2; 1 of 3 epochs are saved. Go on with --resume."
    assert len(history(folder)) == 1
    assert not (folder / "card.json").exists()


def test_a_run_that_has_begun_is_not_begun_again(dataset: Dataset, recipe: Recipe, begin_and_interrupt: Any) -> None:
    from training.fit import train

    folder, _ = begin_and_interrupt(1)
    with pytest.raises(ExistsError) as caught:
        train(recipe, dataset, folder, options=options())
    assert "--resume" in caught.value.fix


def test_resuming_as_another_run_names_each_difference(
    dataset: Dataset, recipe: Recipe, begin_and_interrupt: Any, write_dataset: Callable[[int], Dataset]
) -> None:
    from training.fit import train

    folder, _ = begin_and_interrupt(1)
    other = replace(recipe, learning_rate=0.5)
    with pytest.raises(InputError) as caught:
        train(other, dataset, folder, options=options(resume=True, seed=6))
    assert "learning_rate: 0.01 there, 0.5 now; seed: 5 there, 6 now" in caught.value.what
    with pytest.raises(InputError, match="data sha256: "):
        train(recipe, write_dataset(1), folder, options=options(resume=True))


def test_a_resumed_run_keeps_the_number_of_epochs_that_it_began_with(begin_and_interrupt: Any) -> None:
    begin_and_interrupt(2, epochs=7)
    _, said = begin_and_interrupt(2, resume=True)
    assert said[0] == "Going on after epoch 1 of 7."


def test_resuming_a_finished_run_says_so_and_changes_nothing(
    finished: Finished, dataset: Dataset, recipe: Recipe, recorder: MakeReporter
) -> None:
    from training.fit import train

    reporter, before = recorder(), (finished.folder / "card.json").stat().st_mtime_ns
    card = train(recipe, dataset, finished.folder, options=options(resume=True), reporter=reporter)
    assert card == finished.card
    assert "is finished already" in reporter.said[0]
    assert (finished.folder / "card.json").stat().st_mtime_ns == before


def test_without_validation_images_the_training_loss_decides_and_this_is_said(begin_and_interrupt: Any) -> None:
    folder, said = begin_and_interrupt(2, fractions=(0.8, 0.0, 0.2))
    assert "early stopping goes by the training loss" in said[0]
    assert set(history(folder)[0]) == {"epoch", "phase", "learning_rate", "loss", "accuracy"}


def test_overwriting_spares_a_folder_that_holds_anything_else(dataset: Dataset, recipe: Recipe, tmp_path: Path) -> None:
    from training.fit import train

    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "thesis.tex").write_text("years of work")
    with pytest.raises(InputError, match=r"it also holds thesis\.tex"):
        train(recipe, dataset, folder, options=options(overwrite=True))
    assert (folder / "thesis.tex").read_text() == "years of work"


def test_a_full_disk_is_one_sentence_with_the_way_on(
    dataset: Dataset, recipe: Recipe, tmp_path: Path, recorder: MakeReporter
) -> None:
    from training.fit import train

    def fill() -> None:
        raise OSError(28, "No space left on device", "state.npz")

    with pytest.raises(TrainingError, match=r"state\.npz could not be written or read: No space left") as caught:
        train(recipe, dataset, tmp_path / "run", options=options(), reporter=recorder("epoch 1/", fill))
    assert "--resume" in caught.value.fix
    assert caught.value.exit_code == 3
