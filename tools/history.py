"""Every verdict that the kit has reached, in one SQLite file in the user's data folder.

An upload asks here for a passing verdict of exactly its zip. `KIT_DATA_DIR` puts the file elsewhere.
"""

import json
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import platformdirs

SCHEMA = """
CREATE TABLE IF NOT EXISTS evaluation (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    zip_sha256 TEXT NOT NULL,
    zip_path TEXT NOT NULL,
    competition TEXT NOT NULL,
    verdict TEXT NOT NULL,
    document TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS evaluation_by_zip ON evaluation (zip_sha256);
"""


def database() -> Path:
    """Where the file is."""
    folder = os.environ.get("KIT_DATA_DIR") or platformdirs.user_data_dir("codabench-kit", appauthor=False)
    return Path(folder) / "history.sqlite3"


def _connect() -> sqlite3.Connection:
    path = database()
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=10)
    connection.executescript(SCHEMA)
    return connection


def record_evaluation(document: dict[str, Any], *, zip_path: Path, competition: str) -> None:
    """Keep the verdict of an evaluation with its whole document. Raises sqlite3.Error, OSError."""
    row = (
        datetime.now(UTC).isoformat(timespec="seconds"),
        document["zip_sha256"],
        os.fsencode(zip_path.resolve()).decode("utf-8", "replace"),
        competition,
        document["verdict"],
        json.dumps(document),
    )
    with closing(_connect()) as connection, connection:
        connection.execute(
            "INSERT INTO evaluation (at, zip_sha256, zip_path, competition, verdict, document)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            row,
        )


def last_verdict(zip_sha256: str) -> str | None:
    """The latest verdict of a zip, "pass" or "fail"; None for one that was never evaluated."""
    with closing(_connect()) as connection:
        row = connection.execute(
            "SELECT verdict FROM evaluation WHERE zip_sha256 = ? ORDER BY id DESC LIMIT 1", (zip_sha256,)
        ).fetchone()
    return row[0] if row else None
