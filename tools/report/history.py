"""What the kit remembers of zips, as a table for people and as the document for programs."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tools.bundle.document import printable
from tools.codabench.host import Host
from tools.codabench.joined import Entry, Verdict, documents, is_at_work, scores, stages, statuses
from tools.codabench.journal import Seen, Stage, Upload

WIDTH = 100
ZIP_WIDTH = 28
SHOWN_SCORES = 3
SHOWN_UPLOADS = 5
SHOWN_LETTERS = 200
SHA_DIGITS = 8
LARGEST_PLAIN = 1e6
COLOURS = {"pass": "green", "fail": "red", "Finished": "green", "Failed": "red", "Cancelled": "red"}
Cells = tuple[Path, Text, Text, Text]


def print_history(console: Console, found: Sequence[Entry], *, every: bool) -> None:
    """A row for each zip, or with `every` one for each verdict and each upload."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("when", no_wrap=True)
    table.add_column("zip", overflow="fold", max_width=ZIP_WIDTH)
    for title in ("local", "score", "platform"):
        table.add_column(title, overflow="fold")
    names = _Names(found)
    for entry in found:
        is_there = entry.is_there
        for at, (path, verdict, score, told) in _every_row(entry, names) if every else [_row(entry, names)]:
            gone = "" if is_there or path != entry.zip_path else " (gone)"
            name = Text.assemble(_clean(path.name), gone, (f" {entry.zip_sha256[:SHA_DIGITS]}", "dim"))
            table.add_row(f"{at.astimezone():%Y-%m-%d %H:%M}", name, verdict, score, told)
    console.print(table, width=min(console.width, WIDTH))


class _Names:
    """Which names tell the shown zips apart: those that are the same for all are left out."""

    def __init__(self, found: Sequence[Entry]) -> None:
        uploads = [one for entry in found for one in entry.uploads]
        self.titles = {one.competition for entry in found for one in entry.verdicts}
        self.has_several_hosts = len({one.host for one in uploads}) > 1
        self.has_several_competitions = len({(one.host, one.competition) for one in uploads}) > 1

    def of_verdict(self, one: Verdict) -> list[str]:
        """The competition's title, where there are several."""
        return [f"for {_clean(one.competition)}"] if len(self.titles) > 1 else []

    def of_upload(self, one: Upload) -> str:
        """`#5123 phase 2`, and what is needed to tell it apart; without a number where there is no submission."""
        number = f"#{one.submission} " if one.submission is not None else ""
        competition = f"competition {one.competition} " if self.has_several_competitions else ""
        host = f" at {Host(one.host).name}" if self.has_several_hosts else ""
        return f"{number}{competition}phase {one.phase}{host}"


def _row(entry: Entry, names: _Names) -> tuple[datetime, Cells]:
    """A zip in one row: its latest verdict, and its uploads that came to something or can be gone on with."""
    verdict = score = Text("-")
    for one, document in documents(entry.verdicts[:1]):
        count = f" ({len(entry.verdicts)}x)" if len(entry.verdicts) > 1 else ""
        verdict = Text.assemble((one.verdict, COLOURS.get(one.verdict, "")), count)
        score = Text("\n".join([*names.of_verdict(one), *_score_lines(document)]) or "-")
    uploads = [one for one in entry.uploads if one.submission is not None or one in entry.stopped]
    lines = [_upload_text(one, entry, names) for one in uploads[:SHOWN_UPLOADS]]
    lines += [Text(f"and {more} more")] if (more := len(uploads) - SHOWN_UPLOADS) > 0 else []
    return entry.latest.at, (entry.zip_path, verdict, score, Text("\n").join(lines) if lines else Text("-"))


def _every_row(entry: Entry, names: _Names) -> list[tuple[datetime, Cells]]:
    """Each verdict and each upload of a zip in a row of its own, newest first."""
    rows: list[tuple[datetime, Cells]] = []
    for one, document in documents(entry.verdicts):
        score = Text("\n".join([*names.of_verdict(one), *_score_lines(document)]) or "-")
        rows.append((one.at, (one.zip_path, Text(one.verdict, style=COLOURS.get(one.verdict, "")), score, Text())))
    for upload in entry.uploads:
        told = _upload_text(upload, entry, names)
        if upload.status_details and "_hostname-" not in upload.status_details:  # a worker's name is no message
            told.append(f"\n{_clean(upload.status_details)}", style="dim")
        rows.append((upload.at, (upload.zip_path, Text(), Text(), told)))
    return sorted(rows, key=lambda row: row[0], reverse=True)


def _upload_text(one: Upload, entry: Entry, names: _Names) -> Text:
    if one.submission is None:
        is_last = one in entry.stopped
        word = "at work" if is_last and is_at_work(one) else "stopped"
        state, style = f"{word} at the {one.stage.value}", "yellow" if is_last else "dim"
    else:
        state, style = _clean(one.status or "not seen yet"), COLOURS.get(one.status or "", "")
    scored = "".join(f" {line}," for line in _scored(one.scores or {})).removesuffix(",")
    board = ", put on the leaderboard" if one.stage is Stage.LEADERBOARD and one.has_ended else ""
    return Text.assemble(f"{names.of_upload(one)} ", (state, style), scored, board)


def _score_lines(document: Mapping[str, Any]) -> list[str]:
    """The first scores of an evaluation, and what it forecasts, if it does."""
    forecast = document.get("forecast")
    return _scored(scores(document)) + [f"forecast {line}" for line in _scored({"": forecast})[:1]]


def _scored(given: Mapping[str, Any]) -> list[str]:
    """The first few scores, one a line, and how many more there are."""
    lines = [f"{_clean(name)} {_number(value)}".strip() for name, value in _flat(given)]
    more = len(lines) - SHOWN_SCORES
    return lines[:SHOWN_SCORES] + ([f"and {more} more"] if more > 0 else [])


def _flat(given: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str | float]]:
    """Scores by name; those of several tasks as `phase / task / name`. What is neither number nor text is left out."""
    for key, value in given.items():
        name = f"{prefix} / {key}".removeprefix(" / ")
        if isinstance(value, dict):
            yield from _flat(value, name)
        elif isinstance(value, str | int | float):
            yield name, value


def _number(value: str | float) -> str:
    if isinstance(value, float) and math.isfinite(value):
        return f"{value:.4f}" if abs(value) < LARGEST_PLAIN else f"{value:.4g}"
    return _clean(str(value))


def _clean(text: str) -> str:
    """A text of a competition or of the platform as it may go to a terminal, on one line."""
    return printable(" ".join(text.split()))[:SHOWN_LETTERS]


def history_document(found: Sequence[Entry], older: int, *, is_whole: bool) -> dict[str, Any]:
    """The document of `kit history`; with `is_whole` each evaluation has its own document whole.

    `older` is how many zips were left out.
    """
    sent = [one for entry in found for one in entry.uploads]
    by_upload = (stages(sent), statuses(sent)) if sent else ({}, {})
    return {
        "schema": 1,
        "kind": "history",
        "entries": [_entry(entry, by_upload, is_whole=is_whole) for entry in found],
        "older": older,
    }


def _entry(
    entry: Entry, by_upload: tuple[Mapping[int, Any], Mapping[int, list[Seen]]], *, is_whole: bool
) -> dict[str, Any]:
    evaluations = [_evaluation(one, document, is_whole=is_whole) for one, document in documents(entry.verdicts)]
    unfinished = {one.id for one in (*entry.stopped, *entry.unwatched)}
    return {
        "zip_sha256": entry.zip_sha256,
        "name": entry.zip_path.name,
        "path": str(entry.zip_path),
        "is_there": entry.is_there,
        "at": entry.latest.at.isoformat(timespec="milliseconds"),
        "local_verdict": evaluations[0]["verdict"] if evaluations else None,
        "evaluations": evaluations,
        "uploads": [
            _upload(one)
            | {"is_unfinished": one.id in unfinished, "is_at_work": one in entry.stopped and is_at_work(one)}
            | {"stages": by_upload[0].get(one.id, []), "statuses": _seen(by_upload[1].get(one.id, []))}
            for one in entry.uploads
        ],
    }


def _evaluation(one: Verdict, document: Mapping[str, Any], *, is_whole: bool) -> dict[str, Any]:
    findings = document.get("findings")
    codes = [found.get("code") for found in findings if isinstance(found, dict)] if isinstance(findings, list) else []
    facts = {
        "at": one.at.isoformat(timespec="milliseconds"),
        "path": str(one.zip_path),
        "competition": one.competition,
        "verdict": one.verdict,
        "scores": scores(document),
        "codes": list(dict.fromkeys(codes)),
    }
    facts |= {"forecast": document["forecast"]} if "forecast" in document else {}
    return facts | ({"document": dict(document)} if is_whole else {})


def _upload(one: Upload) -> dict[str, Any]:
    return {
        "at": one.at.isoformat(timespec="milliseconds"),
        "path": str(one.zip_path),
        "host": one.host,
        "competition": one.competition,
        "phase": one.phase,
        "size_bytes": one.size_bytes,
        "file_name": one.file_name,
        "stage": one.stage.value,
        "has_ended": one.has_ended,
        "data_key": one.data_key,
        "submission": one.submission,
        "status": one.status,
        "status_details": one.status_details,
        "scores": dict(one.scores) if one.scores is not None else None,
    }


def _seen(seen: Iterable[Seen]) -> list[dict[str, Any]]:
    return [
        {"at": one.at.isoformat(timespec="milliseconds"), "status": one.status, "status_details": one.status_details}
        for one in seen
    ]
