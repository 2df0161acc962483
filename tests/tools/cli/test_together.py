"""`kit train --processes`: what is refused before anything starts, and a whole run whose output is the chief's."""

import json
from pathlib import Path

import numpy as np
import pytest

TF_CONFIG = '{"cluster": {"worker": ["a:1", "b:2"]}, "task": {"type": "worker", "index": 0}}'


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """80 images of noise, small and in eight classes."""
    path = tmp_path / "data.npz"
    images = np.random.default_rng(0).integers(0, 256, (80, 24, 24, 3), dtype=np.uint8)
    np.savez(path, images=images, labels=np.arange(80, dtype=np.uint8) % 8)
    return path


@pytest.fixture
def no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    from training.parallel import supervisor

    monkeypatch.setattr(supervisor, "supervise", None)  # it would be an error to come so far


@pytest.mark.usefixtures("no_process")
def test_both_ways_to_say_who_trains_together_are_refused(run, data, monkeypatch) -> None:
    monkeypatch.setenv("TF_CONFIG", TF_CONFIG)
    code, _, err = run("train", "baseline", "--data", data, "--processes", 2)
    assert code == 2
    assert "--processes 2 and TF_CONFIG, which names 2 processes" in err
    assert not list(Path().iterdir())


@pytest.mark.usefixtures("no_process")
def test_a_taken_folder_and_wrong_data_are_refused_before_a_process_starts(run, data) -> None:
    taken = Path("runs/baseline/checkpoint")
    taken.mkdir(parents=True)
    (taken / "started.json").write_text("{}")
    code, _, err = run("train", "baseline", "--data", data, "--processes", 2)
    assert code == 2
    assert "holds a run that has begun" in err
    code, _, err = run("train", "baseline", "--data", "missing.npz", "--processes", 2)
    assert code == 2
    assert "missing.npz" in err


@pytest.mark.slow
def test_a_run_in_two_processes_prints_one_document_and_leaves_a_run(capfd, data) -> None:
    from tools.cli import main

    words = ["--data", str(data), "--epochs", "1", "--processes", "2", "--format", "json"]
    assert main(["train", "baseline", *words]) == 0
    out, err = capfd.readouterr()
    document = json.loads(out)
    assert document["path"] == "runs/baseline"
    assert document["card"]["processes"] == 2
    assert document["card"] == json.loads(Path("runs/baseline/card.json").read_text())
    assert "--json" not in document["card"]["command"]
    assert err.count("Epoch 1/1: ") == err.count("next: kit build runs/baseline") == 1
