"""`kit` as processes of its own that start at once: forked from one process that has imported the command already.

Each is what `kit` is, with sockets, locks and a database of its own, and can be killed. It lacks the start of the
interpreter alone, which takes half a second; `started` is the command in full. Both take Python that is run in the
process first: what is to go wrong there.
"""

import contextlib
import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import httpx

ROOT = Path(__file__).resolve().parents[3]
KIT = "import sys; from tools.cli import main; sys.exit(main(sys.argv[1:]))"
IMPORTED = (
    "rich.progress",
    "tools.checks.upload",
    "tools.cli.app",
    "tools.cli.judged",
    "tools.cli.upload",
    "tools.codabench.competition.limits",
    "tools.codabench.connect",
    "tools.codabench.sending.lock",
    "tools.codabench.sending.preflight",
    "tools.report.text",
    "tools.report.upload_document",
)
"""What the command imports where it is needed, in full."""
LIMIT_S = 60.0
POLL_S = 0.002


class Command(Protocol):
    """A command that runs."""

    pid: int

    def poll(self) -> int | None:
        """Its exit code, a negative signal's number, or None while it runs."""


Start = Callable[[Sequence[str], str], Command]


def started(words: Sequence[str], first: str = "") -> "subprocess.Popen[bytes]":
    """The command in full, as a user starts it."""
    nothing = subprocess.DEVNULL
    program = [sys.executable, "-c", f"{first}\n{KIT}"]
    return subprocess.Popen([*program, *words], cwd=ROOT, stdin=nothing, stdout=nothing, stderr=nothing)


def ended(command: Command) -> int:
    """Wait for it. Raises AssertionError where it does not end."""
    ends = time.monotonic() + LIMIT_S
    while (code := command.poll()) is None:
        assert time.monotonic() < ends, "the command does not end"
        time.sleep(POLL_S)
    return code


def killed(command: Command) -> int:
    """Kill it, if it still runs; gives how it ended."""
    with contextlib.suppress(ProcessLookupError):  # it may end just now
        if command.poll() is None:
            os.kill(command.pid, signal.SIGKILL)
    return ended(command)


@dataclass(frozen=True)
class Fork:
    """A command that was forked; `told` is the file that its exit code comes to stand in."""

    pid: int
    told: Path

    def poll(self) -> int | None:
        """As of a subprocess."""
        return int(self.told.read_text()) if self.told.exists() else None


class Forks:
    """The process that all are forked from; to be used with `with`."""

    def __init__(self) -> None:
        """Start it; it imports while the caller goes on."""
        self._folder = tempfile.TemporaryDirectory(prefix="forks-")
        self._count = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.tools.codabench.forks"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> "Forks":
        """It as it is."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it; a command that still runs goes on."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
        self._folder.cleanup()

    def start(self, words: Sequence[str], first: str = "") -> Fork:
        """The command, with this process's environment of now."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._count += 1
        told = Path(self._folder.name) / str(self._count)
        order = {"words": list(words), "first": first, "env": dict(os.environ), "told": str(told)}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return Fork(int(self._process.stdout.readline()), told)


def _serve() -> None:
    """Fork for each line; between the two stands one process that waits for the end."""
    for name in IMPORTED:
        importlib.import_module(name)
    with contextlib.suppress(httpx.TransportError):  # it imports on its first request
        httpx.get("http://127.0.0.1:9")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        if not os.fork():
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _run(json.loads(line))


def _run(order: dict[str, object]) -> None:
    pid = os.fork()
    if not pid:
        os.environ.clear()
        os.environ.update(order["env"])  # type: ignore[call-overload]
        with open(os.devnull, "r+b", buffering=0) as nothing:  # noqa: PTH123
            for number in (0, 1, 2):
                os.dup2(nothing.fileno(), number)
        exec(str(order["first"]), {})
        from tools.cli import main

        os._exit(main(order["words"]))  # type: ignore[arg-type]
    os.write(1, f"{pid}\n".encode())
    told = Path(str(order["told"]))
    told.with_suffix(".new").write_text(str(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])))
    told.with_suffix(".new").rename(told)
    os._exit(0)


if __name__ == "__main__":
    _serve()
