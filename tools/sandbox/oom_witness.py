"""Proof that a container ran out of memory, where its own engine cannot tell: control groups of version 1.

There the kernel counts its kills in the container's own group, which is gone with the container. So the limit is put on
a group around it, and the kernel is asked to signal when that group is out of memory.
"""

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.sandbox.supervisor.cgroup import Group, make_groups

PATIENCE_S = 2.0


class Witness:
    """A group around a container, and the kernel's signal."""

    def __init__(self, group: Group) -> None:
        """Ask for the signal. Raises OSError where the kernel gives none."""
        self.group = group
        self.signal = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        with group.event_file.open("rb") as control:
            (group.path / "cgroup.event_control").write_text(f"{self.signal} {control.fileno()}", "ascii")

    @property
    def parent(self) -> str:
        """The group as a container engine takes it: a path below the controller's root."""
        return f"/{self._below_root}"

    @property
    def places(self) -> list[str]:
        """The group's folder in every hierarchy: a container engine makes it in all of them, and leaves it there."""
        hierarchies = sorted(self._root.parent.iterdir())
        return [str(path) for root in hierarchies if (path := root / self._below_root).is_dir()]

    @property
    def _root(self) -> Path:
        return next(parent for parent in self.group.path.parents if parent.is_mount())

    @property
    def _below_root(self) -> Path:
        return self.group.path.relative_to(self._root)

    @property
    def was_charged(self) -> bool:
        """Whether any memory was used in the group: a container that is not in it leaves it at nothing."""
        with contextlib.suppress(OSError, ValueError):
            return int((self.group.path / "memory.max_usage_in_bytes").read_text("ascii")) > 0
        return False

    @property
    def saw_oom(self) -> bool:
        """Whether the group has been out of memory."""
        with contextlib.suppress(BlockingIOError):
            return os.eventfd_read(self.signal) > 0
        return False


@contextmanager
def witness(memory_mb: int | None, name: str) -> Iterator[Witness | None]:
    """A group of so many megabytes for one container; None where there is no limit, or it cannot be made here."""
    if memory_mb is None or sys.platform != "linux" or not Path("/sys/fs/cgroup/memory").is_dir():
        yield None
        return
    group = make_groups({"memory": memory_mb << 20}, name).get("memory")
    if group is None or group.version != 1:
        if group is not None:
            group.remove()
        yield None
        return
    found = None
    try:
        with contextlib.suppress(OSError):
            found = Witness(group)
        yield found
    finally:
        for place in found.places if found else [str(group.path)]:
            _remove(Path(place))
        if found is not None:
            os.close(found.signal)


def _remove(group: Path) -> None:
    """Remove a group with the groups below it, once their processes are dead."""
    deadline = time.monotonic() + PATIENCE_S
    while group.exists() and time.monotonic() < deadline:
        for folder, _, _ in os.walk(group, topdown=False):
            with contextlib.suppress(OSError):
                Path(folder).rmdir()
        time.sleep(0.01)
