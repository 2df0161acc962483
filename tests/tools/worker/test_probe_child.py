"""The probe's child under an old Python: evaluators' images have some."""

import json
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import pytest

CHILD = Path(__file__).resolve().parents[3] / "tools" / "worker" / "probe_child.py"
REQUEST = {"module": "model", "class": "Model", "constructor": [], "method": "predict", "inside": True, "answers": True}


def old_python() -> str | None:
    """A Python 3.7 or 3.8 of pyenv's, if there is one."""
    import os

    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    found = sorted(path for version in ("3.7", "3.8") for path in root.glob(f"{version}.*/bin/python{version}"))
    return str(found[0]) if found else None


def asked(tmp_path: Path, entry: str, python: str) -> "subprocess.CompletedProcess[str]":
    (tmp_path / "submission").mkdir()
    (tmp_path / "submission" / "model.py").write_text(entry)
    (tmp_path / "request.json").write_text(json.dumps(REQUEST))
    np.save(tmp_path / "images.npy", np.zeros((3, 2)))
    words = [python, str(CHILD), str(tmp_path), str(tmp_path / "submission")]
    return subprocess.run(words, capture_output=True, text=True, check=False)


@pytest.mark.skipif(old_python() is None, reason="there is no Python 3.7 or 3.8 of pyenv's")
def test_without_numpy_an_old_python_does_nothing_and_does_not_fail(tmp_path: Path) -> None:
    python = old_python()
    assert python is not None
    done = asked(tmp_path, "class Model:\n    def predict(self, X):\n        return [1] * len(X)\n", python)
    assert done.returncode == 0, done.stderr
    has_numpy = subprocess.run([python, "-c", "import numpy"], capture_output=True, check=False).returncode == 0
    assert (tmp_path / "report.json").is_file() is has_numpy


@pytest.mark.skipif(old_python() is None, reason="there is no Python 3.7 or 3.8 of pyenv's")
def test_the_child_parses_and_tells_an_error_under_an_old_python(tmp_path: Path) -> None:
    python = old_python()
    assert python is not None
    stub = tmp_path / "numpy.zip"
    with zipfile.ZipFile(stub, "w") as target:
        target.writestr("numpy.py", "def load(path, allow_pickle): return [0, 0, 0]\n")
    (tmp_path / "submission").mkdir()
    (tmp_path / "submission" / "model.py").write_text("class Model:\n    def predict(self, X):\n        return 1 / 0\n")
    (tmp_path / "request.json").write_text(json.dumps(REQUEST))
    words = [python, str(CHILD), str(tmp_path), str(tmp_path / "submission")]
    subprocess.run(words, capture_output=True, check=False, env={"PYTHONPATH": str(stub)})
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["reached"] == "predict"
    assert report["steps"][-1]["error"]["where"] == "model.py:3"
    assert report["steps"][-1]["error"]["text"] == "ZeroDivisionError: division by zero"
