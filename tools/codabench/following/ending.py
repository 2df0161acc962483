"""The end of a submission, with all that explains it: logs, exit code and scores, fetched and put side by side.

What cannot be fetched is left out, and said: the verdict stands without it.
"""

import json
import math
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import yaml

from tools.codabench.answers import Column, Submission
from tools.codabench.connect import Platform
from tools.codabench.errors import PlatformError
from tools.codabench.following.compared import Compared, compare, local_scores
from tools.codabench.following.events import Row
from tools.codabench.following.outcome import Clue, Verdict, clues, verdict_of
from tools.codabench.following.ranking import primary_column
from tools.codabench.following.whereabouts import Whereabouts
from tools.codabench.results.details import HiddenError, Results, read_logs
from tools.history import Evaluated

FEW = 6


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How one task ended. `faults` are codes of the catalogue, each with what was seen; `trouble` is what could not be
    fetched, and why."""

    row: Row
    verdict: Verdict
    clues: tuple[Clue, ...] = ()
    faults: tuple[tuple[str, str], ...] = ()
    compared: tuple[Compared, ...] = ()
    is_hidden: bool = False
    trouble: str | None = None

    @property
    def submission(self) -> Submission:
        """As it is now."""
        return self.row.submission

    @property
    def missing(self) -> tuple[Compared, ...]:
        """The columns without a score, where others have one."""
        return tuple(one for one in self.compared if one.platform is None) if self.submission.scores else ()


def ending(
    platform: Platform, row: Row, place: Whereabouts, evaluated: Evaluated | None, *, has_settled: bool
) -> Ending:
    """How a row has ended, or that it goes on. Raises nothing of the platform's."""
    submission = row.submission
    verdict = verdict_of(submission, hides_scores=place.hides_scores, has_settled=has_settled)
    document = evaluated.document if evaluated else {}
    columns = place.leaderboard.columns if place.leaderboard else ()
    primary = primary_column(place.leaderboard)
    compared = compare(
        submission.values,
        local_scores(document, submission.phase_name, submission.task.name if submission.task else ""),
        columns,
        primary=primary.key if primary else None,
        forecast=document.get("forecast"),
    )
    results = Results(platform.client, platform.storage, submission.id)
    if verdict is Verdict.SCORELESS:
        faults, trouble = _scoreless(results, columns)
        found = clues(submission, {})
        return Ending(row=row, verdict=verdict, clues=found, faults=faults, compared=compared, trouble=trouble)
    if verdict is Verdict.FAILED:
        told = why(results, submission)
        return Ending(
            row=row,
            verdict=verdict,
            clues=told.clues,
            compared=compared,
            is_hidden=told.is_hidden,
            trouble=told.trouble,
        )
    found = clues(submission, {}) if verdict is Verdict.CANCELLED else ()
    return Ending(row=row, verdict=verdict, clues=found, compared=compared)


@dataclass(frozen=True, kw_only=True)
class Why:
    """Why a submission failed, the cause first; `is_hidden` where the phase hides the logs."""

    clues: tuple[Clue, ...]
    is_hidden: bool = False
    trouble: str | None = None


def why(results: Results, submission: Submission) -> Why:
    """Read the logs of a failure, and where the prediction left no word in its own, its exit code as well.

    What cannot be fetched is left out; nothing of the platform's is raised.
    """
    logs: dict[str, bytes] = {}
    exit_code, is_hidden, trouble = None, False, None
    try:
        logs = read_logs(results)
        if "prediction_ingestion_stderr" not in logs:
            exit_code = results.ingestion_exit_code()
    except HiddenError:
        is_hidden = True
    except PlatformError as error:
        trouble = f"not all of the logs could be fetched: {error}"
    found = clues(submission, logs, exit_code, is_hidden=is_hidden)
    return Why(clues=found, is_hidden=is_hidden, trouble=trouble)


def _scoreless(results: Results, columns: Sequence[Column]) -> tuple[tuple[tuple[str, str], ...], str | None]:
    """What is wrong with what the scoring program wrote, as far as its output can be had."""
    try:
        if results.address("scoring") is None:
            return (), None
        data = results.member("scoring", "scores.json")
        if data is not None:
            return tuple(scores_faults(data, columns)), None
        text = results.member("scoring", "scores.txt")
        return tuple(scores_faults(text, columns, is_yaml=True)), None
    except HiddenError:
        return (), "the organiser hides the scoring's output"
    except PlatformError as error:
        return (), f"the scoring's output could not be fetched: {error}"


def scores_faults(data: bytes | None, columns: Sequence[Column], *, is_yaml: bool = False) -> Iterator[tuple[str, str]]:
    """Why the platform kept nothing of a scores file; None stands for one that is not there (codabench.md 1.10)."""
    name = "scores.txt" if is_yaml else "scores.json"
    if data is None:
        yield "SCO001", "scoring_result.zip holds neither scores.json nor scores.txt"
        return
    content: Any = None
    with suppress(ValueError, yaml.YAMLError, RecursionError):
        content = yaml.safe_load(data.decode("utf-8", "replace")) if is_yaml else json.loads(data)
    if not isinstance(content, dict):
        yield "SCO002", f"{name} holds no object of keys and numbers: {data[:80].decode('utf-8', 'replace')!r}"
        return
    bad = [key for key, value in content.items() if isinstance(value, float) and not math.isfinite(value)]
    if bad:
        yield "SCO003", f"{name}: {_listed(bad)} is not a finite number"
    known = [column.key for column in columns]
    if known and not set(map(str, content)) & set(known):
        yield "SCO004", f"{name} has {_listed(content) or 'no key'}; the leaderboard has {_listed(known)}"


def _listed(keys: Any) -> str:
    names = [str(key)[:40] for key in keys]
    return ", ".join(names[:FEW]) + (", ..." if len(names) > FEW else "")
