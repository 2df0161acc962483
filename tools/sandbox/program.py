"""A program to run, what it may use, and what became of it: what every engine takes and gives."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

SIGNALLED = 128
LAST_SIGNAL = 64
KILLED = SIGNALLED + 9

Stopped = Literal["time", "memory", "disk", "processes", "interrupt"]


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one program may use; None is no limit. Only `wall_s` is Codabench's own, the others protect this machine.

    `processes` counts threads as well; `file_mb` is the largest single file, `disk_mb` all that the program writes
    together, `log_mb` what is kept of each stream of output: more is counted and left out, never a reason to kill.
    """

    wall_s: float | None = None
    memory_mb: int | None = None
    processes: int = 8192
    file_mb: int = 16_000
    disk_mb: int = 32_000
    log_mb: float = 8

    def __post_init__(self) -> None:
        """Refuse what can bind nothing."""
        for name, value in vars(self).items():
            if value is not None and value <= 0:
                raise ValueError(f"{name} is {value}, a number above 0 or None is wanted")


@dataclass(frozen=True, kw_only=True)
class Program:
    """One command as the platform's container would get it, already split, with container paths.

    `mounts` maps container paths to folders here, those in `read_only` without write access; `folder` is private to
    the program and exists: its home, its /tmp and its logs lie there. A higher `niceness` gives way to others. Once
    `call_off` is set the program is killed, and its outcome says "interrupt".
    """

    argv: tuple[str, ...]
    mounts: Mapping[str, Path]
    read_only: frozenset[str] = frozenset()
    workdir: str
    folder: Path
    limits: Limits = field(default_factory=Limits)
    niceness: int = 0
    call_off: threading.Event | None = None

    @property
    def home(self) -> Path:
        """The folder that stands for the container's /root."""
        return self.folder / "home"

    @property
    def stdout(self) -> Path:
        """Where the standard output is kept."""
        return self.folder / "stdout"

    @property
    def stderr(self) -> Path:
        """Where the standard error is kept."""
        return self.folder / "stderr"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a program ended.

    `exit_code` as a shell shows it: 128 + N for signal N; None when it ran past its time. `stopped` says which limit
    the kit or the kernel ended it for, and `proof` what was seen of that. `left_out` counts the bytes of a log that
    were not kept, by "stdout" and "stderr". `kept_by` names what kept a limit: "cgroup", "watcher" or "container".
    `peak_mb` is the largest process's resident memory, None if unknown. `left` names the processes that still ran when
    the program had ended by itself; an engine that isolates them does not see any.
    """

    exit_code: int | None
    seconds: float
    stopped: Stopped | None = None
    proof: str | None = None
    left_out: Mapping[str, int] = field(default_factory=dict)
    kept_by: Mapping[str, str] = field(default_factory=dict)
    cpu_s: float | None = None
    peak_mb: float | None = None
    left: tuple[str, ...] = ()

    @property
    def timed_out(self) -> bool:
        """Whether it was killed at its time limit."""
        return self.stopped == "time"

    @property
    def signal(self) -> int | None:
        """The signal that ended it, read from the exit code; None where there was none."""
        code = self.exit_code or 0
        return code - SIGNALLED if SIGNALLED < code <= SIGNALLED + LAST_SIGNAL else None


class Engine(Protocol):
    """Where programs run."""

    name: str

    def run(self, program: Program) -> Outcome:
        """Run a program to its end or a limit, and leave nothing of it behind; may be called from several threads."""

    def stop(self) -> None:
        """Kill what still runs, and end what is kept ready: nothing is to be run any more, or the user interrupted."""

    def describe(self) -> dict[str, Any]:
        """What the engine is: versions, image, identity; what it enforces is measured elsewhere."""
