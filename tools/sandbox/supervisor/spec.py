"""What the kit asks of a supervisor and what it is told: JSON on its standard input and output."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Spec:
    """A command of this machine, and its limits. Sizes in bytes, times in seconds; None is no limit.

    `writable` are the folders whose contents count as disk. `adopts` is False for a client whose
    daemons must outlive it.
    """

    argv: list[str]
    cwd: str
    env: dict[str, str]
    stdout: str
    stderr: str
    wall_s: float | None = None
    memory_bytes: int | None = None
    processes: int | None = None
    file_bytes: int | None = None
    disk_bytes: int | None = None
    log_bytes: int = 8 << 20
    writable: list[str] = field(default_factory=list)
    niceness: int = 0
    adopts: bool = True


@dataclass(frozen=True, kw_only=True)
class Report:
    """How the command ended. `exit_code` as `subprocess` gives it: -N for signal N; None where it did not start.

    `kept_by` says what kept the limits of "memory" and "processes" where there are any: "cgroup" or "watcher". `left`
    names the processes that still ran when the command had ended by itself.
    """

    exit_code: int | None
    seconds: float
    error: str | None = None
    stopped: str | None = None
    proof: str | None = None
    left_out: dict[str, int] = field(default_factory=dict)
    cpu_s: float | None = None
    peak_mb: float | None = None
    kept_by: dict[str, str] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
