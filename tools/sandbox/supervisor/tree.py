"""The processes that descend from this one: who they are, what memory they hold, and their end.

On Linux the supervisor adopts what a program leaves behind (PR_SET_CHILD_SUBREAPER), so a process that has left its
parent and its session is still found. Elsewhere only those that are still below a living parent are.
"""

import contextlib
import ctypes
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

LINUX = sys.platform == "linux"
if not LINUX:
    import psutil

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
SIGKILL = 9
MAXRSS_BYTES = 1 if sys.platform == "darwin" else 1 << 10
PATIENCE_S = 20.0
MANY = 64
ANONYMOUS = ("RssAnon:", "RssShmem:")
GRACE_S = 0.3
MOST_NAMES = 20
TRACKERS = (b"resource_tracker", b"semaphore_tracker", b"loky")
"""Processes by which Python keeps track of shared memory: they end by themselves, a little later."""


def adopt_orphans() -> None:
    """Become the parent of every descendant that loses its own."""
    if LINUX:
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def die_with_parent() -> None:
    """In a child before it starts its program: be killed when the supervisor is."""
    if LINUX:
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)


def descendants() -> list[int]:
    """Process ids below this one."""
    if not LINUX:
        return [child.pid for child in psutil.Process().children(recursive=True)]
    found: list[int] = []
    waiting = [os.getpid()]
    while waiting:
        children = list(_children(waiting.pop()))
        found += children
        waiting += children
    return found


def _children(pid: int) -> Iterator[int]:
    """The children of each thread of a process, from /proc."""
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 - in a loop over every process, ten times a second
            with contextlib.suppress(OSError, ValueError):
                yield from map(int, Path(f"/proc/{pid}/task/{thread}/children").read_text("ascii").split())


def anonymous_bytes(pids: list[int]) -> int:
    """Memory that the processes hold and that no file backs.

    Pages shared after a fork count for each process, so it can be too high, never too low: see `exact_bytes`.
    """
    return sum(_status_bytes(pid) for pid in pids)


def exact_bytes(pids: list[int]) -> int:
    """The same with shared pages counted once (slow: it walks the page tables)."""
    return sum(_proportional_bytes(pid) for pid in pids)


def _status_bytes(pid: int) -> int:
    if not LINUX:
        with contextlib.suppress(psutil.Error):
            return int(psutil.Process(pid).memory_info().rss)
        return 0
    with contextlib.suppress(OSError, ValueError):
        lines = Path(f"/proc/{pid}/status").read_text("ascii", "replace").splitlines()
        return sum(int(line.split()[1]) << 10 for line in lines if line.startswith(ANONYMOUS))
    return 0


def _proportional_bytes(pid: int) -> int:
    with contextlib.suppress(OSError, ValueError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii", "replace").splitlines()
        kept = [int(line.split()[1]) << 10 for line in lines if line.startswith(("Pss_Anon:", "Pss_Shmem:"))]
        if kept:
            return sum(kept)
    return _status_bytes(pid)


def survivors() -> list[str]:
    """The names of descendants that still run a little after their program's end, from /proc; else none."""
    deadline = time.monotonic() + GRACE_S
    while (found := _names(descendants())) and time.monotonic() < deadline:
        time.sleep(0.01)
    return found


def _names(pids: list[int]) -> list[str]:
    found = []
    for pid in pids:
        with contextlib.suppress(OSError, IndexError):
            folder = Path(f"/proc/{pid}")
            state = (folder / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[0]
            command = (folder / "cmdline").read_bytes()
            if state not in "ZX" and not any(name in command for name in TRACKERS):
                found.append((folder / "comm").read_text("utf-8", "replace").strip())
    return sorted(found)[:MOST_NAMES]


class Usage:
    """CPU seconds together, and resident bytes of the largest, of processes that have ended; zero where unknown."""

    def __init__(self) -> None:
        """Start with none."""
        self.cpu_s = 0.0
        self.peak_bytes = 0

    def wait(self, pid: int, *, block: bool) -> int | None:
        """Collect a child: its exit code (-N for signal N), None where it still runs or is no child of this process."""
        with contextlib.suppress(ChildProcessError):
            found, status, usage = os.wait4(pid, 0 if block else os.WNOHANG)
            if found:
                self.cpu_s += usage.ru_utime + usage.ru_stime
                self.peak_bytes = max(self.peak_bytes, usage.ru_maxrss * MAXRSS_BYTES)
                return os.waitstatus_to_exitcode(status)
        return None


def kill_all(main: int, usage: Usage) -> None:
    """Kill every descendant until none is left but `main`, which is killed too and left to be waited for.

    What the adopted ones used is added to `usage`. Gives up after 20 s on what the kernel does not let go.
    """
    deadline = time.monotonic() + PATIENCE_S
    while (pids := _killed(main, usage)) and time.monotonic() < deadline:
        time.sleep(0.005 if len(pids) < MANY else 0)


def _killed(main: int, usage: Usage) -> list[int]:
    """Send SIGKILL to all, collect those of them that had been adopted, and return those that were there."""
    pids = descendants()
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, SIGKILL)
        if LINUX and pid != main:
            usage.wait(pid, block=False)
    return [pid for pid in pids if pid != main]
