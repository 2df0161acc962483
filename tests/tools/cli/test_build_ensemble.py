"""`kit build RUN RUN ...`: several runs in one zip, measured beside each other, and what cannot be averaged."""

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tools.cli import main
from tools.cli.ensemble import print_rates
from tools.cli.output import configure
from training.ensemble import Rate

LABELS = np.arange(64, dtype=np.int64) % 8
IMAGES = np.random.default_rng(0).integers(0, 230, (64, 96, 96, 3)) + 3 * LABELS[:, None, None, None]


def fake_run(folder: Path, **card: object) -> None:
    """A run whose graph nobody opens."""
    (folder / "saved_model").mkdir(parents=True)
    (folder / "saved_model" / "saved_model.pb").write_text(str(folder))
    facts = {"schema": 1, "class_names": ["x", "y"], "input": {"shape": [96, 96, 3]}, "data": {"sha256": "d"}}
    (folder / "card.json").write_text(json.dumps(facts | {"split": {"test": 8}} | card))
    np.savez(folder / "test.npz", images=IMAGES[:8].astype(np.uint8), labels=LABELS[:8] % 2, predictions=LABELS[:8])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["runs/a", "runs/a"], "runs/a is the same model as runs/a: it would count twice"),
        (["runs/a", "runs/gone"], "there is no run runs/gone"),
        (["runs/a", "runs/begun"], "runs/begun is no finished run: it lacks card.json, test.npz, saved_model"),
        (["runs/a", "runs/graphless"], "runs/graphless has no graph"),
        (["runs/a", "s.zip"], "name the runs that the zip was built from"),
        (["runs/a", "m.keras"], "kit build --model m.keras, then name runs/m"),
        (["runs/a", "mine"], "mine has its own model.py, and only runs are averaged"),
        (["runs/a", "runs/elsewhere"], "runs/elsewhere has other, expected d as runs/a has"),
        (["runs/a", "runs/b", "--model", "m.keras"], "give either runs or a folder, or --model FILE"),
        (["runs/a", "runs/b", "--data", "gone.npz"], "gone.npz"),
    ],
)
def test_what_cannot_be_averaged_is_one_sentence_with_the_fix(words: list[str], told: str, run) -> None:
    for name in ("a", "b", "graphless"):
        fake_run(Path("runs", name))
    fake_run(Path("runs/elsewhere"), data={"sha256": "other"})
    Path("runs/graphless/saved_model/saved_model.pb").unlink()
    Path("runs/begun/checkpoint").mkdir(parents=True)
    Path("mine").mkdir()
    for name in ("s.zip", "m.keras", "mine/model.py"):
        Path(name).write_text("x")
    before = sorted(Path().rglob("*"))
    code, _, err = run("build", *words)
    assert code == 2
    assert told in err
    assert "fix: " in err
    assert sorted(Path().rglob("*")) == before


def test_the_table_shows_what_each_reaches_and_costs(capsys: pytest.CaptureFixture[str]) -> None:
    rates = [
        Rate(name="runs/a", accuracy=0.9, size_bytes=2_000_000, images_s=500),
        Rate(name="together", accuracy=0.95, size_bytes=4_000_000, images_s=250),
    ]
    configure([])
    print_rates(rates, 1000)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["runs/a", "accuracy", "0.9000", "2.00", "MB", "500", "images/s", "2.0", "s"]
    assert lines[1].split() == ["together", "accuracy", "0.9500", "4.00", "MB", "250", "images/s", "4.0", "s"]
    assert "1000 hidden images" in lines[2]
    print_rates([Rate(name="together", accuracy=None, size_bytes=1, images_s=250)], None)
    assert capsys.readouterr().out.split() == ["together", "accuracy", "not", "known", "0.00", "MB", "250", "images/s"]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two runs of drawn weights, made of models from elsewhere."""
    import keras
    from keras import layers

    from training.adopt import Examples, adopt

    root = tmp_path_factory.mktemp("user")
    (root / "runs").mkdir()
    for seed, name in enumerate(("one", "two")):
        keras.utils.set_random_seed(seed)
        inner = [layers.Rescaling(1 / 255), layers.Conv2D(16, 7, 4, activation="relu"), layers.Conv2D(32, 3, 2)]
        tail = [layers.GlobalAveragePooling2D(), layers.Dense(8, "softmax")]
        keras.Sequential([keras.Input((96, 96, 3)), *inner, *tail]).save(root / f"{name}.keras")
        examples = Examples(images=IMAGES.astype(np.uint8), labels=LABELS)
        adopt(root / f"{name}.keras", root / "runs" / name, examples)
    return root


@pytest.mark.slow
def test_the_zip_of_two_runs_reaches_in_the_evaluation_what_its_card_says(
    runs: Path, run: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(runs)
    code, out, _ = run("build", "runs/one", "runs/two", "-o", "both.zip", "--json", "built.json")
    assert code == 0
    assert "the same answers as the trained model's on 64 images" in out
    assert "together" in out
    with zipfile.ZipFile("both.zip") as opened:
        card = json.loads(opened.read("card.json"))
    rates = json.loads(Path("built.json").read_text())["ensemble"]["rates"]
    assert [rate["name"] for rate in rates] == ["runs/one", "runs/two", "together"]
    assert rates[-1]["accuracy"] == card["accuracy"]
    assert main(["evaluate", "both.zip", "--engine", "process", "--no-probes", "--json", "seen.json"]) in (0, 1)
    assert json.loads(Path("seen.json").read_text())["scores"]["accuracy"] == card["accuracy"]


@pytest.mark.slow
def test_ctrl_c_leaves_nothing_half_written(runs: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(runs)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    code = "import sys; from tools.cli import main; sys.exit(main(sys.argv[1:]))"
    begun = subprocess.Popen(
        [sys.executable, "-c", code, "build", "runs/one", "runs/two", "-o", "never.zip"],
        env=os.environ | {"TMPDIR": str(scratch)},
        start_new_session=True,
    )
    deadline = time.monotonic() + 120
    while not list(scratch.glob("kit-*/.export-*/request.json")) and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(begun.pid, signal.SIGINT)
    assert begun.wait(60) == 130
    assert list(scratch.iterdir()) == []
    assert not list(runs.glob("*never*"))
