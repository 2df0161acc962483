"""A program's logs as the platform would show them."""

from collections.abc import Mapping
from pathlib import Path

LIMIT_BYTES = 200_000


def told(path: Path, mounts: Mapping[str, Path]) -> str:
    """The end of a log, with the container's paths where an engine without mounts left those of this machine.

    What is left out is said in its place.
    """
    size = path.stat().st_size
    with path.open("rb") as stream:
        stream.seek(max(0, size - LIMIT_BYTES))
        text = stream.read().decode("utf-8", "replace")
    if size > LIMIT_BYTES:
        text = f"[{size - LIMIT_BYTES} bytes left out]\n{text}"
    for place, folder in sorted(mounts.items(), key=lambda mount: len(str(mount[1])), reverse=True):
        text = text.replace(str(folder), place)
    return text


def add_line(log: str, line: str) -> str:
    """A log with one more line."""
    return f"{log}\n{line}\n" if log and not log.endswith("\n") else f"{log}{line}\n"
