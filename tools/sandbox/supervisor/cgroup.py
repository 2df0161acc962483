"""Limits of memory and of processes by Linux control groups, version 1, 2 or both, where they can be written.

A group is made below this process's own (version 1), or beside it (version 2, where a group that holds processes may
have no children). What could not be made or does not read back as asked is left out, and never claimed.
"""

import contextlib
import os
import time
from dataclasses import dataclass
from pathlib import Path

PATIENCE_S = 2.0


@dataclass(frozen=True, kw_only=True)
class Group:
    """One control group made for one program, with the files that hold its limit and count its kills."""

    path: Path
    controller: str
    version: int

    @property
    def limit_file(self) -> Path:
        """Where the limit is written."""
        names = {("memory", 1): "memory.limit_in_bytes", ("memory", 2): "memory.max"}
        return self.path / names.get((self.controller, self.version), "pids.max")

    @property
    def event_file(self) -> Path:
        """Where the kernel counts what it did because of the limit."""
        names = {("memory", 1): "memory.oom_control", ("memory", 2): "memory.events"}
        return self.path / names.get((self.controller, self.version), "pids.events")

    @property
    def events(self) -> int:
        """How many processes were killed for memory, or not started for the number of them."""
        wanted = "oom_kill" if self.controller == "memory" else "max"
        with contextlib.suppress(OSError, ValueError):
            for line in self.event_file.read_text("ascii").splitlines():
                name, _, count = line.partition(" ")
                if name == wanted:
                    return int(count)
        return 0

    def join(self) -> None:
        """Move the calling process into the group."""
        (self.path / "cgroup.procs").write_text("0", "ascii")

    def remove(self) -> None:
        """Remove the group; its processes must be dead, and the kernel may need a moment to see that."""
        deadline = time.monotonic() + PATIENCE_S
        while self.path.exists() and time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                self.path.rmdir()
                return
            time.sleep(0.01)


def make_groups(limits: dict[str, int | None], name: str, root: Path = Path("/")) -> dict[str, Group]:
    """Make a group for each limit ("memory" in bytes, "pids" in processes) that can have one, by controller.

    `root` is the file system that /proc and the control groups are looked for in.
    """
    made: dict[str, Group] = {}
    for controller, limit in limits.items():
        if limit is None:
            continue
        for version, parent in _parents(controller, root):
            group = Group(path=parent / name, controller=controller, version=version)
            if _made(group, limit):
                made[controller] = group
                break
    return made


def _parents(controller: str, root: Path) -> list[tuple[int, Path]]:
    """Where a group with this controller can be tried, version 2 first."""
    mounts = _mounts(root)
    parents: list[tuple[int, Path]] = []
    with contextlib.suppress(OSError):
        for line in (root / "proc/self/cgroup").read_text("utf-8").splitlines():
            _, controllers, own = line.split(":", 2)
            if not controllers and "" in mounts:
                place = mounts[""] / own.lstrip("/")
                parents.insert(0, (2, place.parent if own != "/" else place))
            elif controller in controllers.split(",") and controller in mounts:
                parents.append((1, mounts[controller] / own.lstrip("/")))
    return parents


def _mounts(root: Path) -> dict[str, Path]:
    """The mount point of each version 1 controller by its name, and of version 2 as ""."""
    found: dict[str, Path] = {}
    with contextlib.suppress(OSError):
        for line in (root / "proc/self/mounts").read_text("utf-8").splitlines():
            _, place, kind, options, *_ = line.split(" ")
            if kind == "cgroup2":
                found.setdefault("", root / place.lstrip("/"))
            elif kind == "cgroup":
                found |= {option: root / place.lstrip("/") for option in options.split(",")}
    return found


def _made(group: Group, limit: int) -> bool:
    """Make a group and set its limit; whether the limit reads back as set. What does not is taken away again."""
    try:
        group.path.mkdir()
    except OSError:
        return False
    try:
        group.limit_file.write_text(str(limit), "ascii")
        told = int(group.limit_file.read_text("ascii"))
    except (OSError, ValueError):
        group.remove()
        return False
    if limit - os.sysconf("SC_PAGE_SIZE") < told <= limit:
        _forbid_swap(group, limit)
        return True
    group.remove()
    return False


def _forbid_swap(group: Group, limit: int) -> None:
    """Keep the program from swapping past its limit, where the kernel accounts for swap."""
    if group.controller == "memory":
        name, value = ("memory.swap.max", 0) if group.version == 2 else ("memory.memsw.limit_in_bytes", limit)  # noqa: PLR2004
        with contextlib.suppress(OSError):
            (group.path / name).write_text(str(value), "ascii")
