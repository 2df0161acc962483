"""Every upload and what became of it, stage by stage, in the file that the verdicts are in.

A stage is written down before it is begun and after it has ended, each with a commit of its own, so that a run that
was killed anywhere can be taken up. Signed addresses and tokens are never written.
"""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from tools import history

SCHEMA = """
CREATE TABLE IF NOT EXISTS upload (
    id INTEGER PRIMARY KEY,
    host TEXT NOT NULL,
    competition INTEGER NOT NULL,
    phase INTEGER NOT NULL,
    zip_sha256 TEXT NOT NULL,
    zip_path TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    file_name TEXT NOT NULL,
    stage TEXT NOT NULL,
    has_ended INTEGER NOT NULL,
    at TEXT NOT NULL,
    data_key TEXT,
    submission INTEGER,
    is_left INTEGER NOT NULL DEFAULT 1,
    status TEXT,
    status_details TEXT,
    scores TEXT
);
CREATE INDEX IF NOT EXISTS upload_by_zip ON upload (zip_sha256);
CREATE TABLE IF NOT EXISTS upload_stage (
    upload INTEGER NOT NULL REFERENCES upload (id),
    at TEXT NOT NULL,
    stage TEXT NOT NULL,
    has_ended INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS status_seen (
    host TEXT NOT NULL,
    submission INTEGER NOT NULL,
    at TEXT NOT NULL,
    status TEXT NOT NULL,
    status_details TEXT
);
CREATE INDEX IF NOT EXISTS status_seen_by_submission ON status_seen (host, submission);
"""


class Stage(StrEnum):
    """What an upload goes through, in this order."""

    DATA_SET = "data set"
    BODY = "body"
    COMPLETED = "completed"
    SUBMISSION = "submission"
    LEADERBOARD = "leaderboard"


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """A zip, and where it is to go."""

    host: str
    competition: int
    phase: int
    zip_sha256: str
    zip_path: Path
    size_bytes: int


@dataclass(frozen=True, kw_only=True)
class Upload(Parcel):
    """One attempt to get a zip into a phase. `stage` is the last that was begun; `has_ended` says whether it is done.

    `file_name` is the name that the platform keeps it under: it is this attempt's alone, so that its submission can
    be recognised. `is_left` says that its data set may still be on the platform. `scores` are the platform's.
    """

    id: int
    file_name: str
    stage: Stage
    has_ended: bool
    at: datetime
    data_key: str | None = None
    submission: int | None = None
    is_left: bool = True
    status: str | None = None
    status_details: str | None = None
    scores: Mapping[str, float] | None = None


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A status of a submission, and when this machine first saw it (UTC)."""

    at: datetime
    status: str
    status_details: str | None = None


def begin_upload(parcel: Parcel, file_name: str) -> Upload:
    """Write down that a data set is about to be created. Raises KitError, as all here do."""
    row = {
        "host": parcel.host,
        "competition": parcel.competition,
        "phase": parcel.phase,
        "zip_sha256": parcel.zip_sha256,
        "zip_path": history.as_text(parcel.zip_path),
        "size_bytes": parcel.size_bytes,
        "file_name": file_name,
        "stage": Stage.DATA_SET.value,
        "has_ended": 0,
        "at": history.now(),
    }
    with history.opened(SCHEMA) as connection:
        marks = ", ".join("?" * len(row))
        cursor = connection.execute(f"INSERT INTO upload ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))  # noqa: S608 - our own names
        number = cursor.lastrowid or 0
        _note(connection, number, Stage.DATA_SET, has_ended=False)
        return _read(connection, "WHERE id = ?", (number,))[0]


def begin(upload: Upload, stage: Stage) -> Upload:
    """Write down that a stage is about to begin."""
    return _change(upload, stage, has_ended=False)


def end(upload: Upload, stage: Stage, *, data_key: str | None = None, submission: int | None = None) -> Upload:
    """Write down that a stage has ended, and what it gave."""
    return _change(upload, stage, has_ended=True, data_key=data_key, submission=submission)


def give_up(upload: Upload) -> None:
    """Write down that nothing of an upload is left on the platform, and that none will go on with it."""
    with history.opened(SCHEMA) as connection:
        connection.execute("UPDATE upload SET is_left = 0 WHERE id = ?", (upload.id,))


def uploads(
    *, host: str | None = None, phase: int | None = None, zip_sha256: str | None = None, submission: int | None = None
) -> list[Upload]:
    """Uploads, newest first."""
    wanted = {"host": host, "phase": phase, "zip_sha256": zip_sha256, "submission": submission}
    given = {name: value for name, value in wanted.items() if value is not None}
    where = " AND ".join(f"{name} = ?" for name in given)
    with history.opened(SCHEMA) as connection:
        return _read(connection, f"WHERE {where}" if where else "", tuple(given.values()))


def see(host: str, submission: int, status: str, status_details: str | None) -> list[Seen]:
    """Write a status down if it differs from the last one seen, and give all that were seen, oldest first."""
    seen = statuses(host, submission)
    if _ends_with(seen, status, status_details):
        return seen
    with history.opened(SCHEMA) as connection:
        connection.execute("BEGIN IMMEDIATE")  # another process may follow the same submission
        if not _ends_with(_statuses(connection, host, submission), status, status_details):
            connection.execute(
                "INSERT INTO status_seen (host, submission, at, status, status_details) VALUES (?, ?, ?, ?, ?)",
                (host, submission, history.now(), status, status_details),
            )
        connection.execute(
            "UPDATE upload SET status = ?, status_details = ? WHERE host = ? AND submission = ?",
            (status, status_details, host, submission),
        )
        return _statuses(connection, host, submission)


def statuses(host: str, submission: int) -> list[Seen]:
    """The statuses of a submission that were seen, oldest first."""
    with history.opened(SCHEMA) as connection:
        return _statuses(connection, host, submission)


def _ends_with(seen: list[Seen], status: str, status_details: str | None) -> bool:
    return bool(seen) and (seen[-1].status, seen[-1].status_details) == (status, status_details)


def _statuses(connection: sqlite3.Connection, host: str, submission: int) -> list[Seen]:
    rows = connection.execute(
        "SELECT at, status, status_details FROM status_seen WHERE host = ? AND submission = ? ORDER BY rowid",
        (host, submission),
    ).fetchall()
    return [
        Seen(at=datetime.fromisoformat(row["at"]), status=row["status"], status_details=row["status_details"])
        for row in rows
    ]


def record_scores(host: str, submission: int, scores: Mapping[str, float]) -> None:
    """Keep the platform's scores of a submission."""
    with history.opened(SCHEMA) as connection:
        connection.execute(
            "UPDATE upload SET scores = ? WHERE host = ? AND submission = ?",
            (json.dumps(dict(scores)), host, submission),
        )


def _change(upload: Upload, stage: Stage, *, has_ended: bool, **facts: Any) -> Upload:
    given = {name: value for name, value in facts.items() if value is not None}
    changes = {"stage": stage.value, "has_ended": int(has_ended), "at": history.now()} | given
    with history.opened(SCHEMA) as connection:
        assignments = ", ".join(f"{name} = ?" for name in changes)
        connection.execute(f"UPDATE upload SET {assignments} WHERE id = ?", (*changes.values(), upload.id))  # noqa: S608 - our own names
        _note(connection, upload.id, stage, has_ended=has_ended)
        return _read(connection, "WHERE id = ?", (upload.id,))[0]


def _note(connection: sqlite3.Connection, upload: int, stage: Stage, *, has_ended: bool) -> None:
    connection.execute(
        "INSERT INTO upload_stage (upload, at, stage, has_ended) VALUES (?, ?, ?, ?)",
        (upload, history.now(), stage.value, int(has_ended)),
    )


def _read(connection: sqlite3.Connection, where: str, values: tuple[Any, ...]) -> list[Upload]:
    rows = connection.execute(f"SELECT * FROM upload {where} ORDER BY id DESC", values).fetchall()  # noqa: S608 - our own names
    return [_upload(dict(row)) for row in rows]


def _upload(row: dict[str, Any]) -> Upload:
    row |= {
        "zip_path": Path(row["zip_path"]),
        "stage": Stage(row["stage"]),
        "has_ended": bool(row["has_ended"]),
        "is_left": bool(row["is_left"]),
        "at": datetime.fromisoformat(row["at"]),
        "scores": json.loads(row["scores"]) if row["scores"] else None,
    }
    return Upload(**row)
