"""The evaluators' environments, really built: each plays an entry in both engines, and holds what was recorded."""

import json
import os
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tools.archive import open_archive
from tools.engines import Wish
from tools.environments.api.names import distribution_of, record_of, recorded_package
from tools.environments.api.record import WALK
from tools.environments.build import build
from tools.environments.contents import FILE, read_contents
from tools.environments.errors import NoInterpreterError
from tools.environments.interpreters import find_interpreter
from tools.environments.known import environment, names
from tools.evaluate import Settings, evaluate

OLD = "codalab-legacy-py37"
SAMPLE = 400
ENTRY = """
import sys
import numpy as np

class Model:
    def __init__(self):
        print(sys.version_info[:2])

    def predict(self, X):
        return (np.asarray(X).mean(axis=(1, 2, 3)) // 32).astype(np.int64)
"""
IMPORT = """
import importlib, json, sys
print(json.dumps({name: getattr(importlib.import_module(name), "__version__", None) for name in sys.argv[1:]}))
"""


@pytest.fixture(autouse=True)
def _shared_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Built once for all runs of the tests on this machine."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "codabench-kit-tests"
    monkeypatch.setenv("KIT_CACHE_DIR", str(cache))


def python_of(name: str) -> Path:
    try:
        find_interpreter(environment(name).python)
    except NoInterpreterError as error:
        pytest.skip(f"{error.what}; {error.fix}")
    return build(environment(name)).bin_folder / "python"


def plays_an_entry(name: str, folder: Path) -> None:
    with zipfile.ZipFile(folder / "entry.zip", "w") as target:
        target.writestr("model.py", ENTRY)
    images = np.random.default_rng(0).integers(0, 256, (40, 96, 96, 3), dtype=np.uint8)
    np.savez(folder / "data.npz", images=images, labels=np.arange(40, dtype=np.uint8)[:, None] % 8)
    for engine in ("bubblewrap", "process"):
        wish = Wish(engine=engine, environment=name)
        settings = Settings(data=folder / "data.npz", wish=wish, patience_s=120)
        seen = evaluate(open_archive(folder / "entry.zip"), settings)
        assert seen.choice.engine.name == engine, seen.choice.passed_over
        assert seen.choice.environment == name
        assert seen.first.run.status == "Finished", json.dumps(seen.first.run.logs)
        assert seen.first.probe.complaint is None
        assert str(environment(name).python) in seen.first.run.logs["prediction_ingestion_stdout"]
        found = {finding.code for finding in seen.result.findings}
        assert found <= {"ENV001", "OUT007"}, found


def holds_what_was_recorded(name: str, python: Path) -> None:
    known = environment(name)
    told = read_contents(python.parent.parent / FILE)
    if told is not None and sys.platform == "linux":  # one that was built by an older kit told nothing
        assert told == known.contents
    wanted = [module for module in ("tensorflow", "keras", "numpy", "sklearn") if known.modules.get(module)]
    versions = json.loads(run(python, "-c", IMPORT, *wanted).splitlines()[-1])
    for module, version in versions.items():
        package = known.modules[module]
        assert version == known.stated.get(package, version)


def has_the_names_that_were_recorded(name: str, python: Path, folder: Path) -> None:
    """A sample of the names of which something is recorded for the versions of this environment."""
    known = environment(name)
    every = [one for one in recorded() if known.stated.get(distribution_of(recorded_package(one[0])))]
    chosen = random.Random(0).sample(every, min(SAMPLE, len(every)))
    asked: dict[str, list[str]] = {}
    for module, one in chosen:
        asked.setdefault(module, []).append(one)
    run(python, "-I", str(WALK), str(folder / "told.json"), given=json.dumps({"packages": [], "names": asked}))
    told = json.loads((folder / "told.json").read_text())["names"]
    for module, one in chosen:
        expected = record_of(module, one).there(known.stated[distribution_of(recorded_package(module))])
        assert expected in (None, told[module][one]), f"{module}.{one}"


def recorded() -> list[tuple[str, str]]:
    from tools.environments.api.names import _table

    packages = _table().values()
    return [
        (module, one)
        for package in packages
        for module, grouped in package["modules"].items()
        for some in grouped.values()
        for one in some
    ]


def run(python: Path, *words: str, given: str = "") -> str:
    env = {"PATH": os.defpath, "HOME": str(Path.home()), "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run([python, *words], input=given, capture_output=True, text=True, check=False, env=env, cwd="/")
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.slow
def test_the_oldest_image_plays_an_entry_and_holds_what_was_recorded(tmp_path: Path) -> None:
    python = python_of(OLD)
    holds_what_was_recorded(OLD, python)
    plays_an_entry(OLD, tmp_path)
    has_the_names_that_were_recorded(OLD, python, tmp_path)


@pytest.mark.full
@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in names() if name != OLD])
def test_every_other_one_plays_an_entry_and_holds_what_was_recorded(name: str, tmp_path: Path) -> None:
    python = python_of(name)
    holds_what_was_recorded(name, python)
    plays_an_entry(name, tmp_path)
    has_the_names_that_were_recorded(name, python, tmp_path)
