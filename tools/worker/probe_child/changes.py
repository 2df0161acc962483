"""What a program changed in a folder that is not its output: files overwritten, removed, and added.

Names are listed before; afterwards one walk looks at the time of each file's last change. Linear, and nothing is read.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator


def names_below(folder: str) -> set[str]:
    """The files below a folder, relative to it, without Python's caches; none where it cannot be looked into."""
    return {entry.path[len(folder) + 1 :] for entry in _files(folder)}


def changes(folder: str, before: Iterable[str], since_ns: int, until_ns: int) -> dict[str, list[str]]:
    """The names of the files "overwritten" and "added" between two moments, and of those "removed", sorted."""
    gone = set(before)
    known, added, overwritten = frozenset(gone), [], []
    for entry in _files(folder):
        name = entry.path[len(folder) + 1 :]
        gone.discard(name)
        if name not in known:
            added.append(name)
        elif since_ns <= _changed_ns(entry) <= until_ns:
            overwritten.append(name)
    return {"overwritten": sorted(overwritten), "removed": sorted(gone), "added": sorted(added)}


def _changed_ns(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat(follow_symlinks=False).st_mtime_ns
    except OSError:
        return 0


def _files(folder: str) -> Iterator[os.DirEntry[str]]:
    waiting = [folder]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if not entry.is_dir(follow_symlinks=False):
                        yield entry
                    elif entry.name != "__pycache__":
                        waiting.append(entry.path)
        except OSError:
            continue
