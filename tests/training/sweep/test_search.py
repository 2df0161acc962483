"""The trials of a sweep are full runs; a kill, a divergence and a full disk do what they should."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from training.data.load import Dataset
from training.errors import TrainingError
from training.options import Options
from training.recipes.recipe import Recipe
from training.sweep.axis import parse
from training.sweep.ledger import DONE, FAILED, RUNNING, Ledger
from training.sweep.sweep import Sweep

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("no_child")]


@pytest.fixture
def begin(tmp_path: Path, dataset: Dataset, recipe: Recipe) -> Callable[..., Any]:
    """Make a search over batch sizes in the test's folder: the same again goes on."""

    def make(reporter: Any, words: tuple[str, ...] = ("batch_size=16,8",), **values: Any) -> Any:
        from training.sweep.search import Search

        sweep = Sweep(recipe=recipe, axes=parse(list(words)), data_sha256=dataset.sha256, **values)
        ledger = Ledger(tmp_path / "sweep", sweep)
        return Search(ledger=ledger, dataset=dataset, options=Options(), reporter=reporter)

    return make


def test_each_trial_is_a_full_run_with_its_own_values_and_the_files_are_written(begin, recorder):
    from training.sweep.search import run

    search = begin(recorder())
    run(search)
    folder = search.ledger.folder
    cards = [json.loads((folder / name / "card.json").read_text()) for name in ("000", "001")]
    assert [card["settings"]["batch_size"] for card in cards] == [16, 8]
    assert all((folder / name / "saved_model").is_dir() for name in ("000", "001"))
    assert all((folder / name).is_file() for name in ("sweep.csv", "sweep.json", "sweep.png"))
    for trial, card in zip(search.ledger.trials(), cards, strict=True):
        assert trial.state == DONE
        assert trial.facts["test_accuracy"] == card["accuracy"]
        assert trial.facts["validation_images"] == card["split"]["validation"]


def test_a_sweep_chooses_by_the_validation_accuracy_of_the_epoch_that_is_kept(tmp_path):
    from training.sweep.search import facts

    (tmp_path / "history.csv").write_text("epoch,val_accuracy\n1,0.5\n2,0.75\n3,0.9\n")
    card = {"best_epoch": 2, "accuracy": 0.6, "test_images": 9, "split": {"validation": 8}, "parameters": 1}
    card |= {"epochs_run": 3, "ended": "all 3 epochs are done", "seconds": 1.0, "shift": {"shifted": 0.25}}
    (tmp_path / "card.json").write_text(json.dumps(card))
    assert facts(tmp_path)["validation_accuracy"] == 0.75
    assert facts(tmp_path)["shifted_accuracy"] == 0.25


def test_a_trial_stopped_in_its_second_epoch_goes_on_from_there(begin, recorder, interrupted_at):
    from training.sweep.search import run

    with pytest.raises(KeyboardInterrupt):
        run(begin(interrupted_at("epoch 2/")))
    stopped = begin(recorder())
    assert [one.state for one in stopped.ledger.trials()] == [RUNNING]
    run(stopped)
    assert stopped.reporter.bars.count("epoch 1/3") == 1  # the second trial's alone
    assert "Going on after epoch 1 of 3." in stopped.reporter.said
    assert stopped.ledger.is_finished()


def test_a_run_that_ended_and_was_not_entered_is_entered_without_training(begin, recorder):
    from training.sweep import search as searching

    search = begin(recorder(), ("batch_size=16",))

    def stop(_: Path) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        searching.run(replace(search, measure=stop))
    again = begin(recorder(), ("batch_size=16",))
    searching.run(again)
    assert not again.reporter.bars
    assert again.ledger.is_finished()


def test_a_trial_that_diverges_is_entered_with_its_reason_and_the_sweep_goes_on(begin, recorder, monkeypatch):
    from training.sweep import search as searching

    real = searching.train

    def train(recipe: Recipe, *arguments: Any, **options: Any) -> Any:
        if recipe.batch_size == 16:
            raise TrainingError("no epoch was finished: the loss became nan in epoch 1", "lower learning_rate")
        return real(recipe, *arguments, **options)

    monkeypatch.setattr(searching, "train", train)
    search = begin(recorder())
    searching.run(search)
    first, second = search.ledger.trials()
    assert (first.state, second.state) == (FAILED, DONE)
    assert first.facts["reason"] == "no epoch was finished: the loss became nan in epoch 1"


def test_a_device_with_too_little_memory_ends_the_trial_and_not_the_sweep(begin, recorder, monkeypatch):
    from training.sweep import search as searching

    def train(*_: Any, **__: Any) -> Any:
        raise RuntimeError("RESOURCE_EXHAUSTED: Out of memory while trying to allocate 8589934592 bytes.")

    monkeypatch.setattr(searching, "train", train)
    search = begin(recorder())
    searching.run(search)
    assert {one.facts["reason"] for one in search.ledger.trials()} == {"the memory of the device is too small for it"}


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), ValueError("a mistake of ours")])
def test_what_would_stop_every_trial_stops_the_sweep_and_the_trial_can_go_on(begin, recorder, monkeypatch, error):
    from training.sweep import search as searching

    def train(*_: Any, **__: Any) -> Any:
        if isinstance(error, OSError):
            raise TrainingError("could not be written", "make room") from error
        raise error

    monkeypatch.setattr(searching, "train", train)
    search = begin(recorder())
    with pytest.raises((TrainingError, ValueError)):
        searching.run(search)
    assert [one.state for one in search.ledger.trials()] == [RUNNING]


def test_a_trial_that_was_killed_before_its_first_line_begins_anew(begin, recorder, interrupted_at):
    from training.sweep.search import run

    with pytest.raises(KeyboardInterrupt):
        run(begin(interrupted_at("epoch 1/"), ("batch_size=16",)))
    search = begin(recorder(), ("batch_size=16",))
    (search.ledger.folder / "000" / "checkpoint" / "started.json").unlink()
    run(search)
    assert search.ledger.is_finished()


def test_each_trial_is_measured_further_before_it_is_entered(begin, recorder):
    from training.sweep.search import run

    def measure(folder: Path) -> None:
        card = json.loads((folder / "card.json").read_text())
        (folder / "card.json").write_text(json.dumps(card | {"shift": {"shifted": 0.125}}))

    search = replace(begin(recorder(), ("batch_size=16",)), measure=measure)
    run(search)
    assert [one.facts["shifted_accuracy"] for one in search.ledger.trials()] == [0.125]


def test_a_trial_gives_what_the_same_recipe_trained_alone_gives(begin, recorder, tmp_path, dataset, recipe):
    from training.fit import train
    from training.sweep.search import run

    search = begin(recorder())
    run(search)
    alone = train(replace(recipe, batch_size=8), dataset, tmp_path / "alone", options=Options())
    swept = json.loads((search.ledger.folder / "001" / "card.json").read_text())
    assert (swept["accuracy"], swept["recall"]) == (alone["accuracy"], alone["recall"])
    shutil.rmtree(tmp_path / "alone")
