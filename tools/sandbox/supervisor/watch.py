"""What no control group limits is watched: memory, number of processes, and the growth of what is on disk."""

import os
import shutil
import time
from pathlib import Path

from tools.sandbox.supervisor.spec import Spec
from tools.sandbox.supervisor.tree import anonymous_bytes, descendants, exact_bytes

MEGABYTE = 1 << 20
RESERVE_BYTES = 256 << 20
NOTICED_BYTES = 16 << 20
DISK_S = 0.3
BLOCK_BYTES = 512


class Watch:
    """Looks at a program's processes and folders, as often as it is asked to."""

    def __init__(self, spec: Spec, in_groups: set[str]) -> None:
        """Remember how much of the disk was free."""
        self.spec = spec
        self.memory_bytes = None if "memory" in in_groups else spec.memory_bytes
        self.processes = None if "pids" in in_groups else spec.processes
        self.free_at_start = self.free_bytes = self._free()
        self.looked_at_disk = time.monotonic()

    def look(self) -> tuple[str, str] | None:
        """The limit that is passed, and what was seen of that; None while all is well."""
        if self.memory_bytes is not None or self.processes is not None:
            pids = descendants()
            if complaint := self._memory(pids) or self._processes(pids):
                return complaint
        now = time.monotonic()
        if self.spec.disk_bytes is not None and self.spec.writable and now - self.looked_at_disk >= DISK_S:
            self.looked_at_disk = now
            return self._disk(self.spec.disk_bytes)
        return None

    def _memory(self, pids: list[int]) -> tuple[str, str] | None:
        limit = self.memory_bytes
        if limit is None or anonymous_bytes(pids) <= limit:
            return None
        held = exact_bytes(pids)
        if held <= limit:
            return None
        return (
            "memory",
            f"{held / MEGABYTE:.0f} MB of anonymous memory, {limit / MEGABYTE:.0f} MB are allowed (watcher)",
        )

    def _processes(self, pids: list[int]) -> tuple[str, str] | None:
        if self.processes is None or len(pids) <= self.processes:
            return None
        return "processes", f"{len(pids)} processes, {self.processes} are allowed (watcher)"

    def _disk(self, limit: int) -> tuple[str, str] | None:
        """Only when the free space has shrunk noticeably are the folders summed up, which is slow."""
        free = self._free()
        is_full = free < min(RESERVE_BYTES, self.free_at_start // 4)
        if self.free_bytes - free < min(limit, NOTICED_BYTES) and not is_full:
            return None
        self.free_bytes = free
        written_mb = sum(folder_bytes(Path(folder)) for folder in self.spec.writable) / MEGABYTE
        if written_mb > limit / MEGABYTE:
            return "disk", f"{written_mb:.0f} MB on disk, {limit / MEGABYTE:.0f} MB are allowed"
        if is_full:
            return "disk", f"{free / MEGABYTE:.0f} MB of the disk are left; the program wrote {written_mb:.0f} MB"
        return None

    def _free(self) -> int:
        return shutil.disk_usage(self.spec.writable[0]).free if self.spec.writable else 0


def folder_bytes(folder: Path) -> int:
    """What the files below a folder take on the disk, holes left out; what vanishes meanwhile counts nothing."""
    total = 0
    for place, _, names in os.walk(folder, onerror=None):
        for name in names:
            try:
                status = os.lstat(os.path.join(place, name))  # noqa: PTH118 - thousands of files
            except OSError:
                continue
            total += getattr(status, "st_blocks", -(-status.st_size // BLOCK_BYTES)) * BLOCK_BYTES
    return total
