"""`kit recipes`: the table, one recipe in full, and how a run becomes a recipe's result."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from training import recipes
from training.recipes import results

ROOT = Path(__file__).resolve().parents[3]
CARD = {
    "accuracy": 0.9548,
    "balanced_accuracy": 0.9478,
    "recall": {"basophil": 0.899, "platelet": None},
    "recipe": "baseline",
    "settings": recipes.get("baseline").settings,
    "parameters": 195656,
    "seconds": 718.6,
    "machine": {"accelerator": None, "cores": 2, "processor": "AMD EPYC"},
    "test_images": 2391,
    "date": "2026-11-25",
    "ended": "all 10 epochs are done",
    "best_epoch": 2,
    "command": "kit train baseline",
    "shift": {"shifted": 0.2134, "unseen": 0.4321, "worst_family": {"name": "stain", "accuracy": 0.1111}},
}
HISTORY = """epoch,phase,learning_rate,loss,accuracy,seconds
1,frozen,0.001,0.51234,0.8,1.5
2,fine-tuning,1e-05,0.25,0.9,1.5
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for results in the place of the kit's, empty but for the published figures."""
    folder = tmp_path / "results"
    folder.mkdir()
    for name in ("published.csv", "parameters.json"):
        (folder / name).write_bytes((results.FOLDER / name).read_bytes())
    monkeypatch.setattr(results, "FOLDER", folder)
    return folder


def write_run(folder: Path, **changes: object) -> Path:
    folder.mkdir(parents=True)
    (folder / "card.json").write_text(json.dumps(CARD | changes))
    (folder / "history.csv").write_text(HISTORY)
    return folder


def row(out: str, name: str) -> str:
    return next(line for line in out.splitlines() if line.startswith(f"{name} "))


@pytest.mark.usefixtures("folder")
def test_a_recipe_that_was_not_run_says_so_beside_the_reports_figure(run) -> None:
    code, out, _ = run("recipes")
    assert code == 0
    assert "not run here" in row(out, "baseline")
    assert "0.9544 / 0.21" in row(out, "baseline")
    assert f"{195656:,}" in row(out, "baseline")


def test_the_table_has_a_row_a_recipe_with_what_its_stored_run_reached(run, folder) -> None:
    write_run(folder / "baseline")
    _, out, _ = run("recipes")
    told = row(out, "baseline").split()
    assert told[1:6] == ["0.9548", "0.2134", "0.4321", "stain", "0.1111"]
    assert "12.0" in told
    assert "2 cores of AMD EPYC" in row(out, "baseline")
    assert [line.split()[0] for line in out.splitlines()[1 : len(recipes.names()) + 1]] == list(recipes.names())


def test_a_run_that_the_suite_has_not_measured_has_no_shifted_figures(run, folder) -> None:
    write_run(folder / "baseline", shift=None)
    _, out, _ = run("recipes")
    assert row(out, "baseline").split()[1:5] == ["0.9548", "-", "-", "-"]


def test_one_recipe_is_shown_in_full(run, folder) -> None:
    write_run(folder / "baseline")
    code, out, _ = run("recipes", "baseline")
    assert code == 0
    assert recipes.record("baseline") in out
    assert "filters              32-64-128" in out
    assert "training             at most 10 epochs, learning rate 0.001, all layers" in out
    assert "basophil             0.8990" in out
    assert "platelet             no images" in out
    assert [line.split() for line in out.splitlines()[-4:-1]] == [
        ["epoch", "phase", "learning_rate", "loss", "accuracy", "seconds"],
        ["1", "frozen", "0.001", "0.5123", "0.8000", "1.5"],
        ["2", "fine-tuning", "1e-05", "0.2500", "0.9000", "1.5"],
    ]


def test_an_unknown_recipe_is_refused_with_the_nearest_name(run) -> None:
    code, _, err = run("recipes", "basline")
    assert code == 2
    assert "did you mean baseline?" in err


def test_the_document_has_the_settings_and_the_results(run, folder) -> None:
    write_run(folder / "baseline")
    code, out, _ = run("recipes", "--format", "json")
    document = json.loads(out)
    assert (code, document["schema"]) == (0, 1)
    assert document["recipes"] == {name: recipes.get(name).settings for name in recipes.names()}
    result = document["results"]["baseline"]
    assert result["published"] == {"local": 0.9544, "hidden": 0.21, "note": "three convolutions"}
    assert result["run"]["card"] == CARD
    assert result["run"]["history"][0]["loss"] == "0.51234"


def test_a_run_is_recorded_as_its_recipes_result(run, folder, monkeypatch) -> None:
    monkeypatch.setattr("training.recipes.results.recording.record.__defaults__", (folder,))
    code, out, _ = run("recipes", "--record", write_run(Path("runs/baseline")))
    assert code == 0
    assert "write the figures into the recipe's record" in out
    assert json.loads((folder / "baseline" / "card.json").read_text()) == CARD
    assert (folder / "baseline" / "history.csv").read_text() == HISTORY


def test_a_run_of_other_values_is_refused_with_the_differences(run, folder) -> None:
    settings = CARD["settings"] | {"epochs": 3}
    code, _, err = run("recipes", "--record", write_run(Path("runs/short"), settings=settings))
    assert code == 2
    assert "epochs: 3 there, 10 now" in err
    assert not (folder / "baseline").exists()


def test_recording_and_showing_are_two_commands(run) -> None:
    code, _, err = run("recipes", "baseline", "--record", "runs/baseline")
    assert code == 2
    assert "--record keeps a run" in err


def test_the_list_needs_no_training_library() -> None:
    code = (
        "import sys; from tools.cli import main; main(['recipes']); main(['recipes', 'baseline']); "
        "print(sorted({'tensorflow', 'keras', 'jax', 'torch', 'matplotlib', 'optuna'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip().endswith("[]")
