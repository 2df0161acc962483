"""A program to run and what became of it: what every engine takes and gives."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

SIGNALLED = 128
LAST_SIGNAL = 64


@dataclass(frozen=True, kw_only=True)
class Program:
    """One command as the platform's container would get it, already split, with container paths.

    `mounts` maps container paths to folders here; `bin_folder` holds the environment's Python; `home` is private to
    the job; `limit_s` is wall-clock seconds, None for no limit; a higher `niceness` gives way to other processes.
    """

    argv: tuple[str, ...]
    mounts: dict[str, Path]
    workdir: str
    bin_folder: Path
    home: Path
    stdout: Path
    stderr: Path
    limit_s: float | None
    niceness: int = 0


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How it ended. `exit_code` as a shell shows it: 128 + N for signal N; None when it ran past its limit."""

    exit_code: int | None
    seconds: float

    @property
    def timed_out(self) -> bool:
        """Whether it was killed at its limit."""
        return self.exit_code is None

    @property
    def signal(self) -> int | None:
        """The signal that ended it, read from the exit code; None where there was none."""
        code = self.exit_code or 0
        return code - SIGNALLED if SIGNALLED < code <= SIGNALLED + LAST_SIGNAL else None


class Engine(Protocol):
    """Where programs run. `enforced` says what is really applied to them, and what is not."""

    enforced: dict[str, Any]

    def run(self, program: Program) -> Outcome:
        """Run a program to its end or its limit; may be called from several threads."""

    def stop(self) -> None:
        """Kill what still runs: the user has interrupted."""
