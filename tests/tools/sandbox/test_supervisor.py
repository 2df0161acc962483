"""The supervisor's parts: logs, control groups of either version on a file system made up, and the watcher alone."""

import io
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.sandbox import supervise
from tools.sandbox.process import ProcessEngine
from tools.sandbox.scratch import Scratch
from tools.sandbox.supervisor.cgroup import Group, make_groups
from tools.sandbox.supervisor.logs import LogFile
from tools.sandbox.supervisor.tree import anonymous_bytes, exact_bytes
from tools.sandbox.supervisor.watch import folder_bytes

WITHOUT_GROUPS = (
    "import tools.sandbox.supervisor.__main__ as supervisor; supervisor.make_groups = lambda *_: {}; supervisor.main()"
)


class Pieces(io.RawIOBase):
    """A stream that gives its text in pieces of given lengths."""

    def __init__(self, text: bytes, lengths: list[int]) -> None:
        self.text, self.lengths = text, lengths

    def read(self, _size: int = -1) -> bytes:
        length = self.lengths.pop(0) if self.lengths else len(self.text)
        piece, self.text = self.text[:length], self.text[length:]
        return piece


@given(st.binary(max_size=300), st.lists(st.integers(1, 50), max_size=20), st.integers(2, 120))
def test_a_log_keeps_its_beginning_and_its_end(text, lengths, limit) -> None:
    path = Path(os.devnull).parent / "shm" / f"kit-log-{os.getpid()}"
    try:
        left_out = LogFile(Pieces(text, lengths), path, limit).finish(5)
        kept = path.read_bytes()
    finally:
        path.unlink(missing_ok=True)
    if left_out:
        head, tail = kept.split(f"\n[{left_out} bytes left out]\n".encode(), 1)
        assert text.startswith(head)
        assert text.endswith(tail)
        assert len(head) + len(tail) + left_out == len(text)
        assert len(head) == limit // 2
        assert len(tail) >= limit // 2
    else:
        assert kept == text


def file_system(root: Path, *, version: int, controllers: str = "memory") -> Path:
    """A file system with a process in the group /user/session, and the group's folder."""
    place = root / "sys/fs/cgroup" / ("" if version == 2 else controllers)
    group = place / "user/session"
    group.mkdir(parents=True)
    (root / "proc/self").mkdir(parents=True)
    kind, options = ("cgroup2", "rw") if version == 2 else ("cgroup", f"rw,{controllers}")
    (root / "proc/self/mounts").write_text(f"x /{place.relative_to(root)} {kind} {options} 0 0\n")
    line = "0::/user/session\n" if version == 2 else f"4:{controllers}:/user/session\n"
    (root / "proc/self/cgroup").write_text(line)
    return group


@pytest.mark.parametrize(("version", "parent"), [(1, "memory/user/session"), (2, "user")])
def test_a_group_is_made_below_or_beside_the_own_one(version, parent, tmp_path: Path) -> None:
    file_system(tmp_path, version=version)
    made = make_groups({"memory": 1 << 20, "pids": None}, "kit-x", tmp_path)
    group = made["memory"]
    assert group.path == tmp_path / "sys/fs/cgroup" / parent / "kit-x"
    assert group.limit_file.read_text() == str(1 << 20)


def test_a_limit_that_does_not_read_back_is_not_claimed(tmp_path: Path, monkeypatch) -> None:
    file_system(tmp_path, version=2)
    monkeypatch.setattr(Group, "limit_file", property(lambda group: group.path.parent / "full"))
    (tmp_path / "sys/fs/cgroup/user/full").symlink_to("/dev/null")
    assert make_groups({"memory": 1 << 20}, "kit-x", tmp_path) == {}
    assert not (tmp_path / "sys/fs/cgroup/user/kit-x").exists()


def test_without_control_groups_there_are_none(tmp_path: Path) -> None:
    assert make_groups({"memory": 1}, "kit-x", tmp_path) == {}


@pytest.mark.parametrize(
    ("version", "controller", "file", "text", "events"),
    [
        (1, "memory", "memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n", 2),
        (2, "memory", "memory.events", "low 0\nmax 7\noom 1\noom_kill 1\n", 1),
        (2, "pids", "pids.events", "max 5\n", 5),
        (1, "pids", "pids.events", "", 0),
    ],
)
def test_what_the_kernel_counts_is_read(version, controller, file, text, events, tmp_path: Path) -> None:
    (tmp_path / file).write_text(text)
    assert Group(path=tmp_path, controller=controller, version=version).events == events


@pytest.fixture
def no_groups(monkeypatch) -> None:
    """Supervisors on a machine that lets nobody write control groups."""
    monkeypatch.setattr(supervise, "COMMAND", (sys.executable, "-I", "-c", WITHOUT_GROUPS))


@pytest.mark.usefixtures("no_groups")
def test_the_watcher_ends_a_memory_hog(desk, scratch: Scratch) -> None:
    from tests.tools.sandbox.desk import make_engine

    engine = make_engine("process", scratch)
    source = (
        "import time\nx = []\nfor _ in range(40):\n    x.append(bytearray(b'1' * 10_000_000))\n    time.sleep(0.05)\n"
    )
    outcome = engine.run(desk.program(source, memory_mb=150))
    assert (outcome.stopped, outcome.kept_by["memory"]) == ("memory", "watcher")
    assert outcome.exit_code == 137
    assert "150 MB are allowed (watcher)" in outcome.proof


@pytest.mark.usefixtures("no_groups")
def test_the_watcher_counts_memory_that_processes_share_once(desk, scratch: Scratch) -> None:
    from tests.tools.sandbox.desk import make_engine

    engine = make_engine("process", scratch)
    source = (
        "import os, time\nx = bytearray(b'1' * 100_000_000)\n"
        "for _ in range(4):\n    if os.fork() == 0:\n        time.sleep(1); os._exit(0)\n"
        "for _ in range(4):\n    os.wait()\n"
    )
    assert engine.run(desk.program(source, memory_mb=250)).exit_code == 0


@pytest.mark.usefixtures("no_groups")
def test_the_watcher_ends_a_fork_bomb(desk, scratch: Scratch) -> None:
    from tests.tools.sandbox.desk import make_engine

    engine = make_engine("process", scratch)
    assert isinstance(engine, ProcessEngine)
    source = "import os, time\nfor _ in range(200):\n    if os.fork() == 0:\n        time.sleep(20)\ntime.sleep(20)"
    outcome = engine.run(desk.program(source, processes=50))
    assert (outcome.stopped, outcome.kept_by["processes"]) == ("processes", "watcher")
    assert outcome.seconds < 15


def test_memory_of_this_process_is_measured() -> None:
    block = bytearray(b"1" * 50_000_000)
    assert anonymous_bytes([os.getpid()]) > 50_000_000
    assert exact_bytes([os.getpid()]) > 50_000_000
    assert block


def test_holes_take_no_disk(tmp_path: Path) -> None:
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(1 << 30)
    (tmp_path / "full").write_bytes(b"1" * 100_000)
    assert 100_000 <= folder_bytes(tmp_path) < 1 << 20


LEAVES = "import subprocess, sys, time\n"


@pytest.mark.skipif(sys.platform != "linux", reason="orphans are adopted on Linux alone")
@pytest.mark.parametrize(
    ("source", "left"),
    [
        (LEAVES + "subprocess.Popen(['sleep', '50'])", ("sleep",)),
        (LEAVES + "subprocess.run(['true'])", ()),
        (LEAVES + "subprocess.Popen(['sleep', '0.05'])", ()),
        ("from multiprocessing import resource_tracker as r; r.ensure_running()", ()),
    ],
    ids=["one that stays", "one that was waited for", "one that ends by itself", "the tracker of shared memory"],
)
def test_processes_that_outlive_their_program_are_named(source, left, desk, scratch: Scratch) -> None:
    from tests.tools.sandbox.desk import make_engine

    assert make_engine("process", scratch).run(desk.program(source)).left == left


@pytest.mark.skipif(sys.platform != "linux", reason="orphans are adopted on Linux alone")
def test_of_a_program_that_was_killed_nothing_is_said_to_be_left(desk, scratch: Scratch) -> None:
    from tests.tools.sandbox.desk import make_engine

    outcome = make_engine("process", scratch).run(
        desk.program(LEAVES + "subprocess.Popen(['sleep', '50']); time.sleep(50)", wall_s=1)
    )
    assert (outcome.stopped, outcome.left) == ("time", ())
