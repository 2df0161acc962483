"""What the kit remembers, in one SQLite file in the user's data folder: here every verdict that it has reached.

An upload asks here for a passing verdict of exactly its zip; `tools.codabench.journal` keeps the uploads beside them.
`KIT_DATA_DIR` puts the file elsewhere.
"""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import platformdirs

from tools.errors import KitError

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
PATIENCE_S = 10.0
"""How long to wait for another process that is writing."""


@dataclass(frozen=True, kw_only=True)
class Evaluated:
    """One evaluation: when (UTC), of which zip, against which competition, its verdict and its whole document."""

    at: datetime
    zip_sha256: str
    zip_path: Path
    competition: str
    verdict: str
    document: dict[str, Any]


def database() -> Path:
    """Where the file is."""
    folder = os.environ.get("KIT_DATA_DIR") or platformdirs.user_data_dir("codabench-kit", appauthor=False)
    return Path(folder) / "history.sqlite3"


@contextmanager
def opened(schema: str = SCHEMA) -> Iterator[sqlite3.Connection]:
    """The file, with the tables of a schema; what the block writes is kept if it ends well. Raises KitError."""
    path = database()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, timeout=PATIENCE_S)) as connection:
            connection.row_factory = sqlite3.Row
            connection.executescript(schema)
            with connection:
                yield connection
    except (sqlite3.Error, OSError) as error:
        raise KitError(
            f"{path}, where the kit keeps its history: {error}",
            "free some space or mend its permissions; KIT_DATA_DIR puts it elsewhere",
        ) from error


def utc_now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


def now() -> str:
    """This moment, as it is written into the file."""
    return utc_now().isoformat(timespec="milliseconds")


def as_text(path: Path) -> str:
    """A path as it is written into the file."""
    return os.fsencode(path.resolve()).decode("utf-8", "replace")


def record_evaluation(document: dict[str, Any], *, zip_path: Path, competition: str) -> None:
    """Keep the verdict of an evaluation with its whole document. Raises KitError, OSError."""
    row = (now(), document["zip_sha256"], as_text(zip_path), competition, document["verdict"], json.dumps(document))
    with opened() as connection:
        connection.execute(
            "INSERT INTO evaluation (at, zip_sha256, zip_path, competition, verdict, document)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            row,
        )


def last_evaluation(zip_sha256: str) -> Evaluated | None:
    """The latest evaluation of a zip; None for one that was never evaluated."""
    found = evaluations(zip_sha256, most=1)
    return found[0] if found else None


def last_verdict(zip_sha256: str) -> str | None:
    """The latest verdict of a zip, "pass" or "fail"; None for one that was never evaluated."""
    found = last_evaluation(zip_sha256)
    return found.verdict if found else None


def evaluations(zip_sha256: str | None = None, *, most: int = 1000) -> list[Evaluated]:
    """The latest evaluations of a zip, or of all, newest first."""
    with opened() as connection:
        rows = connection.execute(
            "SELECT * FROM evaluation WHERE ?1 IS NULL OR zip_sha256 = ?1 ORDER BY id DESC LIMIT ?2",
            (zip_sha256, most),
        ).fetchall()
    return [
        Evaluated(
            at=datetime.fromisoformat(row["at"]),
            zip_sha256=row["zip_sha256"],
            zip_path=Path(row["zip_path"]),
            competition=row["competition"],
            verdict=row["verdict"],
            document=json.loads(row["document"]),
        )
        for row in rows
    ]
