"""Everything that the kit remembers, joined by the zip: its verdicts, its uploads, and what of them is unfinished.

Read from the file that `tools.history` and `tools.codabench.journal` write; nothing is changed in it, nobody is asked.
"""

import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from tools import history
from tools.codabench import journal
from tools.codabench.answers import ENDED
from tools.codabench.journal import Seen, Upload
from tools.codabench.sending.lock import alone
from tools.errors import KitError


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One evaluation, without its document: when (UTC), of which file, against which competition, and its verdict."""

    id: int
    at: datetime
    zip_sha256: str
    zip_path: Path
    competition: str
    verdict: str


Item = TypeVar("Item", Verdict, Upload)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A zip and all that happened to it, newest first; at least one of the two is not empty."""

    zip_sha256: str
    verdicts: tuple[Verdict, ...] = ()
    uploads: tuple[Upload, ...] = ()

    @cached_property
    def latest(self) -> Verdict | Upload:
        """The last thing that happened to it."""
        happened: tuple[Verdict | Upload, ...] = (*self.verdicts[:1], *self.uploads)
        return max(happened, key=lambda one: one.at)

    @property
    def zip_path(self) -> Path:
        """Where the zip was then."""
        return self.latest.zip_path

    @property
    def is_there(self) -> bool:
        """Whether there still is a file; it may be another one by now."""
        return os.path.isfile(self.zip_path)  # noqa: PTH113 - False, too, where the folder may not be entered

    @cached_property
    def stopped(self) -> tuple[Upload, ...]:
        """Uploads without a submission that can be gone on with, unless one is at work: of each phase the last one."""
        newest = {(one.host, one.phase): one.id for one in reversed(self.uploads)}
        last = (one for one in self.uploads if newest[one.host, one.phase] == one.id)
        return tuple(one for one in last if one.submission is None and one.is_left)

    @property
    def unwatched(self) -> tuple[Upload, ...]:
        """Submissions whose end was not seen from here."""
        return tuple(one for one in self.uploads if one.submission is not None and one.status not in ENDED)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to look for; None asks for all.

    `sha256` is one, or the first digits of one; `path` is where a zip is or was. `competition` is a part of a title,
    by which verdicts are known, or an id, by which uploads are. Only zips of which something is left are found.
    """

    sha256: str | None = None
    path: Path | None = None
    competition: str | None = None
    host: str | None = None


def entries(wanted: Wanted | None = None) -> list[Entry]:
    """All zips that are remembered, the one to which something happened last first. Raises KitError."""
    if not history.database().exists():
        return []
    wanted = wanted or Wanted()
    with _readable():
        verdicts = _by_zip(one for one in _verdicts() if _is_wanted_verdict(one, wanted))
        uploads = _by_zip(one for one in journal.uploads(host=wanted.host) if _is_wanted_upload(one, wanted))
    asks_for_id = (wanted.competition or "").isdecimal()
    must_be_uploaded = asks_for_id or wanted.host is not None
    must_be_judged = wanted.competition is not None and not asks_for_id
    found = (
        Entry(zip_sha256=sha256, verdicts=tuple(verdicts.get(sha256, ())), uploads=tuple(uploads.get(sha256, ())))
        for sha256 in dict.fromkeys((*verdicts, *uploads))
        if (sha256 in uploads or not must_be_uploaded) and (sha256 in verdicts or not must_be_judged)
    )
    return sorted(found, key=lambda entry: entry.latest.at, reverse=True)


def documents(verdicts: Iterable[Verdict]) -> Iterator[tuple[Verdict, dict[str, Any]]]:
    """Each verdict with the document of its evaluation, read one after another; empty where it cannot be read."""
    with history.opened() as connection:
        for one in verdicts:
            row = connection.execute("SELECT document FROM evaluation WHERE id = ?", (one.id,)).fetchone()
            yield one, _object(row["document"] if row else "")


def stages(uploads: Iterable[Upload]) -> dict[int, list[dict[str, Any]]]:
    """The stages of uploads by their ids, oldest first: when each was begun, and when it ended."""
    wanted = {one.id for one in uploads}
    with _readable(), history.opened(journal.SCHEMA) as connection:
        rows = connection.execute("SELECT upload, at, stage, has_ended FROM upload_stage ORDER BY rowid").fetchall()
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["upload"] in wanted:
            found[row["upload"]].append({"at": row["at"], "stage": row["stage"], "has_ended": bool(row["has_ended"])})
    return found


def statuses(uploads: Iterable[Upload]) -> dict[int, list[Seen]]:
    """The statuses that were seen of uploads' submissions, by the uploads' ids, oldest first."""
    with _readable(), history.opened(journal.SCHEMA) as connection:
        rows = connection.execute("SELECT * FROM status_seen ORDER BY rowid").fetchall()
    seen: dict[tuple[str, int], list[Seen]] = defaultdict(list)
    for row in rows:
        at = datetime.fromisoformat(row["at"])
        one = Seen(at=at, status=row["status"], status_details=row["status_details"])
        seen[row["host"], row["submission"]].append(one)
    return {one.id: seen.get((one.host, one.submission), []) for one in uploads if one.submission is not None}


def scores(document: Mapping[str, Any]) -> dict[str, Any]:
    """The scores of an evaluation as its document has them, the first that a column of the leaderboard took first."""
    given = document.get("scores")
    if not isinstance(given, dict):
        return {}
    platform = document.get("platform")
    stored = platform.get("stored_scores") if isinstance(platform, dict) else None
    main = [key for key in stored if key in given][:1] if isinstance(stored, dict) else []
    return {key: given[key] for key in (*main, *given)}


def is_at_work(upload: Upload) -> bool:
    """Whether another process is sending an upload at this moment, rather than that it was stopped."""
    try:
        with alone(upload):
            return False
    except KitError:
        return True
    except OSError:  # a folder that may only be read: nobody sends from there
        return False


def is_same_file(upload: Upload) -> bool:
    """Whether the file of an upload still holds what was sent; the file is read only where its size is the same."""
    try:
        if upload.zip_path.stat().st_size != upload.size_bytes:
            return False
        with upload.zip_path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == upload.zip_sha256
    except OSError:
        return False


@contextmanager
def _readable() -> Iterator[None]:
    """Raise KitError for rows that this version of the kit cannot read."""
    try:
        yield
    except (ValueError, TypeError) as error:
        raise KitError(
            f"{history.database()}, where the kit keeps its history, holds what it cannot read: {error}",
            "a newer kit may have written it: `pip install -U` the kit; else move the file away",
        ) from error


def _verdicts() -> list[Verdict]:
    with history.opened() as connection:
        rows = connection.execute(
            "SELECT id, at, zip_sha256, zip_path, competition, verdict FROM evaluation ORDER BY id DESC"
        ).fetchall()
    return [
        Verdict(**{**row, "at": datetime.fromisoformat(row["at"]), "zip_path": Path(row["zip_path"])})
        for row in map(dict, rows)
    ]


def _is_of_zip(one: Verdict | Upload, wanted: Wanted) -> bool:
    if wanted.path is not None and history.as_text(wanted.path) == str(one.zip_path):
        return True
    if wanted.sha256 is None:
        return wanted.path is None
    return one.zip_sha256.startswith(wanted.sha256)


def _is_wanted_verdict(one: Verdict, wanted: Wanted) -> bool:
    part = wanted.competition or ""
    return _is_of_zip(one, wanted) and (part.isdecimal() or part.casefold() in one.competition.casefold())


def _is_wanted_upload(one: Upload, wanted: Wanted) -> bool:
    number = wanted.competition or ""
    return _is_of_zip(one, wanted) and (not number.isdecimal() or int(number) == one.competition)


def _by_zip(items: Iterable[Item]) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = defaultdict(list)
    for one in items:
        found[one.zip_sha256].append(one)
    return found


def _object(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
