"""Two processes that train together take the steps of one, and go on where one of them was lost."""

import csv
import json
import os
import shutil
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training.data.load import Dataset
from training.options import Options
from training.parallel import supervisor
from training.parallel.supervisor import Command, supervise
from training.recipes.recipe import Recipe

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
PROGRAM = str(Path(__file__).with_name("one_of_several.py"))
CHANGES = {"filters": (4, 8), "batch_size": 16, "learning_rate": 1e-3, "class_weights": True, "label_smoothing": 0.1}
CHANGES |= {"hidden_units": (16,), "l2": 0.01, "mixing": "mixup", "ema_decay": 0.8}
"""51 training images: the last batch has three. 13 validation images: all in one batch, seven and six."""
SMALL = 1e-7
"""What a weight of an image rounds in 32 bits; a wrong one changes the result by a thousand times as much and more."""


def together(what: str, folder: Path, recorder: Any) -> list[str]:
    """Run the program in two processes; returns what was said of them."""
    words, reporter = (sys.executable, PROGRAM, what, str(folder)), recorder()
    command = Command(chief=words, others=words, again=("--resume",), environment={}, stdout=None)
    assert supervise(command, 2, reporter) == 0
    return reporter.said


def test_two_processes_take_the_steps_of_one(tmp_path, recorder):
    together("compare", tmp_path, recorder)
    for process in range(2):
        for found in json.loads((tmp_path / f"differences-{process}.json").read_text()):
            assert found["weights"] < SMALL
            assert found["figures"] < SMALL


def test_two_devices_of_one_process_take_the_steps_of_one(tmp_path):
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, PROGRAM, "compare", str(tmp_path)], env=environment, check=True)
    for found in json.loads((tmp_path / "differences-0.json").read_text()):
        assert found["weights"] < SMALL
        assert found["figures"] < SMALL


def test_the_chief_tells_the_others_also_where_a_port_was_taken_and_they_began_again(tmp_path, recorder, monkeypatch):
    find, calls = supervisor.on_this_machine, []
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))
        taken.listen()

        def first_taken(count: int) -> Any:
            calls.append(find(count))
            if len(calls) > 1:
                return calls[-1]
            addresses = (calls[0][0].addresses[0], f"127.0.0.1:{taken.getsockname()[1]}")
            return tuple(replace(one, addresses=addresses) for one in calls[0])

        monkeypatch.setattr(supervisor, "on_this_machine", first_taken)
        monkeypatch.setattr(supervisor, "GRACE_S", 2.0)
        said = together("tell", tmp_path, recorder)
    assert len(calls) == 2
    assert said[0].startswith("worker 1 ended with code ")
    chief, other = (json.loads((tmp_path / f"process-{process}.json").read_text()) for process in range(2))
    assert chief["told"] == other["told"] == list(range(251))
    assert chief["files"] == other["files"] == ["file"]
    assert (tmp_path / "process-1" / "file").read_bytes() == b"12345"
    assert chief["seeds"] != other["seeds"], "random layers draw apart"


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory, dataset: Dataset, recipe: Recipe, interrupted_at: Any) -> Path:
    """The run of one process, two and three epochs long: folders `2` and `3`. Not to be changed."""
    folder = tmp_path_factory.mktemp("alone")
    for epochs in (2, 3):
        train_alone(recipe, dataset, folder / str(epochs), interrupted_at, epochs=epochs)
    return folder


def train_alone(recipe: Recipe, dataset: Dataset, folder: Path, interrupted_at: Any, **values: Any) -> None:
    """Train in this process, to before the export."""
    from training.fit import train

    with pytest.raises(KeyboardInterrupt):
        train(
            replace(recipe, **CHANGES),
            dataset,
            folder,
            options=Options(seed=5, **values),
            reporter=interrupted_at("Exporting"),
        )


def assert_same(folder: Path, other: Path) -> None:
    """The same weights, optimizer's state and history, to the noise of floats in 32 bits."""
    with np.load(folder / "checkpoint" / "state.npz") as mine, np.load(other / "checkpoint" / "state.npz") as theirs:
        arrays = [name for name in mine.files if name != "state"]
        assert len(arrays) > 8
        assert max(float(np.abs(mine[name] - theirs[name]).max()) for name in arrays if mine[name].size) < 1e-4
    rows = [list(csv.DictReader((one / "history.csv").open(newline=""))) for one in (folder, other)]
    assert len(rows[0]) == len(rows[1])
    for row, its in zip(*rows, strict=True):
        assert list(row) == list(its)
        for name in row.keys() - {"seconds", "wait_share", "phase"}:
            assert float(row[name]) == pytest.approx(float(its[name]), abs=1e-4)


def begin(folder: Path, dataset: Dataset, epochs: int) -> None:
    request = {"data": str(dataset.path), "changes": CHANGES, "epochs": epochs}
    (folder / "request.json").write_text(json.dumps(request))


def test_a_run_that_lost_a_process_is_as_that_of_one_process_and_goes_on_in_one(
    tmp_path, dataset, recipe, recorder, alone, interrupted_at
):
    begin(tmp_path, dataset, 2)
    (tmp_path / "kill-1").touch()
    said = together("run", tmp_path, recorder)
    assert [line.partition(":")[0] for line in said] == ["worker 1 was killed by SIGKILL"]
    assert_same(tmp_path / "run", alone / "2")
    parts = {path.name for path in (tmp_path / "run").iterdir()}
    assert parts == {"checkpoint", "history.csv", "split.npz", "tensorboard"}
    train_alone(recipe, dataset, tmp_path / "run", interrupted_at, epochs=3, resume=True)
    assert_same(tmp_path / "run", alone / "3")


def test_a_run_of_one_process_goes_on_in_two(tmp_path, dataset, recorder, alone):
    begin(tmp_path, dataset, 3)
    shutil.copytree(alone / "2", tmp_path / "run")
    words = (sys.executable, PROGRAM, "run", str(tmp_path), "--resume")
    assert supervise(Command(chief=words, others=words, again=(), environment={}, stdout=None), 2, recorder()) == 0
    assert_same(tmp_path / "run", alone / "3")
