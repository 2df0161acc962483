"""What Ctrl-C, a kill and a full disk leave of a run, and how it goes on from there."""

import csv
import json
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training.data.load import Dataset
from training.errors import InputError, TrainingError
from training.recipes.recipe import Recipe

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
KILLED = """
import json, os, signal, sys
from contextlib import contextmanager
from pathlib import Path
from training.data.load import open_dataset
from training.fit import train
from training.options import Options
from training.progress import Silent
from training.recipes.recipe import Recipe

class KilledInEpoch2(Silent):
    @contextmanager
    def track(self, title, total):
        yield lambda steps=1, detail="": title.startswith("epoch 2/") and os.kill(os.getpid(), signal.SIGKILL)

values = json.loads(sys.argv[3])
recipe = Recipe(**{name: tuple(value) if isinstance(value, list) else value for name, value in values.items()})
train(recipe, open_dataset(sys.argv[1]), Path(sys.argv[2]), options=Options(), reporter=KilledInEpoch2())
"""
"""argv: the data, the run's folder, the recipe as JSON."""

MakeReporter = Callable[..., Any]


@pytest.fixture(scope="module")
def whole(
    tmp_path_factory: pytest.TempPathFactory, dataset: Dataset, recipe: Recipe, interrupted_at: MakeReporter
) -> Path:
    """A run through all its epochs, stopped before its export. Not to be changed."""
    return stopped(tmp_path_factory.mktemp("runs") / "whole", dataset, recipe, interrupted_at("Exporting"))


@pytest.fixture(scope="module")
def unfinished(
    tmp_path_factory: pytest.TempPathFactory, dataset: Dataset, recipe: Recipe, interrupted_at: MakeReporter
) -> Path:
    """The same run, stopped within its second epoch. Not to be changed."""
    return stopped(tmp_path_factory.mktemp("runs") / "unfinished", dataset, recipe, interrupted_at("epoch 2/"))


def stopped(folder: Path, dataset: Dataset, recipe: Recipe, reporter: Any, **options: Any) -> Path:
    from training.fit import train
    from training.options import Options

    with pytest.raises(KeyboardInterrupt):
        train(recipe, dataset, folder, options=Options(**options), reporter=reporter)
    return folder


def weights(folder: Path) -> list[np.ndarray]:
    import keras

    return keras.models.load_model(folder / "model.keras").get_weights()


def history(folder: Path) -> list[dict[str, str]]:
    """The rows without what a clock decides."""
    with (folder / "history.csv").open(newline="") as stream:
        return [
            {name: value for name, value in row.items() if name not in ("seconds", "wait_share")}
            for row in csv.DictReader(stream)
        ]


def assert_same_result(folder: Path, other: Path) -> None:
    assert history(folder) == history(other)
    assert all(np.array_equal(mine, its) for mine, its in zip(weights(folder), weights(other), strict=True))


def test_a_process_killed_within_an_epoch_loses_that_epoch_only_and_goes_on_to_the_same_result(
    tmp_path, dataset, recipe, whole, interrupted_at
):
    folder = tmp_path / "run"
    command = [sys.executable, "-c", KILLED, str(dataset.path), str(folder), json.dumps(asdict(recipe))]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert len(history(folder)) == 1
    reporter = interrupted_at("Exporting")
    stopped(folder, dataset, recipe, reporter, resume=True)
    assert reporter.said[0] == "Going on after epoch 1 of 3."
    assert_same_result(folder, whole)


def test_a_full_disk_within_a_checkpoint_is_told_and_the_epochs_before_it_stay(
    tmp_path, dataset, recipe, whole, recorder, interrupted_at
):
    from training.fit import train
    from training.options import Options

    folder, (soft, hard) = tmp_path / "run", resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))

    try:
        with pytest.raises(TrainingError, match="could not be written or read") as full:
            train(recipe, dataset, folder, options=Options(), reporter=recorder("epoch 2/", fill))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert str(folder) in full.value.what
    assert "--resume" in full.value.fix
    assert sorted(path.name for path in (folder / "checkpoint").iterdir()) == [
        "best-0001.npz",
        "started.json",
        "state.npz",
    ]
    stopped(folder, dataset, recipe, interrupted_at("Exporting"), resume=True)
    assert_same_result(folder, whole)


@pytest.mark.usefixtures("no_child")
def test_a_run_stopped_within_its_export_is_exported_without_another_epoch(tmp_path, dataset, recipe, whole, recorder):
    from training.fit import train
    from training.options import Options

    folder, reporter = Path(shutil.copytree(whole, tmp_path / "run")), recorder()
    card = train(recipe, dataset, folder, options=Options(resume=True), reporter=reporter)
    assert not [title for title in reporter.bars if title.startswith("epoch")]
    assert_same_result(folder, whole)
    assert card == json.loads((folder / "card.json").read_text())
    assert (card["epochs_run"], card["ended"]) == (3, "all 3 epochs are done")
    assert not (folder / "checkpoint").exists()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"seed": 1}, "seed: 0 there, 1 now"),
        ({"fractions": (0.8, 0.0, 0.2)}, "split: [0.64, 0.16, 0.2] there, [0.8, 0.0, 0.2] now"),
        ({"batch_size": 8}, "batch_size: 16 there, 8 now"),
        ({"patience": None}, "patience: 5 there, None now"),
        ({"name": "other"}, "recipe: 'baseline' there, 'other' now"),
    ],
)
def test_a_run_is_not_resumed_as_another(dataset, recipe, unfinished, bytes_of, change, told):
    from training.fit import train
    from training.options import Options

    before = bytes_of(unfinished)
    options = {name: value for name, value in change.items() if name in ("seed", "fractions")}
    values = {name: value for name, value in change.items() if name not in options}
    with pytest.raises(InputError) as refused:
        train(replace(recipe, **values), dataset, unfinished, options=Options(resume=True, **options))
    assert refused.value.what == f"{unfinished} is another run: {told}"
    assert bytes_of(unfinished) == before


def test_a_run_is_not_resumed_on_other_data(recipe, unfinished, dataset, write_dataset):
    from training.fit import train
    from training.options import Options

    other = write_dataset(1)
    with pytest.raises(InputError, match=f"data sha256: '{dataset.sha256}' there, '{other.sha256}' now"):
        train(recipe, other, unfinished, options=Options(resume=True))


def test_a_run_may_be_resumed_with_more_epochs(tmp_path, dataset, recipe, unfinished, whole, interrupted_at):
    folder = Path(shutil.copytree(unfinished, tmp_path / "run"))
    stopped(folder, dataset, recipe, interrupted_at("Exporting"), resume=True, epochs=4)
    assert len(history(folder)) == 4
    assert history(folder)[:3] == history(whole)


def test_resuming_where_nothing_was_begun_begins(tmp_path, dataset, recipe, interrupted_at):
    reporter = interrupted_at("epoch 1/")
    stopped(tmp_path / "run", dataset, recipe, reporter, resume=True)
    assert reporter.said[0] == f"There is nothing to resume in {tmp_path / 'run'}: training begins."


def test_overwriting_begins_from_nothing(tmp_path, dataset, recipe, unfinished, interrupted_at):
    folder = Path(shutil.copytree(unfinished, tmp_path / "run"))
    stopped(folder, dataset, recipe, interrupted_at("epoch 1/"), overwrite=True, seed=3)
    assert sorted(path.name for path in folder.iterdir()) == ["checkpoint", "split.npz", "tensorboard"]
    assert [path.name for path in (folder / "checkpoint").iterdir()] == ["started.json"]


def test_a_state_comes_back_as_it_was_saved(tmp_path):
    import keras

    from training import checkpoint

    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    model.compile("adam", "mse")
    model.optimizer.build(model.trainable_variables)
    state = checkpoint.State(
        epoch=2, best_epoch=1, best_watched=0.1 + 0.2, seconds=1.5, history=[{"epoch": 1, "loss": 1 / 3}]
    )
    assert checkpoint.read(tmp_path) == checkpoint.State()
    checkpoint.restore(tmp_path, model)
    checkpoint.save(tmp_path, model, state)
    assert checkpoint.read(tmp_path) == state


def test_only_the_best_weights_that_the_state_names_are_kept(tmp_path):
    import keras

    from training import checkpoint

    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    for epoch in (1, 2):
        checkpoint.save_best(tmp_path, model, epoch)
    checkpoint.drop_older_best(tmp_path, 2)
    assert [path.name for path in tmp_path.iterdir()] == ["best-0002.npz"]
