"""Run one command under limits. Started as `python -I -m tools.sandbox.supervisor`; JSON in, JSON out.

The first line of the standard input is the specification. The end of the input means that the kit is gone, or wants
the command ended: either way everything below this process is killed. Nothing is left behind at the end: no process,
no control group. Does not isolate: that is the command's own part (bwrap, docker) or nobody's.
"""

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from tools.sandbox.supervisor.cgroup import Group, make_groups
from tools.sandbox.supervisor.entering import entrance
from tools.sandbox.supervisor.logs import LogFile
from tools.sandbox.supervisor.spec import Report, Spec
from tools.sandbox.supervisor.tree import Usage, adopt_orphans, kill_all, survivors
from tools.sandbox.supervisor.watch import Watch

MEGABYTE = 1 << 20
STDIN = 0
BLOCK_BYTES = 1 << 16
TICK_S = 0.1
DRAIN_S = 5.0


def main() -> None:
    """Read the specification, run it, tell how it ended."""
    line = _line()
    if not line:  # kept ready, and never needed
        return
    spec = Spec(**json.loads(line))
    report = run(spec, _until_closed)
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(json.dumps(asdict(report)))
        sys.stdout.flush()


def _line() -> bytes:
    """The first line of the input, read without a buffer whose lock a thread would hold at the end."""
    text = b""
    while not text.endswith(b"\n") and (byte := os.read(STDIN, BLOCK_BYTES)):
        text += byte
    return text


def _until_closed() -> None:
    """Block until nobody holds the other end of the input."""
    while os.read(STDIN, BLOCK_BYTES):
        pass


def run(spec: Spec, until_gone: Callable[[], object]) -> Report:
    """Run a command to its end or a limit; `until_gone` blocks for as long as somebody wants it."""
    if spec.adopts:
        adopt_orphans()
    groups = make_groups({"memory": spec.memory_bytes, "pids": spec.processes}, f"kit-{os.getpid()}")
    try:
        return _Run(spec, groups).report(until_gone)
    finally:
        for group in groups.values():
            group.remove()


class _Run:
    """One command while it runs."""

    def __init__(self, spec: Spec, groups: dict[str, Group]) -> None:
        """Start with nothing running."""
        self.spec = spec
        self.groups = groups
        self.gone = threading.Event()
        self.ended = threading.Event()
        self.exit_code: int | None = None
        self.usage = Usage()

    def report(self, until_gone: Callable[[], object]) -> Report:
        """Start the command, watch it, end it, and tell."""
        started = time.monotonic()
        try:
            child, held = self._start()
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            return Report(exit_code=None, seconds=0.0, error=getattr(error, "strerror", None) or str(error))
        logs = self._logs(child)
        threading.Thread(target=self._wait, args=(child,), daemon=True).start()
        threading.Thread(target=self._listen, args=(until_gone,), daemon=True).start()
        stopped, proof = self._watched(started, held)
        left = survivors() if stopped is None and self.spec.adopts else []
        adopted = Usage()
        kill_all(child.pid, adopted)
        self.ended.wait()
        seconds = time.monotonic() - started
        if stopped is None:
            stopped, proof = self._counted(held)
        return Report(
            exit_code=self.exit_code,
            seconds=seconds,
            stopped=stopped,
            proof=proof,
            left_out={name: log.finish(DRAIN_S) for name, log in logs.items()},
            cpu_s=(self.usage.cpu_s + adopted.cpu_s) or None,
            peak_mb=max(self.usage.peak_bytes, adopted.peak_bytes) / MEGABYTE or None,
            kept_by=self._kept_by(held),
            left=left,
        )

    def _start(self) -> "tuple[subprocess.Popen[bytes], set[str]]":
        """The child, and the controllers whose groups it has joined."""
        reading, writing = os.pipe()
        try:
            child = self._popen(writing)
        finally:
            os.close(writing)
            with open(reading, "rb") as told:  # noqa: PTH123 - an open file
                joined = told.read().decode("ascii").split()
        return child, set(joined)

    def _popen(self, joined: int) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(  # noqa: S603 - running a given command is what this is for
            self.spec.argv,
            cwd=self.spec.cwd,
            env=self.spec.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
            preexec_fn=entrance(self.spec, self.groups.values(), joined),  # noqa: PLW1509 - no other thread runs yet
        )

    def _logs(self, child: "subprocess.Popen[bytes]") -> dict[str, LogFile]:
        """Read both streams into their files."""
        assert child.stdout is not None
        assert child.stderr is not None
        return {
            "stdout": LogFile(child.stdout, Path(self.spec.stdout), self.spec.log_bytes),
            "stderr": LogFile(child.stderr, Path(self.spec.stderr), self.spec.log_bytes),
        }

    def _wait(self, child: "subprocess.Popen[bytes]") -> None:
        self.exit_code = child.wait() if os.name == "nt" else self.usage.wait(child.pid, block=True)
        child.returncode = self.exit_code
        self.ended.set()

    def _listen(self, until_gone: Callable[[], object]) -> None:
        until_gone()
        self.gone.set()

    def _watched(self, started: float, held: set[str]) -> tuple[str | None, str | None]:
        """Wait for the end; else which limit was passed, and what was seen of that."""
        watch = Watch(self.spec, held)
        limit_s = self.spec.wall_s
        while True:
            left_s = TICK_S if limit_s is None else started + limit_s - time.monotonic()
            if self.ended.wait(max(0.0, min(TICK_S, left_s))):
                return None, None
            if self.gone.is_set():
                return "interrupt", None
            if limit_s is not None and time.monotonic() - started >= limit_s:
                return "time", f"still running after {limit_s:g} s"
            if complaint := watch.look():
                return complaint

    def _counted(self, held: set[str]) -> tuple[str | None, str | None]:
        """What the kernel counted against the limits of the control groups."""
        if "memory" in held and (kills := self.groups["memory"].events):
            limit_mb = (self.spec.memory_bytes or 0) / MEGABYTE
            return "memory", f"the kernel killed {kills} of its processes at {limit_mb:.0f} MB (control group)"
        if "pids" in held and (refused := self.groups["pids"].events):
            return "processes", f"{refused} processes more than {self.spec.processes} were not started (control group)"
        return None, None

    def _kept_by(self, held: set[str]) -> dict[str, str]:
        limits = {"memory": self.spec.memory_bytes, "processes": self.spec.processes}
        controllers = {"memory": "memory", "processes": "pids"}
        return {
            name: "cgroup" if controllers[name] in held else "watcher"
            for name, limit in limits.items()
            if limit is not None
        }


if __name__ == "__main__":
    main()
