"""The probe's child by itself: what it sees of entries, under this Python and an old one of evaluators' images."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tools.sandbox.program import Outcome
from tools.worker.probe import CHILD
from tools.worker.probe_report import ProbeReport, read_report

pytestmark = pytest.mark.slow

REQUEST = {
    "module": "model",
    "class": "Model",
    "constructor": [],
    "method": "predict",
    "inside": True,
    "calls": True,
    "niceness": 0,
}
ROWS = 40


def old_python() -> str | None:
    """A Python 3.7 or 3.8 of pyenv's, if there is one."""
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    found = sorted(path for version in ("3.7", "3.8") for path in root.glob(f"{version}.*/bin/python{version}"))
    return str(found[0]) if found else None


def asked(tmp_path: Path, entry: str, python: str = sys.executable, **env: str) -> "subprocess.CompletedProcess[str]":
    """Run the child as the probe does, for rows of two numbers."""
    for name in ("submission", "work"):
        (tmp_path / name).mkdir()
    (tmp_path / "submission" / "model.py").write_text(entry)
    (tmp_path / "submission" / "weights.txt").write_text("1")
    (tmp_path / "request.json").write_text(json.dumps(REQUEST))
    np.save(tmp_path / "images.npy", np.arange(ROWS * 2).reshape(ROWS, 2))
    shutil.copytree(CHILD, tmp_path / "probe_child")
    words = [python, "-m", "probe_child", *(str(tmp_path / name) for name in ("", "submission", "work"))]
    return subprocess.run(words, capture_output=True, text=True, check=False, cwd=tmp_path, env=os.environ | env)


def report_of(tmp_path: Path, entry: str) -> ProbeReport:
    done = asked(tmp_path, entry)
    outcome = Outcome(exit_code=done.returncode, seconds=1)
    mounts = {"/app/ingested_program": tmp_path / "submission", "/app/program": tmp_path / "work"}
    report = read_report(tmp_path / "report.json", outcome, mounts, wants_array=True)
    assert report.reached == "end", done.stderr
    return report


def model(body: str, head: str = "import numpy as np", init: str = "pass") -> str:
    lines = body.replace("\n", "\n        ")
    return (
        f"{head}\nclass Model:\n    def __init__(self):\n        {init}\n    def predict(self, X):\n        {lines}\n"
    )


CALLS = ("one row", "a part", "again", "another order", "as floats", "no rows")


def test_every_call_is_made_and_a_plain_entry_differs_in_none(tmp_path: Path) -> None:
    report = report_of(tmp_path, model("return X.sum(axis=1)"))
    assert tuple(call.name for call in report.calls) == CALLS
    assert [call.rows for call in report.calls] == [1, 21, ROWS, ROWS, 2, 0]
    assert not any(call.error or call.differ for call in report.calls)
    assert report.is_complete
    assert report.trying is None
    assert report.seen.changed_rows is False
    assert (report.seen.threads, report.seen.processes) == ((), ())
    assert (report.seen.network, report.seen.writes) == ({}, {})


DIFFERENT = [
    ("a new number at each call", "self.n = getattr(self, 'n', 0) + 1\nreturn X.sum(axis=1) + self.n", set(CALLS[:4])),
    ("the mean over the batch", "return (X.sum(axis=1) >= X.sum(axis=1).mean()).astype(int)", {"one row", "a part"}),
    ("the place in the batch", "return np.arange(len(X))", {"a part", "another order"}),
    ("the row itself", "return X[:, 0] % 8", set()),
    ("rounding of floats", "return X.sum(axis=1) * (1 + 1e-5 * len(X))", set()),
    ("other floats", "return X.sum(axis=1) * (1 + 0.01 * len(X))", {"one row", "a part"}),
]


@pytest.mark.parametrize(("body", "names"), [row[1:] for row in DIFFERENT], ids=[row[0] for row in DIFFERENT])
def test_the_calls_that_give_other_answers_are_told(body, names, tmp_path: Path) -> None:
    report = report_of(tmp_path, model(body))
    assert {call.name for call in report.calls if call.differ} == names


def test_a_single_other_row_is_asked_for_a_third_time(tmp_path: Path) -> None:
    body = (
        "self.n = getattr(self, 'n', 0) + 1\nanswer = X.sum(axis=1)\nanswer[self.n % len(X) :][:1] += 1\nreturn answer"
    )
    report = report_of(tmp_path, model(f"if not len(X):\n    return X.sum(axis=1)\n{body}"))
    assert [call.name for call in report.calls].count("again") == 1  # two rows: the second time's, and the first's
    body = "self.n = getattr(self, 'n', 0) + 1\nanswer = X.sum(axis=1)\nanswer[:1] += self.n > 3\nreturn answer"
    (tmp_path / "other").mkdir()
    report = report_of(tmp_path / "other", model(body))
    assert [call.differ for call in report.calls if call.name == "again"] == [(0,), (0,)]


def test_a_call_that_fails_does_not_stop_the_others(tmp_path: Path) -> None:
    report = report_of(tmp_path, model("if len(X) < 2:\n    raise ValueError(len(X))\nreturn X.sum(axis=1)"))
    failed = {call.name: call.error for call in report.calls if call.error}
    assert set(failed) == {"one row", "no rows"}
    assert (failed["one row"].text, failed["one row"].where) == ("ValueError: 1", "model.py:7")
    assert failed["one row"].frames == ("model.py:7, in predict: raise ValueError(len(X))",)


def test_a_process_that_dies_in_a_call_tells_in_which(tmp_path: Path) -> None:
    report = report_of(tmp_path, model("if len(X) == 1:\n    import os; os.abort()\nreturn X.sum(axis=1)"))
    assert report.died_in == "one row"
    assert not report.is_complete


def test_a_slow_entry_is_asked_for_fewer_rows(tmp_path: Path) -> None:
    report = report_of(tmp_path, model("import time; time.sleep(0.1 * len(X)); return X.sum(axis=1)"))
    assert [call.rows for call in report.calls if call.name in CALLS[1:4]] == [10, 10, 10]


def test_each_call_has_rows_of_its_own(tmp_path: Path) -> None:
    report = report_of(tmp_path, model("X += 1; return X.sum(axis=1)"))
    assert report.seen.changed_rows
    assert not any(call.differ for call in report.calls)


SEEN = [
    ("a file of its own", "open('notes.txt', 'w').close()", {"/app/ingested_program/notes.txt": "submission"}),
    ("its weights", "open('weights.txt', 'a').write('2')", {"/app/ingested_program/weights.txt": "submission"}),
    ("a file that is removed", "os.remove('weights.txt')", {"/app/ingested_program/weights.txt": "submission"}),
    ("a file beside ingestion", "open('../work/x', 'w').close()", {"/app/program/x": "program"}),
    ("a file that is only read", "open('weights.txt').read()", {}),
    ("a temporary folder", "f = tempfile.TemporaryDirectory(); open(f.name + '/x', 'w').close(); f.cleanup()", {}),
    ("nothing at all", "open(os.devnull, 'w').write('x')", {}),
    ("Python's cache", "os.makedirs('__pycache__', exist_ok=True); open('__pycache__/x.pyc', 'w').close()", {}),
]


@pytest.mark.parametrize(("line", "places"), [row[1:] for row in SEEN], ids=[row[0] for row in SEEN])
def test_what_is_written_where_it_should_not_be_is_told_with_its_line(line, places, tmp_path: Path) -> None:
    report = report_of(tmp_path, model(f"{line}; return X.sum(axis=1)", head="import os, tempfile"))
    assert {path: place for path, (place, _) in report.seen.writes.items()} == places
    assert {where for _, where in report.seen.writes.values()} <= {"model.py:6"}


def test_what_native_code_wrote_is_found_afterwards(tmp_path: Path) -> None:
    line = "ctypes.CDLL(None).creat(b'native.bin', 0o600); return X.sum(axis=1)"
    report = report_of(tmp_path, model(line, head="import ctypes"))
    assert report.seen.writes == {}
    assert report.seen.changes["added"] == ("native.bin",)


NETWORK = [
    ("a look-up", "socket.getaddrinfo('192.0.2.1', 80)", ["192.0.2.1:80"]),
    ("loopback", "socket.getaddrinfo('127.0.0.1', 80); socket.getaddrinfo('localhost', 80)", []),
    ("a Unix socket", "socket.socketpair()[0].close()", []),
    ("a datagram", "socket.socket(type=socket.SOCK_DGRAM).connect(('192.0.2.1', 9))", ["192.0.2.1:9"]),
    ("a command", "subprocess.run(['pip', 'install', '--no-index', 'x'])", ["the command `pip install --no-index x`"]),
    ("a command that asks for nothing", "subprocess.run(['true', 'install'])", []),
]


@pytest.mark.parametrize(("line", "targets"), [row[1:] for row in NETWORK], ids=[row[0] for row in NETWORK])
def test_what_reaches_for_the_network_is_told_with_its_line(line, targets, tmp_path: Path) -> None:
    caught = f"try:\n    {line}\nexcept OSError:\n    pass\nreturn X.sum(axis=1)"
    report = report_of(tmp_path, model(caught, head="import socket, subprocess"))
    assert report.seen.network == dict.fromkeys(targets, "model.py:7")


LEFT = [
    ("a thread", "threading.Thread(target=time.sleep, args=(9,), name='t').start()", (("t", "model.py:6"),), ()),
    ("a daemon", "threading.Thread(target=time.sleep, args=(9,), daemon=True).start()", (), ()),
    ("a thread that ends", "threading.Thread(target=time.sleep, args=(0.05,)).start()", (), ()),
    ("an executor", "self.pool = futures.ThreadPoolExecutor(2); self.pool.submit(len, [])", (), ()),
    ("a process", "subprocess.Popen(['sleep', '9'])", (), ("sleep",)),
    ("a process that was waited for", "subprocess.run(['true'])", (), ()),
]


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="processes are looked for in /proc")
@pytest.mark.parametrize(("line", "threads", "processes"), [row[1:] for row in LEFT], ids=[row[0] for row in LEFT])
def test_what_still_runs_after_the_answer_is_told(line, threads, processes, tmp_path: Path) -> None:
    head = "import subprocess, threading, time; from concurrent import futures"
    report = report_of(tmp_path, model(f"{line}; return X.sum(axis=1)", head=head))
    assert (report.seen.threads, report.seen.processes) == (threads, processes)


OLD = pytest.mark.skipif(old_python() is None, reason="there is no Python 3.7 or 3.8 of pyenv's")


@OLD
def test_without_numpy_an_old_python_does_nothing_and_does_not_fail(tmp_path: Path) -> None:
    python = old_python()
    assert python is not None
    done = asked(tmp_path, "class Model:\n    def predict(self, X):\n        return [1] * len(X)\n", python)
    assert done.returncode == 0, done.stderr
    has_numpy = subprocess.run([python, "-c", "import numpy"], capture_output=True, check=False).returncode == 0
    assert (tmp_path / "report.json").is_file() is has_numpy


@OLD
def test_the_child_tells_an_error_and_what_it_heard_under_an_old_python(tmp_path: Path) -> None:
    python = old_python()
    assert python is not None
    stub = tmp_path / "numpy.zip"
    with zipfile.ZipFile(stub, "w") as target:
        target.writestr("numpy.py", "def load(path, allow_pickle): return [0, 0, 0]\n")
    entry = (
        "import socket\nsocket.getaddrinfo('192.0.2.1', 80)\nclass Model:\n    def predict(self, X):\n        1 / 0\n"
    )
    asked(tmp_path, entry, python, PYTHONPATH=str(stub))
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["reached"] == "predict"
    assert report["steps"][-1]["error"]["where"] == "model.py:5"
    assert report["steps"][-1]["error"]["text"] == "ZeroDivisionError: division by zero"
    assert report["network"] == {"192.0.2.1:80": "model.py:2"}
