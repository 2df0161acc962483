"""Threads and processes that the entry has left running after its answer.

Left out is what ends by itself with the program: daemon threads, native threads, the idle workers of executors, and
the processes with which Python keeps track of shared memory.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import Any

GRACE_S = 0.3
TRACKERS = ("resource_tracker", "semaphore_tracker", "forkserver", "loky")


def left_running(known: set[threading.Thread], starts: dict[int, str]) -> dict[str, list[dict[str, Any]]]:
    """What is still there shortly after: threads (none of `known`) with the line that started them, and processes."""
    deadline = time.monotonic() + GRACE_S
    while True:
        threads, processes = _threads(known), _processes()
        if not (threads or processes) or time.monotonic() > deadline:
            break
        time.sleep(0.02)
    return {
        "threads": [{"name": thread.name, "where": starts.get(id(thread))} for thread in threads],
        "processes": [{"name": name} for name in processes],
    }


def _threads(known: set[threading.Thread]) -> list[threading.Thread]:
    executor = sys.modules.get("concurrent.futures.thread")
    idle = set(getattr(executor, "_threads_queues", ()))
    manager = set(getattr(sys.modules.get("concurrent.futures.process"), "_threads_wakeups", ()))
    return [
        thread
        for thread in threading.enumerate()
        if thread.is_alive() and not thread.daemon and thread not in known | idle | manager
    ]


def _processes() -> list[str]:
    """Children that run, from /proc; none where there is no such folder, or executors would be meant."""
    if getattr(sys.modules.get("concurrent.futures.process"), "_threads_wakeups", None):
        return []
    found = []
    for thread in _listed("/proc/self/task"):
        for pid in _read(f"/proc/self/task/{thread}/children").split():
            state = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()[:1]
            words = _read(f"/proc/{pid}/cmdline").split("\0")
            if state and state[0] not in "ZX" and not any(name in word for name in TRACKERS for word in words):
                found.append(_read(f"/proc/{pid}/comm").strip())
    return sorted(found)


def _listed(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
