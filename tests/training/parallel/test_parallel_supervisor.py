"""Processes that are lost, that say why they end, and that are interrupted; small programs stand for the training."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from training.errors import PeerLostError, TrainingError
from training.parallel import supervisor
from training.parallel.supervisor import RESTARTS, Command, supervise

ROOT = Path(__file__).parents[3]
BEGIN = """
import json, os, signal, sys, time
from pathlib import Path
index = json.loads(os.environ["TF_CONFIG"])["task"]["index"]
here, again = Path(os.environ["HERE"]), "--resume" in sys.argv
with (here / f"started-{index}").open("a") as stream:
    stream.write(f"{os.getpid()}\\n")
"""


@pytest.fixture
def play(tmp_path: Path, recorder):
    """Let two processes run a program; returns the exit code, what was said, and the ids of all that were started."""
    reporter = recorder()

    def run(program: str, others: str | None = None) -> tuple[int, list[str]]:
        start = (sys.executable, "-c")
        command = Command(
            chief=(*start, BEGIN + program),
            others=(*start, BEGIN + (program if others is None else others)),
            again=("--resume",),
            environment={"HERE": str(tmp_path)},
            stdout=None,
        )
        return supervise(command, 2, reporter), reporter.said

    return run


def started(folder: Path, index: int) -> list[int]:
    return [int(line) for line in (folder / f"started-{index}").read_text().split()]


def left(folder: Path) -> list[int]:
    """The processes that are not gone, zombies included."""
    return [pid for index in range(2) for pid in started(folder, index) if psutil.pid_exists(pid)]


def test_a_run_that_ends_well_is_started_once_and_only_the_chief_is_seen(play, tmp_path, capfd):
    code, said = play("print('out', index); print('err', index, file=sys.stderr)")
    out, err = capfd.readouterr()
    assert (code, said, out, err) == (0, [], "out 0\n", "err 0\n")
    assert len(started(tmp_path, 0)) == len(started(tmp_path, 1)) == 1


@pytest.mark.parametrize("lost", [0, 1])
def test_a_lost_process_ends_the_others_and_all_begin_again(play, tmp_path, lost):
    program = f"""
if not again:
    if index == {lost}:
        print("the last word", file=sys.stderr, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(600)  # as a collective waits
"""
    code, said = play(program)
    assert code == 0
    assert said == [
        f"worker {lost} was killed by SIGKILL: the last word. All begin again after the last finished epoch."
    ]
    assert len(started(tmp_path, 0)) == len(started(tmp_path, 1)) == 2
    assert not left(tmp_path)


def test_the_one_that_was_lost_is_named_and_not_the_one_that_noticed_it(play):
    noticed = f"if not again: sys.exit({PeerLostError.exit_code})"
    lost = "if not again: time.sleep(1); os.kill(os.getpid(), signal.SIGSEGV)"
    _, said = play(noticed, lost)
    assert said[0].startswith("worker 1 was killed by SIGSEGV")


def test_a_process_that_is_lost_each_time_ends_the_run_with_the_reason(play, tmp_path):
    with pytest.raises(TrainingError) as refused:
        play("time.sleep(600)", "print('no room in the boat', file=sys.stderr); sys.exit(7)")
    assert refused.value.what == f"worker 1 ended with code 7: no room in the boat (restart {RESTARTS} of {RESTARTS})"
    assert "--resume" in refused.value.fix
    assert len(started(tmp_path, 0)) == RESTARTS + 1
    assert not left(tmp_path)


def test_what_the_chief_says_is_wrong_is_not_tried_again(play, tmp_path):
    code, said = play("sys.exit(2)", "time.sleep(600)")
    assert (code, said) == (2, [])
    assert not left(tmp_path)


def test_what_another_process_says_is_wrong_is_told_with_its_name(play, tmp_path, monkeypatch):
    monkeypatch.setattr(supervisor, "GRACE_S", 0.5)
    with pytest.raises(TrainingError, match="worker 1 ended with code 3: its disk is full"):
        play("time.sleep(600)", "print('its disk is full', file=sys.stderr); sys.exit(3)")
    assert len(started(tmp_path, 1)) == 1
    assert not left(tmp_path)


def test_where_both_say_what_is_wrong_the_chief_is_heard(play):
    code, said = play("time.sleep(1); sys.exit(3)", "sys.exit(3)")
    assert (code, said) == (3, [])


def test_ctrl_c_lets_the_chief_finish_and_leaves_nobody(tmp_path):
    chief = "signal.signal(signal.SIGINT, lambda *_: (here / 'asked').touch() or sys.exit(130)); time.sleep(600)"
    others = "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    program = f"""
import sys
from training.parallel.supervisor import Command, supervise
from training.progress import Silent
start = (sys.executable, "-c")
supervise(Command(chief=(*start, {BEGIN + chief!r}), others=(*start, {BEGIN + others!r}), again=(),
    environment={{"HERE": {str(tmp_path)!r}}}, stdout=None), 2, Silent())
"""
    process = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stderr=subprocess.PIPE, text=True)
    await_both(tmp_path)
    process.send_signal(signal.SIGINT)
    assert "KeyboardInterrupt" in process.communicate(timeout=60)[1]
    assert (tmp_path / "asked").exists()
    assert not left(tmp_path)


def await_both(folder: Path) -> None:
    until = time.monotonic() + 60
    while not all((folder / f"started-{index}").is_file() for index in range(2)):
        assert time.monotonic() < until
        time.sleep(0.05)
    time.sleep(0.5)  # until they have set their handlers


def test_processes_of_a_machine_know_that_they_are_supervised(play, tmp_path):
    code, _ = play("(here / f'local-{index}').write_text(os.environ['KIT_LOCAL_WORKERS'])")
    assert code == 0
    assert [(tmp_path / f"local-{index}").read_text() for index in range(2)] == ["2", "2"]
    assert "KIT_LOCAL_WORKERS" not in os.environ
