"""`kit sweep`: what it refuses before it trains, what a finished one shows, and a whole one."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training import recipes
from training.data.load import open_dataset
from training.sweep.axis import parse
from training.sweep.ledger import Ledger
from training.sweep.sweep import Sweep

WORDS = ("--set", "batch_size=8,16")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """80 images of noise, small and in eight classes."""
    path = tmp_path / "data.npz"
    images = np.random.default_rng(0).integers(0, 256, (80, 24, 24, 3), dtype=np.uint8)
    np.savez(path, images=images, labels=np.arange(80, dtype=np.uint8) % 8)
    return path


def end_all(data: Path, folder: Path, reached: list[float | None], **values: Any) -> None:
    """A sweep whose trials have ended, without training."""
    facts = {"test_accuracy": 0.6, "validation_images": 100, "parameters": 10, "seconds": 90.0, "epochs_run": 2}
    axes = parse(["batch_size=8,16"])
    sweep = Sweep(recipe=recipes.get("baseline"), axes=axes, data_sha256=open_dataset(data).sha256, **values)
    ledger = Ledger(folder, sweep)
    for validation in reached:
        with ledger.taken() as trial:
            if validation is None:
                ledger.failed(trial, "the loss became nan in epoch 1")
            else:
                ledger.done(trial, {**facts, "validation_accuracy": validation, "ended": "all 2 epochs are done"})


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--set", "learning_rat=1"), "did you mean learning_rate?"),
        (("--set", "optimizer=sgd"), "recipe baseline: optimizer must be one of"),
        (("--set", "network=mobilenetv2", "--set", "filters=none"), "--weights"),
        (("--set", "batch_size=8", "--split", "80/20"), "no validation images"),
        ((), "--set"),
    ],
)
def test_what_cannot_be_swept_is_refused_before_anything_is_written(words, told, run, data) -> None:
    code, _, err = run("sweep", "baseline", "--data", data, *words)
    assert code == 2
    assert told in err
    assert not list(Path().iterdir())


def test_a_finished_sweep_says_so_and_shows_the_best_first(run, data) -> None:
    end_all(data, Path("sweeps/baseline"), [0.5, 0.75])
    code, out, _ = run("sweep", "baseline", "--data", data, *WORDS)
    lines = out.splitlines()
    assert code == 0
    assert lines[0] == "sweeps/baseline is finished: all 2 trials have ended"
    assert lines[1].split() == [
        "trial", "batch_size", "validation", "test", "parameters", "epochs", "minutes", "ended"
    ]  # fmt: skip
    assert lines[2].split()[:7] == ["*", "001", "16", "0.7500", "0.6000", "10", "2"]
    assert lines[3].split()[:3] == ["000", "8", "0.5000"]
    assert "    batch_size=16," in lines
    assert "100 images tell to within 0.085" in out
    assert lines[-1] == "next: kit build sweeps/baseline/001"
    assert {"sweep.csv", "sweep.json", "sweep.png"} <= {one.name for one in Path("sweeps/baseline").iterdir()}


def test_a_trial_without_a_result_stands_last_with_its_reason(run, data) -> None:
    end_all(data, Path("sweeps/baseline"), [None, 0.75])
    code, out, _ = run("sweep", "baseline", "--data", data, *WORDS)
    assert code == 0
    assert out.splitlines()[3].split()[:4] == ["000", "8", "-", "-"]
    assert "the loss became nan in epoch 1" in out.splitlines()[3]


def test_the_document_has_the_trials_and_the_best(run, data) -> None:
    end_all(data, Path("here"), [0.5, 0.75])
    code, out, _ = run("sweep", "baseline", "--data", data, *WORDS, "--folder", "here", "--format", "json")
    document = json.loads(out)
    assert (code, document["schema"], document["path"], document["is_finished"]) == (0, 1, "here", True)
    assert document["best"]["values"] == {"batch_size": 16}
    assert document == json.loads(Path("here/sweep.json").read_text()) | {"path": "here"}


def test_a_sweep_in_which_nothing_was_reached_is_an_error_with_its_table(run, data) -> None:
    end_all(data, Path("sweeps/baseline"), [None, None])
    code, out, err = run("sweep", "baseline", "--data", data, *WORDS, "--json", "out.json")
    assert code == 3
    assert "none of the 2 trials has a result" in err
    assert "the loss became nan in epoch 1" in out
    assert json.loads(Path("out.json").read_text())["best"] is None


def test_another_sweep_in_the_folder_is_refused_with_the_differences(run, data) -> None:
    end_all(data, Path("sweeps/baseline"), [0.5, 0.75])
    code, _, err = run("sweep", "baseline", "--data", data, "--set", "batch_size=8,32", "--seed", 1)
    assert code == 2
    assert "fields batch_size: '8,16' there, '8,32' now; seed: 0 there, 1 now" in err


@pytest.mark.slow
def test_a_sweep_trains_its_trials_and_the_same_command_again_only_shows_them(run, data) -> None:
    words = (
        "sweep",
        "baseline",
        "--data",
        data,
        "--set",
        "filters=4,4-4",
        "--set",
        "batch_size=16",
        "--epochs",
        1,
        "--shift",
    )
    code, out, _ = run(*words)
    assert code == 0
    assert "Trial 001, 2 of 2: filters 4-4" in out
    assert "in every trial: batch_size=16" in out
    assert "in a file of training/recipes/, as baseline but:" in out
    assert "    batch_size=16," in out.splitlines()
    cards = [json.loads(Path(f"sweeps/baseline/{trial}/card.json").read_text()) for trial in ("000", "001")]
    assert [card["settings"]["filters"] for card in cards] == [[4], [4, 4]]
    table = json.loads(Path("sweeps/baseline/sweep.json").read_text())
    assert [one["shifted_accuracy"] for one in table["trials"]] == [card["shift"]["shifted"] for card in cards]
    code, again, _ = run(*words)
    assert code == 0
    assert again.splitlines()[0] == "sweeps/baseline is finished: all 2 trials have ended"
    assert again.splitlines()[1:] == out.splitlines()[-len(again.splitlines()) + 1 :]
