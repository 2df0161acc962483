"""Starts the processes of a run on this machine and watches them. Nothing here needs TensorFlow.

A process that is lost (a signal, a crash, a port that another program took) leaves the others waiting for it. So all of
them are ended and begin again from the last finished epoch, RESTARTS times at most. What a process says itself is
wrong (exit codes 2 and 3: data, options, a full disk, a loss that is lost) would be so again, and ends the run.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from training.errors import InputError, PeerLostError, TrainingError
from training.parallel.cluster import Cluster, on_this_machine
from training.progress import Reporter

RESTARTS = 3
INTERRUPTED = 130
SAID = (InputError.exit_code, TrainingError.exit_code, INTERRUPTED)
POLL_S = 0.1
GRACE_S = 10.0
"""How long the others may take to say why, once one has ended."""
STOP_S = 60.0
"""How long the chief may take to end after Ctrl-C: a step may be long."""
_KEPT_LINES = 20


@dataclass(frozen=True, kw_only=True)
class Command:
    """How a process of a run is started; which one it is the environment says (cluster.py)."""

    chief: tuple[str, ...]
    """Program and arguments of the chief."""
    others: tuple[str, ...]
    """Of the other processes, so that they write nothing."""
    again: tuple[str, ...]
    """Further arguments of all when they begin again, so that they go on with the run."""
    environment: Mapping[str, str]
    """Added to this process' own."""
    stdout: int | None
    """The descriptor that the chief writes to; None: this process' own output."""


class Worker:
    """One started process, its errors read as they come."""

    def __init__(self, command: Command, cluster: Cluster, *, again: bool) -> None:
        """Start it; the chief's output and errors are shown, the errors of the others only kept."""
        self.cluster, self.is_shown = cluster, cluster.is_chief
        words = (command.chief if cluster.is_chief else command.others) + command.again * again
        root = str(Path(__file__).resolve().parents[2])
        path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        self.process = subprocess.Popen(  # noqa: S603 - our own command line
            words,
            env=os.environ | command.environment | cluster.environment | {"PYTHONPATH": path},
            stdin=subprocess.PIPE,  # held open as long as we live
            stdout=command.stdout if cluster.is_chief else subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,  # the terminal's Ctrl-C comes to us alone
        )
        self._lines: deque[str] = deque(maxlen=_KEPT_LINES)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            text = line.decode(errors="replace")
            if self.is_shown:
                sys.stderr.write(text)
                sys.stderr.flush()
            if text.strip():
                self._lines.append(text.strip())

    @property
    def code(self) -> int | None:
        """How it ended: an exit code, minus a signal's number, or None while it runs."""
        return self.process.poll()

    @property
    def ending(self) -> str:
        """How it ended and the last that it said, for people."""
        code = self.process.wait()
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
        self._reader.join(timeout=1)
        return f"worker {self.cluster.index} {how}: {self._lines[-1] if self._lines else 'it said nothing'}"

    def kill(self) -> None:
        """End it and its children at once."""
        if self.process.stdin:
            self.process.stdin.close()
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._reader.join(timeout=1)


def supervise(command: Command, processes: int, reporter: Reporter) -> int:
    """Run the command in so many processes to the end of the run; returns the chief's exit code, 0, 2 or 3.

    Raises TrainingError where a process is lost too often or another one than the chief says that it cannot go on, and
    KeyboardInterrupt on Ctrl-C, when the chief has said what is saved.
    """
    for time_of in range(RESTARTS + 1):
        with _started(command, processes, again=time_of > 0) as workers:
            ended = _first_ended(workers)
        if ended is None or (ended.cluster.is_chief and ended.code in SAID):
            return 0 if ended is None else int(ended.code or 0)
        if ended.code in SAID:
            raise TrainingError(ended.ending, "mend what it says, then go on with --resume")
        told = f"{ended.ending} (restart {time_of} of {RESTARTS})" if time_of else ended.ending
        if time_of < RESTARTS:
            reporter.say(f"{told}. All begin again after the last finished epoch.")
    raise TrainingError(told, "mend what it says; the finished epochs are saved: go on with --resume")


@contextmanager
def _started(command: Command, processes: int, *, again: bool) -> Iterator[list[Worker]]:
    """The processes, for the length of the block; none is left after it."""
    workers: list[Worker] = []
    try:
        for cluster in on_this_machine(processes):
            workers.append(Worker(command, cluster, again=again))  # noqa: PERF401 - those that are there are killed
        yield workers
    except KeyboardInterrupt:
        _interrupt(workers)
        raise
    finally:
        for worker in workers:
            worker.kill()


def _interrupt(workers: list[Worker]) -> None:
    """Let the chief end as after Ctrl-C, the others being there for the step that it is in."""
    if workers:
        workers[0].is_shown = False  # what is to be said of Ctrl-C this process says
        workers[0].process.send_signal(signal.SIGINT)
        _wait(lambda: workers[0].code is not None, STOP_S)


def _first_ended(workers: list[Worker]) -> Worker | None:
    """Wait for the end: None where the chief ended well, else the process that the others have lost."""
    chief = workers[0]
    while chief.code is None and not any(worker.code for worker in workers):
        time.sleep(POLL_S)
    if chief.code == 0:
        _wait(lambda: all(worker.code is not None for worker in workers), GRACE_S)
        return None
    _wait(lambda: _cause(workers) is not None, GRACE_S)
    failed = sorted((worker for worker in workers if worker.code), key=lambda worker: worker.code not in SAID)
    return _cause(workers) or failed[0]


def _cause(workers: list[Worker]) -> Worker | None:
    """The chief where it has said why, else the first that was lost without a word; None while neither is so."""
    if workers[0].code in SAID:
        return workers[0]
    known = (None, 0, PeerLostError.exit_code, *SAID)
    return next((worker for worker in workers if worker.code not in known), None)


def _wait(is_so: Callable[[], bool], limit_s: float) -> None:
    """Wait until it is so, or as long as the limit."""
    until = time.monotonic() + limit_s
    while not is_so() and time.monotonic() < until:
        time.sleep(POLL_S)
