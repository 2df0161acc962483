"""What a hostile program tries, one property each. Each attempt is bounded by itself in count, bytes and seconds."""

import json
import socket
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from tests.tools.sandbox.desk import Desk, living, wait_until
from tools.sandbox.program import Engine
from tools.sandbox.scratch import Scratch

pytestmark = pytest.mark.slow

FORKS = """
import os, time
started = 0
for _ in range(300):
    try:
        if os.fork() == 0:
            time.sleep(20)
            os._exit(0)
        started += 1
    except OSError:
        break
print(started, flush=True)
time.sleep(20)
"""
HOG = """
blocks = []
for _ in range(60):
    blocks.append(bytearray(10_000_000))
    for place in range(0, 10_000_000, 4096):
        blocks[-1][place] = 1
print("had it all")
"""
FLOOD = """
import sys
line = "x" * 999 + "\\n"
for _ in range(200_000):
    sys.stdout.write(line)
"""
DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGINT, signal.SIG_IGN)
time.sleep(60)
"""
DAEMON = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execvp("sleep", ["sleep", "30.5{mark}"])
    os._exit(0)
time.sleep(0.5)
"""
FILLING = """
import time
block = b"x" * 1_000_000
with open("{folder}/big", "wb") as file:
    for _ in range(600):
        file.write(block)
        file.flush()
        time.sleep(0.002)
print("wrote it all")
time.sleep(3)
"""
SPARSE = """
with open("/tmp/sparse", "wb") as file:
    file.truncate(10 << 30)
print("made it")
"""


def test_a_fork_bomb_is_bounded_and_dies_with_its_program(engine: Engine, desk: Desk) -> None:
    outcome = engine.run(desk.program(FORKS, processes=50, wall_s=3))
    assert outcome.timed_out or outcome.stopped == "processes"
    assert int(desk.out or 0) <= 50
    assert not [pid for pid in living("main.py") if _mentions(pid, desk)]


def test_a_memory_hog_is_ended_and_proved(engine: Engine, desk: Desk) -> None:
    outcome = engine.run(desk.program(HOG, memory_mb=150))
    assert "had it all" not in desk.out
    assert outcome.exit_code == 137
    assert outcome.stopped == "memory"
    assert "150 MB" in outcome.proof
    assert outcome.kept_by["memory"] in ("cgroup", "watcher", "container")


def test_a_program_within_its_memory_is_left_alone(engine: Engine, desk: Desk) -> None:
    outcome = engine.run(desk.program(HOG, memory_mb=1500))
    assert (outcome.exit_code, outcome.stopped) == (0, None)


def test_endless_output_is_cut_and_counted_not_punished(engine: Engine, desk: Desk) -> None:
    outcome = engine.run(desk.program(FLOOD, log_mb=1))
    assert outcome.exit_code == 0
    assert (desk.folder / "stdout").stat().st_size < 1_200_000
    assert outcome.left_out["stdout"] > 190_000_000
    assert f"[{outcome.left_out['stdout']} bytes left out]" in desk.out


def test_a_sleep_that_ignores_signals_ends_at_its_limit(engine: Engine, desk: Desk) -> None:
    outcome = engine.run(desk.program(DEAF, wall_s=1))
    assert outcome.timed_out
    assert outcome.exit_code is None
    assert 1 <= outcome.seconds < 15


def test_a_daemon_that_left_its_session_is_found(engine: Engine, desk: Desk) -> None:
    mark = desk.folder.parent.name.encode().hex()[-6:].translate(str.maketrans("abcdef", "123456"))
    outcome = engine.run(desk.program(DAEMON.replace("{mark}", mark)))
    assert outcome.exit_code == 0
    assert wait_until(lambda: not living(f"30.5{mark}"), 5)


def test_labels_and_the_users_files_cannot_be_read(isolating: Engine, desk: Desk, scratch: Scratch) -> None:
    labels = scratch.path / "hidden" / "labels.npy"
    labels.parent.mkdir()
    labels.write_text("secret labels")
    labels.chmod(0o644)
    source = f"import os\nfor place in ({str(labels)!r}, {__file__!r}):\n    print(os.path.exists(place))\n"
    source += "import subprocess\nprint(subprocess.run(['grep', '-rl', 'secret ' + 'labels', '/tmp', '/app', '/root'], "
    source += "capture_output=True, text=True).stdout)"
    engine_outcome = isolating.run(desk.program(source))
    assert engine_outcome.exit_code == 0, desk.err
    assert desk.out.split() == ["False", "False"]


def test_the_system_cannot_be_written(isolating: Engine, desk: Desk) -> None:
    name = f"kit-test-{desk.folder.parent.name}"
    places = ["/", "/usr", "/usr/bin", "/etc", "/var", "/opt", "/home"]
    source = f"for place in {places}:\n    try:\n        open(place + '/{name}', 'w').close()\n"
    source += "    except OSError:\n        pass\n"
    assert isolating.run(desk.program(source)).exit_code == 0
    assert not [place for place in places if (Path(place) / name).exists()]


def test_there_is_no_network(isolating: Engine, desk: Desk) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        source = (
            "import json, socket\ntold = []\n"
            f"for address in (('127.0.0.1', {listener.getsockname()[1]}), ('192.0.2.1', 9)):\n"
            "    try:\n        socket.create_connection(address, 2)\n        told.append('reached')\n"
            "    except OSError as error:\n        told.append(type(error).__name__)\n"
            "print(json.dumps(told))"
        )
        assert isolating.run(desk.program(source)).exit_code == 0
    assert "reached" not in json.loads(desk.out)


def test_a_disk_that_fills_ends_the_program(engine: Engine, desk: Desk) -> None:
    folder = desk.mounts["/app/output"] if engine.name == "process" else "/app/output"
    outcome = engine.run(desk.program(FILLING.format(folder=folder), disk_mb=100))
    assert outcome.stopped == "disk"
    assert "100 MB are allowed" in outcome.proof
    assert "wrote it all" not in desk.out


def test_a_huge_sparse_file_is_refused(engine: Engine, desk: Desk) -> None:
    folder = str(desk.folder) if engine.name == "process" else "/app/output"
    outcome = engine.run(desk.program(SPARSE.replace("/tmp", folder), file_mb=100))
    assert outcome.exit_code not in (0, None)
    assert "made it" not in desk.out
    assert "too large" in desk.err.lower()


def test_leaving_without_a_word_is_told_as_it_was(engine: Engine, desk: Desk) -> None:
    outcome = engine.run(desk.program("import os; os._exit(0)"))
    assert (outcome.exit_code, outcome.stopped) == (0, None)


def test_a_native_crash_is_a_signal(engine: Engine, desk: Desk) -> None:
    outcome = engine.run(desk.program("import ctypes; ctypes.string_at(0)"))
    assert (outcome.exit_code, outcome.signal) == (139, 11)


def test_a_folder_without_permissions_is_removed_all_the_same(engine: Engine, desk: Desk, scratch: Scratch) -> None:
    folder = desk.mounts["/app/output"] if engine.name == "process" else "/app/output"
    source = f"import os; os.makedirs('{folder}/a/b'); open('{folder}/a/b/c', 'w').close(); os.chmod('{folder}/a', 0)"
    assert engine.run(desk.program(source)).exit_code == 0
    scratch.remove()
    assert not scratch.path.exists()


def _mentions(pid: int, desk: Desk) -> bool:
    try:
        process = psutil.Process(pid)
        return str(desk.folder) in f"{process.cwd()} {' '.join(process.cmdline())}"
    except psutil.Error:
        return False
