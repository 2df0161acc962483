"""The card of a run, `card.json`: what it was made from, with what, where, and how good it is."""

import hashlib
import importlib.metadata
import json
import os
import platform
from pathlib import Path
from typing import Any

import psutil

from training.files import replacing

SCHEMA = 1
CPUINFO = Path("/proc/cpuinfo")


def read(path: Path) -> dict[str, Any]:
    """A card as it was written."""
    card: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return card


def write(path: Path, card: dict[str, Any]) -> None:
    """Write a card: sorted keys, one a line, so that two can be compared."""
    with replacing(path) as beside:
        beside.write_text(json.dumps({"schema": SCHEMA} | card, indent=1, sort_keys=True) + "\n", "utf-8")


def sha256(path: Path) -> str:
    """Hex digest of a file; of a folder, that of its files' names and digests, sorted."""
    if path.is_dir():
        files = sorted(inner for inner in path.rglob("*") if inner.is_file())
        lines = (f"{inner.relative_to(path).as_posix()} {sha256(inner)}\n" for inner in files)
        return hashlib.sha256("".join(lines).encode()).hexdigest()
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def versions(tensorflow: str) -> dict[str, str]:
    """What the model was made with; TensorFlow's version comes from the process that has it."""
    return {
        "python": platform.python_version(),
        "tensorflow": tensorflow,
        "keras": importlib.metadata.version("keras"),
        "numpy": importlib.metadata.version("numpy"),
    }


def machine(accelerator: str | None) -> dict[str, Any]:
    """The machine that this runs on: system, processor's model, cores that may be used, memory in GiB, accelerator."""
    affinity = getattr(os, "sched_getaffinity", None)
    return {
        "system": platform.system(),
        "processor": _processor(),
        "cores": len(affinity(0)) if affinity else os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "accelerator": accelerator,
    }


def _processor() -> str:
    if CPUINFO.is_file():
        for line in CPUINFO.read_text("utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
