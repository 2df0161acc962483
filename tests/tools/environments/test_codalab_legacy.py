"""The image for Python 3.12, really built: it needs the package index, half a gigabyte and most of a minute."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools.environments.build import build, cached
from tools.environments.errors import NoInterpreterError
from tools.environments.interpreters import find_interpreter
from tools.environments.known import environment

ROOT = Path(__file__).resolve().parents[3]
BUILDER = """
import sys
from tools.environments.build import build
from tools.environments.known import environment
from tools.errors import KitError

try:
    print(build(environment("codalab-legacy-py312")).bin_folder)
except KitError as error:
    sys.exit(error.what)
"""
USE = """
import json, sys
from importlib.metadata import version
import numba, numpy, pandas, scipy, sklearn
from sklearn.linear_model import LogisticRegression
fitted = LogisticRegression().fit([[0.0], [1.0]], [0, 1])
total = numba.njit(lambda values: values.sum())(pandas.Series([1.0, 2.0]).to_numpy())
print(json.dumps({name: version(name) for name in sys.argv[1:]} | {"told": fitted.predict([[2.0]]).tolist() + [total]}))
"""


def builder() -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", BUILDER]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The kit's cache, the test's own; what uv has fetched is shared with all that it does, as ever."""
    try:
        find_interpreter((3, 12))
    except NoInterpreterError as error:
        pytest.skip(f"{error.what}; {error.fix}")
    monkeypatch.setenv("KIT_CACHE_DIR", str(tmp_path))
    return tmp_path / "environments"


@pytest.mark.slow
def test_the_image_for_python_312_is_built_after_a_kill_by_two_at_once(cache: Path) -> None:
    known = environment("codalab-legacy-py312")
    with builder() as killed:
        while killed.poll() is None and not list(cache.glob(".half-built-*/lib/*/site-packages/pandas")):
            time.sleep(0.02)
        if killed.poll() is not None and "index cannot be reached" in (told := killed.stderr.read()):
            pytest.skip(told)
        killed.send_signal(signal.SIGKILL)
    assert killed.returncode == -signal.SIGKILL
    assert cached(known) is None

    with builder() as first, builder() as second:
        outputs = [process.communicate() for process in (first, second)]
    assert [first.returncode, second.returncode] == [0, 0], outputs
    started = time.perf_counter()
    installed = build(known, python=Path("/not/asked/for"))
    assert time.perf_counter() - started < 1
    assert {out.strip() for out, _ in outputs} == {str(installed.bin_folder)}
    assert [path for path in cache.iterdir() if path.is_dir()] == [installed.bin_folder.parent]

    command = [installed.bin_folder / "python", "-c", USE, *known.packages]
    env = {"PATH": os.defpath, "HOME": str(cache)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cache, env=env)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == known.packages | {"told": [1, 3.0]}
    f2py = subprocess.run([installed.bin_folder / "f2py", "-v"], capture_output=True, text=True, check=True, env=env)
    assert f2py.stdout.strip() == known.packages["numpy"]
