"""What the programs of the prediction job changed where they should only read: the submission, the input, themselves.

Only files that were there before count: an ingestion program may unpack its input data, or write a log beside itself.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.worker.layout import Job
from tools.worker.probe_child.changes import changes, names_below

MOST = 100


@dataclass(frozen=True, kw_only=True)
class Before:
    """The folders by their path in the container, the names of their files, and the moment."""

    folders: Mapping[str, Path]
    names: Mapping[str, frozenset[str]]
    since_ns: int

    def touched(self, place: str) -> tuple[str, ...]:
        """Which files of one of the folders were overwritten or removed since, as paths of the container."""
        found = changes(str(self.folders[place]), self.names[place], self.since_ns, time.time_ns())
        told = [f"{place}/{name} was {what}" for what in ("overwritten", "removed") for name in found[what]]
        return tuple(told[:MOST])


def look_before(job: Job) -> Before:
    """The folders as they are before the programs of a prediction job start."""
    folders = {
        "/app/ingested_program": job.program,
        "/app/program": job.ingestion,
        "/app/input_data": job.input_data.resolve(),
    }
    there = {place: folder for place, folder in folders.items() if folder.is_dir() and not folder.is_symlink()}
    names = {place: frozenset(names_below(str(folder))) for place, folder in there.items()}
    return Before(folders=there, names=names, since_ns=time.time_ns())
