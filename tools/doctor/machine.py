"""What the machine has: the system, processors, memory, limits, and room where the kit writes."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil

from tools.doctor.fact import Fact, error, ok, warning
from tools.doctor.system import System
from tools.environments.cache import cache_folder
from tools.history import database

GIGABYTE = 1 << 30
MEMORY_GB = 4.0
FEW_FILES, FEW_PROCESSES = 256, 256
NEEDED_GB = {"temp": (0.2, 2.0), "cache": (0.0, 3.0), "data": (0.01, 0.1)}
"""Free space in each folder: below the first number it is an error, below the second a warning."""
MEMORY_LIMITS = ("memory.max", "memory.limit_in_bytes")


def system_fact(system: System) -> Fact:
    """Which system, with a word on those that have their own ways."""
    if system.wsl == 1:
        told = f"{system.name}, WSL 1: without namespaces and containers"
        return warning("system", told, "in Windows: wsl --set-version DISTRIBUTION 2")
    places = [f"WSL {system.wsl}" if system.wsl else "", "Google Colab" if system.is_colab else ""]
    places += ["inside of a container" if system.is_container else "", "as root" if system.is_root else ""]
    named = ", ".join(filter(None, (system.name, *places)))
    if system.is_colab:
        told = f"{named}: programs run without isolation here"
        return warning("system", told, "copy results to your Drive: what lies in /content goes with the session")
    return ok("system", named)


def cpu_fact(root: Path = Path("/")) -> Fact:
    """How many processors this process may use."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    share = _quota(root)
    told = f"{count} core{'' if count == 1 else 's'}"
    if share and share < count:
        told += f", of which a limit leaves {share:g}"
    if min(count, share or count) < 2:  # noqa: PLR2004
        return warning("cpu", f"{told}: times here are longer than the platform's", cores=count)
    return ok("cpu", told, cores=count)


def memory_fact(root: Path = Path("/")) -> Fact:
    """Memory that is free, by the machine and by the limits of the control groups around this process."""
    told = psutil.virtual_memory()
    total, free = told.total, told.available
    if (limit := _memory_limit(root)) and limit < total:
        total, free = limit, min(free, limit)
    text = f"{free / GIGABYTE:.1f} of {total / GIGABYTE:.1f} GB free" + (" (a control group's limit)" if limit else "")
    details = {"free_mb": free >> 20, "total_mb": total >> 20, "limit_mb": limit >> 20 if limit else None}
    if free / GIGABYTE < MEMORY_GB:
        return warning("memory", text, "close other programs, or evaluate with --memory-limit MB", **details)
    return ok("memory", text, **details)


def limits_fact() -> Fact:
    """The limits of this process (ulimit) that are tight."""
    if sys.platform == "win32":
        return ok("limits", "none on this system")
    import resource  # noqa: PLC0415 - not on Windows

    tight, mend = [], []
    asked = (
        ("open files", resource.RLIMIT_NOFILE, FEW_FILES, "ulimit -n 1024"),
        ("processes", getattr(resource, "RLIMIT_NPROC", None), FEW_PROCESSES, "ulimit -u 4096"),
        ("address space", resource.RLIMIT_AS, 8 * GIGABYTE, "ulimit -v unlimited"),
        ("file size", resource.RLIMIT_FSIZE, GIGABYTE, "ulimit -f unlimited"),
    )
    for name, kind, least, line in asked:
        soft = resource.getrlimit(kind)[0] if kind is not None else resource.RLIM_INFINITY
        if soft != resource.RLIM_INFINITY and soft < least:
            tight.append(f"{name} {soft}")
            mend.append(line)
    if tight:
        return warning("limits", f"tight: {', '.join(tight)}", *mend)
    return ok("limits", "none that is tight")


def disk_facts() -> Iterator[Fact]:
    """Free space, and whether it can be written, in each folder that the kit writes to."""
    folders = {
        "temp": (Path(tempfile.gettempdir()), "set TMPDIR to a folder with more room: export TMPDIR=FOLDER"),
        "cache": (cache_folder(), "set KIT_CACHE_DIR to a folder with more room: export KIT_CACHE_DIR=FOLDER"),
        "data": (database().parent, "set KIT_DATA_DIR to a folder that you may write: export KIT_DATA_DIR=FOLDER"),
    }
    for name, (folder, mend) in folders.items():
        yield _disk(name, folder, mend)


def _disk(name: str, folder: Path, mend: str) -> Fact:
    key, there = f"disk.{name}", _existing(folder)
    if not os.access(there, os.W_OK | os.X_OK):
        return error(key, f"{folder} cannot be written", mend, folder=str(folder))
    try:
        free = shutil.disk_usage(there).free
    except OSError as unknown:
        return warning(key, f"{folder}: {unknown.strerror or unknown}", mend, folder=str(folder))
    told = f"{free / GIGABYTE:.1f} GB free in {folder}"
    least_gb, wanted_gb = NEEDED_GB[name]
    details = {"folder": str(folder), "free_mb": free >> 20}
    if free < least_gb * GIGABYTE:
        return error(key, told, mend, **details)
    if free < wanted_gb * GIGABYTE:
        return warning(key, f"{told}; {wanted_gb:g} GB are wanted", mend, **details)
    return ok(key, told, **details)


def _existing(folder: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    return next((path for path in (folder, *folder.parents) if path.exists()), folder)


def _memory_limit(root: Path) -> int | None:
    """The least limit of memory of the control groups of this process, in bytes; None where there is none."""
    limits = []
    for group in _groups(root, "memory"):
        for name in MEMORY_LIMITS:
            try:
                limits.append(int((group / name).read_text("ascii")))
            except (OSError, ValueError):
                continue
    return min((limit for limit in limits if limit < 1 << 60), default=None)


def _quota(root: Path) -> float | None:
    """How many processors a control group leaves; None where it leaves all."""
    shares = []
    for group in _groups(root, "cpu"):
        try:
            quota, period = (group / "cpu.max").read_text("ascii").split()
            shares.append(int(quota) / int(period))
        except (OSError, ValueError):
            continue
    return min(shares, default=None)


def _groups(root: Path, controller: str) -> Iterator[Path]:
    """The control groups around this process that may hold a limit, of either version."""
    place = root / "sys/fs/cgroup"
    try:
        lines = (root / "proc/self/cgroup").read_text("utf-8").splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, own = line.split(":", 2)
        if controllers and controller not in controllers.split(","):
            continue
        base = place / controller if controllers else place
        path = base / own.lstrip("/")
        yield path
        yield from (parent for parent in path.parents if parent == base or base in parent.parents)
