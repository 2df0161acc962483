"""Logs from files: one by its path, or a folder of them in the order in which they should be read."""

import zipfile
from pathlib import Path

from tools.errors import UsageError
from tools.explain.pasted import read_bounded

LOGS = (
    "prediction_ingestion_stderr",
    "prediction_ingestion_stdout",
    "prediction_stderr",
    "prediction_stdout",
    "scoring_stderr",
    "scoring_stdout",
    "scoring_ingestion_stderr",
    "scoring_ingestion_stdout",
)
"""The platform's names for them, the likeliest place of a cause first."""
ENDINGS = ("", ".txt", ".log")
LOG_SUFFIXES = (".txt", ".log", ".out", ".err")


def read_log(path: Path) -> tuple[str, bytes]:
    """A log's name and its beginning and end, bounded; of a folder, its logs below each other, each after its name.

    Raises UsageError for a zip, and for a folder without logs; OSError.
    """
    if path.is_dir():
        return "", _folder(path)
    with path.open("rb") as stream:
        data = read_bounded(stream)
    if data[:4] == b"PK\x03\x04" and zipfile.is_zipfile(path):
        raise UsageError(f"{path} is a zip, a log or a text is wanted", f"kit check {path}")
    return path.name, data


def _folder(folder: Path) -> bytes:
    found = [(name, folder / f"{name}{ending}") for name in LOGS for ending in ENDINGS]
    parts = []
    for name, path in found:
        if path.is_file():
            with path.open("rb") as stream:
                parts.append(name.encode() + b"\n" + read_bounded(stream))
    if not parts:
        raise UsageError(f"{folder} holds none of the platform's logs", f"give a file, or a folder with {LOGS[0]}.txt")
    return b"\n".join(parts)
