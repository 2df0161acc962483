"""The process engine: clean start, paths in place of /app, and nothing left running."""

import os
import sys
import threading
import time
from pathlib import Path

import pytest

from tools.errors import SandboxError
from tools.sandbox.process import ProcessEngine
from tools.sandbox.program import Program


def program(tmp_path: Path, *argv: str, limit_s: float | None = 20, source: str = "") -> Program:
    work = tmp_path / "work"
    work.mkdir()
    (work / "main.py").write_text(source)
    return Program(
        argv=argv,
        mounts={"/app/program": work, "/app/output": tmp_path / "out", "/app/output/deep": tmp_path / "deep"},
        workdir="/app/program",
        bin_folder=Path(sys.executable).parent,
        home=tmp_path,
        stdout=tmp_path / "stdout",
        stderr=tmp_path / "stderr",
        limit_s=limit_s,
    )


def test_container_paths_become_the_jobs_folders(tmp_path: Path) -> None:
    code = "import sys; print(*sys.argv[1:], sep='\\n')"
    words = ("/app/output/x", "--to=/app/output", "/app/output/deep/y", "/app/outputs", "/app/unknown")
    ProcessEngine().run(program(tmp_path, "python3", "-c", code, *words))
    out = str(tmp_path / "out")
    expected = [f"{out}/x", f"--to={out}", f"{tmp_path / 'deep'}/y", "/app/outputs", "/app/unknown"]
    assert (tmp_path / "stdout").read_text().splitlines() == expected


def test_exit_codes_and_signals_are_told_as_a_shell_does(tmp_path: Path) -> None:
    outcome = ProcessEngine().run(program(tmp_path, "python3", "-c", "import sys; sys.exit(3)"))
    assert (outcome.exit_code, outcome.signal, outcome.timed_out) == (3, None, False)


def test_a_signal_is_told(tmp_path: Path) -> None:
    outcome = ProcessEngine().run(program(tmp_path, "python3", "-c", "import os; os.abort()"))
    assert (outcome.exit_code, outcome.signal) == (134, 6)


def test_a_command_that_is_not_there_is_127_and_says_so(tmp_path: Path) -> None:
    outcome = ProcessEngine().run(program(tmp_path, "./run.sh"))
    assert outcome.exit_code == 127
    assert "run.sh" in (tmp_path / "stderr").read_text()


def test_standard_input_is_empty(tmp_path: Path) -> None:
    ProcessEngine().run(program(tmp_path, "python3", "-c", "import sys; print(repr(sys.stdin.read()))"))
    assert (tmp_path / "stdout").read_text() == "''\n"


def test_what_a_program_leaves_running_is_killed_with_it(tmp_path: Path) -> None:
    beat = tmp_path / "beat"
    child = f"import time, pathlib\nwhile True:\n    pathlib.Path({str(beat)!r}).touch()\n    time.sleep(0.02)"
    code = (
        f"import os, subprocess, sys, time\nsubprocess.Popen([sys.executable, '-c', {child!r}])\n"
        f"while not os.path.exists({str(beat)!r}): time.sleep(0.01)"
    )
    ProcessEngine().run(program(tmp_path, "python3", "-c", code))
    assert beat.exists()
    beat.unlink()
    time.sleep(0.2)
    assert not beat.exists()


def test_a_child_that_left_the_session_is_killed_at_the_limit(tmp_path: Path) -> None:
    beat = tmp_path / "beat"
    child = f"import time, pathlib\nwhile True:\n    pathlib.Path({str(beat)!r}).touch()\n    time.sleep(0.02)"
    start = f"subprocess.Popen([sys.executable, '-c', {child!r}], start_new_session=True)"
    outcome = ProcessEngine().run(
        program(tmp_path, "python3", "-c", f"import subprocess, sys, time; {start}; time.sleep(60)", limit_s=3)
    )
    assert outcome.timed_out
    beat.unlink(missing_ok=True)
    time.sleep(0.2)
    assert not beat.exists()


def test_stop_ends_a_run_from_another_thread(tmp_path: Path) -> None:
    engine = ProcessEngine()
    asked = program(tmp_path, "python3", "-c", "import time; time.sleep(60)", limit_s=None)
    thread = threading.Thread(target=engine.run, args=(asked,))
    thread.start()
    while not (tmp_path / "stdout").exists() or not engine.running:
        time.sleep(0.01)
    engine.stop()
    thread.join(50)
    assert not thread.is_alive()


@pytest.mark.parametrize(
    ("source", "refused"),
    [
        ("open('/app/input_data/x')", True),
        ('"""Reads /app/input_data/x."""\n', False),
        ("x = 'see /app/input'", False),
        ("def (", False),
    ],
)
def test_fixed_paths_in_a_program_are_refused_before_it_runs(source, refused, tmp_path: Path) -> None:
    asked = program(tmp_path, "python3", "-c", "pass", source=source)
    if refused:
        with pytest.raises(SandboxError, match=r"main\.py:1 uses the fixed path /app/input_data/x"):
            ProcessEngine().run(asked)
    else:
        assert ProcessEngine().run(asked).exit_code == 0


def test_the_environment_is_not_inherited(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("KIT_SECRET", "1")
    ProcessEngine().run(
        program(tmp_path, "python3", "-c", "import os; print('KIT_SECRET' in os.environ, os.environ['HOME'])")
    )
    assert (tmp_path / "stdout").read_text() == f"False {tmp_path}\n"
    assert "KIT_SECRET" in os.environ
