"""The kit's side of a supervisor: start one for each program, wait for its report, and let go of it to stop it."""

import contextlib
import json
import subprocess
import sys
import threading
from dataclasses import asdict
from typing import Any, cast

from tools.errors import SandboxError
from tools.sandbox.program import KILLED, SIGNALLED, Outcome, Program, Stopped
from tools.sandbox.supervisor.spec import Report, Spec

MEGABYTE = 1 << 20
NOT_STARTED = 127
DETACHED: dict[str, Any] = {"start_new_session": True}
"""Options of a process that a Ctrl-C in the terminal does not reach."""
if sys.platform == "win32":
    DETACHED = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
COMMAND = (sys.executable, "-I", "-m", "tools.sandbox.supervisor")


def spec_of(program: Program, argv: list[str], env: dict[str, str], cwd: str, **changes: Any) -> Spec:
    """The specification of a program's command on this machine, with the program's limits; `changes` replace fields."""
    limits = program.limits
    facts: dict[str, Any] = {
        "wall_s": limits.wall_s,
        "memory_bytes": limits.memory_mb * MEGABYTE if limits.memory_mb else None,
        "processes": limits.processes,
        "file_bytes": limits.file_mb * MEGABYTE,
        "disk_bytes": limits.disk_mb * MEGABYTE,
        "log_bytes": int(limits.log_mb * MEGABYTE),
        "niceness": program.niceness,
    }
    return Spec(
        argv=argv, cwd=cwd, env=env, stdout=str(program.stdout), stderr=str(program.stderr), **(facts | changes)
    )


class Supervisors:
    """The supervisors that run now; each ends its program when its input is closed, so also when the kit dies.

    One more is kept ready, so that no program waits for the start of its own.
    """

    def __init__(self) -> None:
        """Start the first."""
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._ready: subprocess.Popen[bytes] | None = _start()
        self._stopped = False

    def run(self, spec: Spec, call_off: threading.Event | None = None) -> Outcome:
        """Run a command under a supervisor, until `call_off` is set at most.

        Raises SandboxError where the supervisor itself fails.
        """
        with self._lock:
            if self._stopped:
                return Outcome(exit_code=KILLED, seconds=0.0, stopped="interrupt")
            process, self._ready = self._ready or _start(), None
            self._running.add(process)
        try:
            _write(process, json.dumps(asdict(spec)).encode() + b"\n")
            if call_off is not None:
                threading.Thread(target=_let_go, args=(process, call_off), daemon=True).start()
            with self._lock:
                if not self._stopped:
                    self._ready = self._ready or _start()
            told, complaint = _read(process)
        finally:
            with self._lock:
                self._running.discard(process)
            _close(process)
        if not told:
            text = complaint.decode("utf-8", "replace").strip() or "it was killed"
            raise SandboxError(f"the process that watches over a program failed: {text[-500:]}", "run it again")
        return _outcome(Report(**json.loads(told)), spec)

    def stop(self) -> None:
        """End every program that still runs, and the supervisor that was kept ready; no other is started."""
        with self._lock:
            self._stopped = True
            for process in (*self._running, *([self._ready] if self._ready else [])):
                _end(process)
            if self._ready:
                self._ready.wait()
                _close(self._ready)
                self._ready = None


def _let_go(process: "subprocess.Popen[bytes]", call_off: threading.Event) -> None:
    """End a supervisor's program as soon as it is called off."""
    call_off.wait()
    _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Close a supervisor's input, by which it knows that nobody wants its program any more."""
    if process.stdin is not None:
        with contextlib.suppress(OSError, ValueError):
            process.stdin.close()


def _start() -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 - the kit's own module
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **DETACHED
    )


def _write(process: "subprocess.Popen[bytes]", line: bytes) -> None:
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(line)
        process.stdin.flush()


def _read(process: "subprocess.Popen[bytes]") -> tuple[bytes, bytes]:
    """Everything that a supervisor says, at its end."""
    assert process.stdout is not None
    assert process.stderr is not None
    told, complaint = process.stdout.read(), process.stderr.read()
    process.wait()
    return told, complaint


def _close(process: "subprocess.Popen[bytes]") -> None:
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            with contextlib.suppress(BrokenPipeError):
                stream.close()


def _outcome(report: Report, spec: Spec) -> Outcome:
    """The outcome, with signals as a shell tells them."""
    if report.error is not None:
        with open(spec.stderr, "ab") as log:  # noqa: PTH123 - a path of the specification
            log.write(f"{spec.argv[0]}: {report.error}\n".encode("utf-8", "backslashreplace"))
    code = NOT_STARTED if report.error is not None else report.exit_code
    if code is not None and code < 0:
        code = SIGNALLED - code
    stopped = cast("Stopped | None", report.stopped)
    if stopped == "time":
        code = None
    return Outcome(
        exit_code=code,
        seconds=report.seconds,
        stopped=stopped,
        proof=report.proof,
        left_out={name: count for name, count in report.left_out.items() if count},
        kept_by=report.kept_by,
        cpu_s=report.cpu_s,
        peak_mb=report.peak_mb,
        left=tuple(report.left),
    )
