"""Results are files of runs: each belongs to its recipe as it is today, and its record quotes what the card says."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from training import recipes
from training.errors import InputError
from training.recipes import results
from training.recipes.results import Published, Result, recording

STORED = [name for name in recipes.names() if results.stored(name)]
QUOTED = {"accuracy": "accuracy", "balanced": "balanced_accuracy"}
CARD = {
    "accuracy": 0.9548,
    "balanced_accuracy": 0.9478,
    "recipe": "baseline",
    "parameters": 195656,
    "seconds": 718.6,
    "machine": {"accelerator": None, "cores": 2, "processor": "AMD EPYC"},
}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A finished run of the baseline."""
    folder = tmp_path / "run"
    folder.mkdir()
    write(folder, CARD | {"settings": recipes.get("baseline").settings})
    (folder / "history.csv").write_text("epoch,loss\n1,0.5\n2,0.25\n")
    return folder


def write(folder: Path, card: dict[str, Any]) -> None:
    (folder / "card.json").write_text(json.dumps(card))


@pytest.mark.parametrize("name", STORED)
def test_a_stored_card_is_of_the_recipe_as_it_is_today(name):
    card = results.stored(name).card
    assert card["recipe"] == name
    assert recording.deviations(name, card) == []
    assert card["recall"]
    assert len(results.stored(name).history) == card["epochs_run"]


@pytest.mark.parametrize("name", STORED)
def test_the_record_of_a_recipe_quotes_its_card(name):
    card = results.stored(name).card
    reached = recipes.record(name).partition("\nreached ")[2].partition("\n\n")[0]
    shift = card.get("shift") or {}
    figures = {word: card[key] for word, key in QUOTED.items()} | {
        word: shift.get(word) for word in ("shifted", "unseen")
    }
    for word, figure in figures.items():
        quoted = re.search(rf"\b{word}\s+(0\.\d+|1\.0+)", reached)
        if figure is None:
            assert not quoted, f"{word} is quoted, the card has none"
        else:
            assert quoted, f"{word} is not quoted"
            assert quoted[1] == f"{figure:.4f}", word


@pytest.mark.parametrize("name", STORED)
def test_a_stored_card_names_no_folder_of_somebodys_machine(name):
    assert not re.search(r'"(/|[A-Z]:\\)|[ =](/|~)\w+/', json.dumps(results.stored(name).card))


def test_what_is_stored_or_published_is_of_a_recipe_that_exists():
    folders = {path.name for path in results.FOLDER.iterdir() if (path / "card.json").is_file()}
    counted = json.loads((results.FOLDER / "parameters.json").read_text())
    assert folders | set(counted) <= set(recipes.names())


def test_the_reports_figures_are_kept_beside():
    assert results.published()["baseline"] == Published(local=0.9544, hidden=0.21, note="three convolutions")
    assert results.published()["convnextsmall"].hidden is None
    assert all(0 < one.hidden < 0.3 for one in results.published().values() if one.hidden is not None)


def test_a_run_is_kept_as_its_recipes_result(run, tmp_path, monkeypatch):
    monkeypatch.setattr(results, "FOLDER", tmp_path / "results")
    assert results.stored("baseline") is None
    assert recording.record(run, tmp_path / "results") == "baseline"
    result = results.stored("baseline")
    assert result.clean == 0.9548
    assert result.history == ({"epoch": "1", "loss": "0.5"}, {"epoch": "2", "loss": "0.25"})
    assert results.parameters("baseline") == 195656


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"learning_rate": 0.01}, "learning_rate: 0.01 there, 0.001 now"),
        ({"filters": [32, 64]}, "filters: [32, 64] there, [32, 64, 128] now"),
        ({"momentum": 0.9}, "momentum: 0.9 there, None now"),
    ],
)
def test_a_run_of_other_values_is_not_kept(run, tmp_path, change, told):
    write(run, CARD | {"settings": recipes.get("baseline").settings | change})
    with pytest.raises(InputError) as refused:
        recording.record(run, tmp_path / "results")
    assert refused.value.what == f"{run} is not baseline as it is today: {told}"
    assert not (tmp_path / "results").exists()


def test_a_value_that_came_after_the_card_counts_as_its_default(monkeypatch):
    old = {name: value for name, value in recipes.get("baseline").settings.items() if name not in ("mixing", "alpha")}
    assert recording.deviations("baseline", {"settings": old}) == []
    mixed = replace(recipes.get("baseline"), mixing="mixup")
    monkeypatch.setattr(recipes, "get", lambda _name: mixed)
    assert recording.deviations("baseline", {"settings": old}) == ["mixing: None there, 'mixup' now"]


def test_a_backbone_that_began_with_random_weights_is_not_kept(run, tmp_path, monkeypatch):
    backbone = replace(recipes.get("baseline"), network="mobilenetv2", filters=None)
    monkeypatch.setattr(recipes, "get", lambda _name: backbone)
    write(run, CARD | {"settings": backbone.settings, "weights": None})
    with pytest.raises(InputError, match="began with random weights"):
        recording.record(run, tmp_path / "results")
    write(run, CARD | {"settings": backbone.settings, "weights": {"source": "imagenet"}})
    assert recording.record(run, tmp_path / "results") == "baseline"


@pytest.mark.parametrize("missing", ["card.json", "history.csv"])
def test_what_is_no_finished_run_is_not_kept(run, tmp_path, missing):
    (run / missing).unlink()
    with pytest.raises(InputError, match="holds no finished run"):
        recording.record(run, tmp_path / "results")


def test_a_model_trained_elsewhere_is_of_no_recipe(run, tmp_path):
    write(run, CARD | {"recipe": None, "settings": {"rescale": None}})
    with pytest.raises(InputError, match="was trained elsewhere"):
        recording.record(run, tmp_path / "results")


def test_a_result_has_the_shifted_figures_once_its_card_has_them():
    bare = Result(card=CARD, history=())
    assert (bare.shifted, bare.unseen, bare.worst_family) == (None, None, None)
    shift = {"shifted": 0.25, "unseen": 0.5, "worst_family": {"name": "stain", "accuracy": 0.125}}
    full = Result(card=CARD | {"shift": shift}, history=())
    assert (full.shifted, full.unseen, full.worst_family) == (0.25, 0.5, ("stain", 0.125))


def test_the_machine_is_told_by_what_trained():
    assert Result(card=CARD, history=()).machine == "2 cores of AMD EPYC"
    other = CARD | {"machine": CARD["machine"] | {"accelerator": "gpu:0"}}
    assert Result(card=other, history=()).machine == "gpu:0"
    assert Result(card=CARD, history=()).minutes == pytest.approx(11.98, abs=0.01)
