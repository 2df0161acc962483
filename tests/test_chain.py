"""The main job end to end, on drawn images: from a file of images to a zip that the platform's jobs have scored."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tools.cli import demo, main

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a small `kit demo` leaves behind."""
    folder = tmp_path_factory.mktemp("chain")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("KIT_DATA_DIR", str(folder / "data"))
        patch.setattr(demo, "CELLS", 240)
        patch.setattr(demo, "EPOCHS", 1)
        assert main(["demo", "--json", "demo.json"]) == 0
    return folder


def test_the_demo_leaves_everything_it_names(demo_folder: Path) -> None:
    out = demo_folder / "demo"
    for name in ("sample.npz", "training_set_trimmed.npz", "submission.zip", "runs/demo/card.json"):
        assert (out / name).is_file(), name
    assert list((out / "inspection").glob("*.html"))
    assert list((out / "inspection").glob("*.png"))
    assert list((out / "runs/demo/figures").glob("*.png"))


def test_the_score_is_the_cards_accuracy_to_the_last_digit(demo_folder: Path) -> None:
    document = json.loads((demo_folder / "demo.json").read_text())
    card = json.loads((demo_folder / "demo/runs/demo/card.json").read_text())
    assert document["verdict"] == "pass"
    assert document["scores"]["accuracy"] == card["accuracy"]
    assert [finding["code"] for finding in document["findings"] if finding["level"] == "error"] == []


def test_building_again_gives_the_same_zip(demo_folder: Path, monkeypatch) -> None:
    monkeypatch.chdir(demo_folder)
    assert main(["build", "demo/runs/demo", "-o", "again.zip"]) == 0
    assert Path("again.zip").read_bytes() == Path("demo/submission.zip").read_bytes()


def test_a_model_trained_elsewhere_becomes_a_zip_with_its_answers(demo_folder: Path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(demo_folder)
    words = ["build", "--model", "demo/runs/demo/model.keras", "--data", "demo/training_set_trimmed.npz"]
    assert main([*words, "-o", "mine.zip"]) == 0
    first = Path("mine.zip").read_bytes()
    assert "the same answers as the trained model's" in capsys.readouterr().out
    assert main([*words, "-o", "mine.zip"]) == 0
    assert Path("mine.zip").read_bytes() == first


def test_a_keras_file_of_a_newer_keras_is_refused_unless_ignored(demo_folder: Path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(demo_folder)
    Path("model.py").write_text(
        "from pathlib import Path\nimport keras\n\n\nclass Model:\n    def __init__(self):\n"
        "        self.net = keras.saving.load_model(Path(__file__).parent / 'model.keras')\n\n"
        "    def predict(self, X):\n        return self.net.predict(X, verbose=0).argmax(axis=1)\n"
    )
    words = ["build", "--model", "demo/runs/demo/model.keras", "--entry", "model.py", "-o", "own.zip"]
    assert main(words) == 1
    assert "ENV002" in capsys.readouterr().err
    assert not Path("own.zip").exists()
    assert main([*words, "--ignore", "ENV"]) == 0
    assert "answered 64 rows" in capsys.readouterr().out


def test_the_answers_of_the_zip_are_those_of_the_test_split(demo_folder: Path) -> None:
    with np.load(demo_folder / "demo/runs/demo/test.npz") as test:
        card = json.loads((demo_folder / "demo/runs/demo/card.json").read_text())
        assert float(np.mean(test["labels"] == test["predictions"])) == card["accuracy"]


def test_the_demo_is_made_anew_where_it_was(demo_folder: Path) -> None:
    code = "import sys; from tools.cli import demo, main; demo.CELLS, demo.EPOCHS = 240, 1; sys.exit(main(['demo']))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=demo_folder,
        env=os.environ | {"KIT_DATA_DIR": str(demo_folder / "data")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "score" in done.stdout
    assert "\x1b[" not in done.stdout
