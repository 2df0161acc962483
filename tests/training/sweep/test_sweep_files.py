"""The table, the document and the picture of a sweep."""

import csv
import json
from pathlib import Path

import pytest

from training import recipes
from training.sweep import table
from training.sweep.axis import parse
from training.sweep.ledger import Ledger
from training.sweep.sweep import Sweep

REACHED = {"test_accuracy": 0.6, "validation_images": 100, "parameters": 10, "seconds": 6.0, "epochs_run": 2}
WORDS = ("filters=32-64,8", "learning_rate=0.001,0.01", "batch_size=32")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """Four trials: three measured, of which the third is the best, and one that diverged."""
    sweep = Sweep(recipe=recipes.get("baseline"), axes=parse(list(WORDS)), data_sha256="ab")
    ledger = Ledger(tmp_path / "sweep", sweep)
    for validation in (0.5, 0.7, 0.9, None):
        with ledger.taken() as trial:
            if validation is None:
                ledger.failed(trial, "the loss became nan")
            else:
                ledger.done(trial, {**REACHED, "validation_accuracy": validation})
    return ledger


def test_the_table_has_a_row_a_trial_with_the_values_as_they_are_typed(ledger):
    table.write(ledger)
    with (ledger.folder / table.CSV).open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["trial"], row["filters"], row["learning_rate"]) for row in rows] == [
        ("000", "32-64", "0.001"),
        ("001", "32-64", "0.01"),
        ("002", "8", "0.001"),
        ("003", "8", "0.01"),
    ]
    assert [row["validation_accuracy"] for row in rows] == ["0.5", "0.7", "0.9", ""]
    assert [row["reason"] for row in rows] == ["", "", "", "the loss became nan"]


def test_the_document_says_what_the_sweep_is_and_which_trial_is_best(ledger):
    table.write(ledger)
    document = json.loads((ledger.folder / table.JSON).read_text())
    assert document["sweep"]["fields"] == {"filters": "32-64,8", "learning_rate": "0.001,0.01", "batch_size": "32"}
    assert document["is_finished"]
    assert document["best"] == document["trials"][2]
    assert document["best"]["values"] == {"filters": [8], "learning_rate": 0.001, "batch_size": 32}
    assert document["trials"][3]["state"] == "failed"
    assert document["recipe_lines"] == ["filters=(8,),", "learning_rate=0.001,", "batch_size=32,"]


def test_the_best_values_can_be_put_into_a_recipes_file(ledger):
    lines = "".join(table.recipe_lines(table.best(ledger.trials())))
    assert eval(f"dict({lines})") == {"filters": (8,), "learning_rate": 0.001, "batch_size": 32}


def test_the_best_is_by_validation_and_what_has_no_result_stands_last(ledger):
    assert [one.number for one in table.ranked(ledger.trials())] == [2, 1, 0, 3]


def test_the_uncertainty_of_an_accuracy_is_that_of_so_many_images(ledger):
    assert table.uncertainty(table.best(ledger.trials())) == pytest.approx(1.96 * (0.9 * 0.1 / 100) ** 0.5)


def test_before_the_first_result_there_is_a_table_and_no_picture(tmp_path):
    sweep = Sweep(recipe=recipes.get("baseline"), axes=parse(["batch_size=8"]), data_sha256="ab")
    ledger = Ledger(tmp_path, sweep)
    table.write(ledger)
    assert json.loads((tmp_path / table.JSON).read_text())["best"] is None
    assert not (tmp_path / table.PICTURE).exists()


def test_the_picture_has_a_panel_a_field_and_only_the_trials_with_a_result(ledger, monkeypatch):
    seen = []
    monkeypatch.setattr(table, "swept", lambda panels, reached, _path: seen.append((panels, reached)))
    table.write(ledger)
    ((filters, rate), reached) = seen[0]
    assert (filters.values, filters.ticks, filters.is_logarithmic) == (("32-64", "32-64", "8"), ("32-64", "8"), False)
    assert (rate.values, rate.ticks, rate.is_logarithmic) == ((0.001, 0.01, 0.001), None, True)
    assert [panel.field for panel in seen[0][0]] == ["filters", "learning_rate"]
    assert reached == {"validation": [0.5, 0.7, 0.9], "test": [0.6, 0.6, 0.6]}
