"""What a program finds in each engine: as near to the platform's container as the engine can come."""

import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

import pytest

from tests.tools.sandbox.desk import Desk, make_engine, wait_until
from tools.errors import SandboxError
from tools.sandbox.choose import choose
from tools.sandbox.process import ProcessEngine
from tools.sandbox.program import Engine, Limits
from tools.sandbox.scratch import Scratch

pytestmark = pytest.mark.slow

LOOK = """
import json, os, sys
status = dict(line.split(":", 1) for line in open("/proc/self/status") if line.startswith(("CapEff", "NoNew")))
shm = os.statvfs("/dev/shm")
try:
    open("/app/data/x", "w")
    data = "written"
except OSError as error:
    data = error.errno
writable = []
for place in ("/app/program", "/app/output", "/tmp", "/root", "/dev/shm", "/app"):
    try:
        open(place + "/x", "w").close()
        writable.append(place)
    except OSError:
        pass
print(json.dumps({
    "cwd": os.getcwd(), "path0": sys.path[0], "uid": os.getuid(), "gid": os.getgid(), "env": dict(os.environ),
    "caps": int(status["CapEff"], 16), "no_new_privs": status["NoNewPrivs"].strip(), "stdin": sys.stdin.read(),
    "shm_mb": shm.f_blocks * shm.f_frsize >> 20, "data": data, "writable": writable, "umask": os.umask(0),
    "app": sorted(os.listdir("/app")), "tty": sys.stdout.isatty(),
}))
"""


def test_an_isolated_program_finds_what_the_platform_gives(isolating: Engine, desk: Desk) -> None:
    data = desk.folder / "data"
    data.mkdir()
    program = desk.program(LOOK)
    mounts = {**desk.mounts, "/app/data": data}
    outcome = isolating.run(replace(program, mounts=mounts, read_only=frozenset({"/app/data"})))
    assert outcome.exit_code == 0, desk.err
    told = json.loads(desk.out)
    assert (told["cwd"], told["path0"], told["umask"]) == ("/app/program", "/app/program", 0o022)
    assert (told["uid"], told["gid"], told["caps"], told["no_new_privs"]) == (0, 0, 0, "1")
    assert (told["stdin"], told["tty"], told["data"]) == ("", False, 30)
    assert 60 <= told["shm_mb"] <= 64
    assert set(told["writable"]) >= {"/app/program", "/app/output", "/tmp", "/root", "/dev/shm", "/app"}
    assert set(told["app"]) - {"x"} == {"program", "output", "data"}
    assert told["env"]["PYTHONUNBUFFERED"] == "1"
    assert (told["env"]["http_proxy"], told["env"]["https_proxy"], told["env"]["HOME"]) == ("", "", "/root")


def test_nothing_of_the_kits_environment_is_inherited(engine: Engine, desk: Desk, monkeypatch) -> None:
    monkeypatch.setenv("KIT_SECRET", "1")
    monkeypatch.setenv("http_proxy", "http://proxy.invalid")
    engine.run(desk.program("import os; print('KIT_SECRET' in os.environ, repr(os.environ['http_proxy']))"))
    assert desk.out == "False ''\n"


@pytest.mark.parametrize(("code", "told"), [(0, 0), (3, 3), (255, 255)])
def test_exit_codes_are_told(code, told, engine: Engine, desk: Desk) -> None:
    assert engine.run(desk.program(f"import sys; sys.exit({code})")).exit_code == told


def test_a_command_that_is_not_there_is_127(engine: Engine, desk: Desk) -> None:
    assert engine.run(desk.program(("no-such-program",))).exit_code == 127
    assert "no-such-program" in desk.err


def test_a_script_without_its_exec_bit_is_not_run(engine: Engine, desk: Desk) -> None:
    script = desk.mounts["/app/program"] / "run.sh"
    script.write_text("#!/bin/sh\necho ran\n")
    script.chmod(0o644)
    assert engine.run(desk.program(("./run.sh",))).exit_code in (126, 127)
    assert desk.out == ""


def test_no_shell_reads_the_command(engine: Engine, desk: Desk) -> None:
    words = ("echo", "$HOME", "&&", "*", ">", "x")
    assert engine.run(desk.program(words)).exit_code == 0
    assert desk.out == "$HOME && * > x\n"


def test_stop_ends_a_run_from_another_thread(engine: Engine, desk: Desk) -> None:
    program = desk.program("print('up', flush=True); import time; time.sleep(60)", wall_s=60)
    found = []
    thread = threading.Thread(target=lambda: found.append(engine.run(program)))
    thread.start()
    assert wait_until(lambda: (desk.folder / "stdout").exists() and "up" in desk.out)
    engine.stop()
    thread.join(30)
    assert found[0].stopped == "interrupt"


def test_with_network_asked_for_the_loopback_is_the_machines(desk: Desk, scratch: Scratch) -> None:
    engine = make_engine("bubblewrap", scratch, network=True)
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
        assert (
            engine.run(desk.program(f"import socket; socket.create_connection(('127.0.0.1', {port}))")).exit_code == 0
        )


def test_the_trial_says_what_each_engine_enforces(engine: Engine, scratch: Scratch) -> None:
    choice = choose(
        {engine.name: lambda: engine},
        scratch.path / "trial",
        scratch.path / "hidden",
        Limits(memory_mb=500),
        network=False,
    )
    isolates = engine.name != "process"
    seen = choice.enforced
    assert (seen.labels, seen.network, seen.files, seen.processes) == (isolates,) * 4
    assert seen.system is isolates or (engine.name == "process" and seen.system in (True, False))
    assert seen.kept_by["memory"] in ("cgroup", "watcher", "container")


class Broken:
    """An engine that cannot start anything, and one that lets a program see the labels."""

    name = "bubblewrap"

    def __init__(self, inner: Engine | None = None) -> None:
        if inner is None:
            raise SandboxError("bubblewrap is not installed", "install it")
        self.inner = inner

    def run(self, program):
        return self.inner.run(program)

    def stop(self) -> None: ...

    def describe(self) -> dict[str, object]:
        return {"engine": self.name}


def test_an_engine_that_does_not_start_is_passed_over_and_named(scratch: Scratch) -> None:
    process = make_engine("process", scratch)
    makers = {"bubblewrap": Broken, "process": lambda: process}
    choice = choose(makers, scratch.path / "trial", scratch.path / "hidden", Limits(), network=False)
    assert choice.engine is process
    assert choice.passed_over == ("bubblewrap: bubblewrap is not installed",)


def test_an_engine_that_shows_the_labels_fails_its_trial(scratch: Scratch) -> None:
    leaky = Broken(make_engine("process", scratch))
    with pytest.raises(SandboxError, match="the reference data could be read"):
        choose({"bubblewrap": lambda: leaky}, scratch.path / "trial", scratch.path / "hidden", Limits(), network=False)


@pytest.mark.slow
def test_an_image_that_is_not_here_and_cannot_be_pulled_is_told() -> None:
    from tests.tools.container_image import client
    from tools.sandbox.container import make_sure_of

    said: list[str] = []
    with pytest.raises(SandboxError, match="localhost/no-such-image:1 is not here and cannot be pulled"):
        make_sure_of(client(), "localhost/no-such-image:1", said.append)
    assert "pulling localhost/no-such-image:1" in said[0]


@pytest.mark.parametrize(
    ("name", "source", "refused"),
    [
        ("main.py", "open('/app/input_data/x')", True),
        ("main.py", '"""Reads /app/input_data/x."""\n', False),
        ("main.py", "x = 'see /app/input'", False),
        ("main.py", "x = '/app/elsewhere'", False),
        ("main.py", "def (", False),
        ("run.sh", "cat /app/input/ref/labels", True),
        ("run.sh", "# reads /app/input\n", False),
    ],
)
def test_fixed_paths_are_refused_where_there_is_no_app(name, source, refused, desk: Desk, scratch: Scratch) -> None:
    engine = make_engine("process", scratch)
    program = desk.program(("true",))
    (desk.mounts["/app/program"] / name).write_text(source)
    if refused:
        with pytest.raises(SandboxError, match=rf"/app/program/{name}:1 uses the fixed path /app/input"):
            engine.run(program)
    else:
        assert engine.run(program).exit_code == 0


def test_container_paths_become_the_jobs_folders(desk: Desk, scratch: Scratch) -> None:
    engine = make_engine("process", scratch)
    assert isinstance(engine, ProcessEngine)
    words = ("/app/output/x", "--to=/app/output", "/app/outputs", "/app/unknown")
    engine.run(desk.program(("python3", "-c", "import sys; print(*sys.argv[1:], sep='\\n')", *words)))
    out = str(desk.mounts["/app/output"])
    assert desk.out.splitlines() == [f"{out}/x", f"--to={out}", "/app/outputs", "/app/unknown"]


def test_limits_that_bind_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="memory_mb is 0"):
        Limits(memory_mb=0)


def test_a_program_that_is_called_off_is_killed_and_others_go_on(engine: Engine, desk: Desk) -> None:
    call_off = threading.Event()
    program = replace(desk.program("import time; print('on', flush=True); time.sleep(60)"), call_off=call_off)
    with ThreadPoolExecutor() as pool:
        running = pool.submit(engine.run, program)
        assert wait_until(lambda: (desk.folder / "stdout").is_file() and "on" in desk.out)
        call_off.set()
        assert running.result(timeout=30).stopped == "interrupt"
    assert engine.run(desk.program("print('again')")).exit_code == 0
    assert "again" in desk.out
