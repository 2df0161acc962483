"""What a submission went through, as it was seen from here: its statuses in order, in words, and how long each took.

The statuses are those of codabench.md 1.8: Submitting, Submitted, Running, Preparing, Scoring, Running again, and
Finished, Failed or Cancelled; a client that asks every few seconds misses some.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import Literal

from tools.codabench import journal
from tools.codabench.answers import ENDED, Submission
from tools.codabench.journal import Seen
from tools.errors import KitError

Job = Literal["prediction", "scoring"]
HOSTNAME = re.compile(
    r"(?:Submission failed: )?\"?(ingestion|scoring)_hostname-([^\s\"]{1,255}?)\"?\.?(?: See logs for more details\.)?"
)
JOBS: dict[str, Job] = {"ingestion": "prediction", "scoring": "scoring"}
MEANINGS = {
    "Submitting": "the site has not queued it yet",
    "Submitted": "waits for a worker",
    "Preparing": "fetches the zip and the data, then predicts",
    "Scoring": "the predictions are there; waits for the scoring",
    "Cancelled": "it counts as a submission",
}


ON_A_WORKER = ("Running", "Preparing")
"""Elsewhere the machine's name beside a status is that of the step before."""


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A status, from when it was first seen (UTC), and for how long; `seconds` is None while it lasts for good.

    `worker` is the machine where `status_details` names nothing else, and `job` what runs on it; `message` is a text
    of the platform, None where there is none.
    """

    at: datetime
    status: str
    seconds: float | None = None
    job: Job | None = None
    worker: str | None = None
    message: str | None = None

    @property
    def meaning(self) -> str:
        """What it means, in a few words; "" where the status says all."""
        told = MEANINGS.get(self.status, "")
        if self.status == "Running":
            told = self.job or ""
        place = f"on worker {self.worker}" if self.worker and self.status in ON_A_WORKER else ""
        return ", ".join(filter(None, (told, place)))


def stretch(seen: Seen, seconds: float | None = None) -> Stretch:
    """A status that was seen, in words. A machine's name beside it is no message (codabench.md 1.8)."""
    details = (seen.status_details or "").strip()
    host = HOSTNAME.fullmatch(details)
    return Stretch(
        at=seen.at,
        status=seen.status,
        seconds=seconds,
        job=JOBS[host[1]] if host else None,
        worker=host[2] if host else None,
        message=None if host or not details else details,
    )


def message(status_details: str | None) -> str | None:
    """What the platform says beside a status; None where that is nothing, or the name of a machine."""
    return stretch(Seen(at=datetime.now(UTC), status="", status_details=status_details)).message


def stretches(seen: Sequence[Seen], now: datetime | None = None) -> tuple[Stretch, ...]:
    """All statuses with their durations; the last one lasts until `now`, unless it is one of those that end."""
    durations: list[float | None] = [max(0.0, (after.at - one.at).total_seconds()) for one, after in pairwise(seen)]
    if seen:
        lasts = now is not None and seen[-1].status not in ENDED
        durations.append(max(0.0, (now - seen[-1].at).total_seconds()) if now and lasts else None)
    return tuple(stretch(one, seconds) for one, seconds in zip(seen, durations, strict=True))


@dataclass
class Memory:
    """Writes statuses into the journal, so that a watch that was stopped goes on with the same timeline.

    Where the journal cannot be written they are remembered here alone, and `trouble` says why.
    """

    host: str
    trouble: KitError | None = None
    _kept: dict[int, list[Seen]] = field(default_factory=dict)

    def before(self, number: int) -> tuple[Seen, ...]:
        """What was seen of a submission up to now."""
        try:
            return tuple(journal.statuses(self.host, number))
        except KitError as error:
            self.trouble = self.trouble or error
            return tuple(self._kept.get(number, ()))

    def see(self, submission: Submission) -> tuple[Seen, ...]:
        """Note a submission's present status; gives all that were seen, oldest first."""
        kept = self._kept.setdefault(submission.id, [])
        if self.trouble is None:
            try:
                kept[:] = journal.see(self.host, submission.id, submission.status, submission.status_details)
            except KitError as error:
                self.trouble = error
            else:
                return tuple(kept)
        now = Seen(at=datetime.now(UTC), status=submission.status, status_details=submission.status_details)
        if not kept or (kept[-1].status, kept[-1].status_details) != (now.status, now.status_details):
            kept.append(now)
        return tuple(kept)
