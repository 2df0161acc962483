"""Following a submission until it has ended for good: asks politely, outlasts restarts, and gives what happens.

Finished and Failed are not the last word when they are first seen: scores come after Finished, which can still turn
into Failed, and Failed can pass (codabench.md 1.8; 6). So each is looked at for a while longer. Nothing is cancelled
here, and nothing printed.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from tools.codabench.answers import Submission
from tools.codabench.client import Client
from tools.codabench.errors import (
    PlatformError,
    RejectedError,
    SignedOutError,
    UnexpectedAnswerError,
    UnreachableError,
)
from tools.codabench.following.events import Answering, Changed, Event, Row, Silent, Stuck
from tools.codabench.following.timeline import Memory
from tools.codabench.journal import Seen
from tools.codabench.transport.patience import pace

LONG_AGO_S = 600.0
LONGEST_RUN_S = 2 * 24 * 3600.0
"""The site itself ends what has run for a day (codabench.md 1.6): what was created two days ago changes no more."""
FEWEST_LOOKS = 3
MOST_REFUSALS = 3
USUAL_LIMIT_S = 600.0


@dataclass(frozen=True, kw_only=True)
class Pacing:
    """How often to ask and how long to wait, in seconds; KIT_HTTP_PACE multiplies all but the user's own time-out."""

    first_s: float = 2.0
    growth: float = 1.25
    slowest_s: float = 30.0
    apart_s: float = 1.0
    """Between any two requests."""
    settling_s: float = 5.0
    """The slowest while only the grace of an end is waited for."""
    scores_s: float = 60.0
    """After Finished, for the scores."""
    failed_s: float = 20.0
    sure_s: float = 3.0
    """After the last score: they come one by one."""
    silence_s: float = 1800.0
    tell_s: float = 60.0
    asked_for_s: float = 300.0
    """The longest wait that a server may ask for."""


@dataclass
class _Watched:
    """A row with what only the following needs: since when nothing changed, and how often that was seen."""

    row: Row
    since: float
    looks: int = 1
    hinted: set[str] = field(default_factory=set)


class Follower:
    """Follows one submission, and the one of each task where there are several."""

    def __init__(
        self,
        client: Client,
        number: int,
        *,
        pacing: Pacing | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Nothing is asked yet. The client's own retries are not used: the following goes on by itself."""
        wire = client.wire
        once = replace(wire, patience=replace(wire.patience, attempts=1), tell=lambda _text: None)
        self.client = replace(client, wire=once)
        self.number = number
        self.pacing = pacing or Pacing()
        self.limit_s = USUAL_LIMIT_S
        """Of the phase: a run may take this long before it counts as stuck."""
        self.memory = Memory(client.host.url)
        self._sleep, self._clock = sleep, clock
        self._watched: dict[int, _Watched] = {}
        self._asked_at = -float("inf")
        self._heard_at, self._told_at = clock(), -float("inf")
        self._refusals = 0

    @property
    def parent(self) -> Row | None:
        """The submission itself; None before the first answer."""
        watched = self._watched.get(self.number)
        return watched.row if watched else None

    @property
    def children(self) -> tuple[Row, ...]:
        """Those of its tasks, where there are several."""
        watched = list(self._watched.items())  # as it is now: a terminal's clock reads it from another thread
        return tuple(one.row for number, one in watched if number != self.number)

    @property
    def leaves(self) -> tuple[Row, ...]:
        """What is run: the children, or the submission itself where it has none."""
        return self.children or ((self.parent,) if self.parent else ())

    def is_settled(self, row: Row) -> bool:
        """Whether nothing of a row is to change any more."""
        return self._is_settled(self._watched[row.submission.id])

    @property
    def has_ended(self) -> bool:
        """Whether nothing is to change any more."""
        rows = [self._watched[row.submission.id] for row in self.leaves]
        parent = self.parent
        is_whole = parent is not None and len(self.children) == len(parent.submission.children)
        return bool(rows) and is_whole and all(self._is_settled(one) for one in rows)

    def events(self, timeout_s: float | None = None) -> Iterator[Event]:
        """What happens, as it happens, until it has ended or the time is over (`has_ended` tells which).

        Raises UnreachableError after half an hour without an answer, SignedOutError, and AbsentError or RejectedError
        where the platform keeps saying no.
        """
        ends = float("inf") if timeout_s is None else self._clock() + timeout_s
        wait_s = self.pacing.first_s
        while True:
            changes, asked_s = 0, 0.0
            try:
                for event in self._look():
                    changes += isinstance(event, Changed)
                    yield event
            except PlatformError as error:
                asked_s = min(error.retry_after_s or 0.0, self.pacing.asked_for_s)
                yield from self._silence(error)
            else:
                yield from self._stuck()
            if self.has_ended or self._clock() >= ends:
                return
            slowest = self.pacing.settling_s if self._only_settles() else self.pacing.slowest_s
            wait_s = self.pacing.first_s if changes else min(wait_s * self.pacing.growth, slowest)
            self._sleep(max(0.0, min(pace() * max(wait_s, asked_s), ends - self._clock())))

    def _look(self) -> Iterator[Event]:
        """Ask for the submission and for each child that may still change."""
        parent = self._ask(self.number)
        yield from self._take(parent)
        for number in parent.children:
            watched = self._watched.get(number)
            if watched is None or not self._is_settled(watched):
                yield from self._take(self._ask(number))

    def _ask(self, number: int) -> Submission:
        ready = self._asked_at + pace() * self.pacing.apart_s
        if ready > self._clock():
            self._sleep(ready - self._clock())
        self._asked_at = self._clock()
        return self.client.submission(number)

    def _take(self, submission: Submission) -> Iterator[Event]:
        """Note an answer; give what is new in it."""
        now = self._clock()
        if self._told_at > self._heard_at:
            yield Answering(seconds=now - self._heard_at)
        self._heard_at, self._refusals = now, 0
        known = self._watched.get(submission.id)
        before = known.row.seen if known else self.memory.before(submission.id)
        seen = self.memory.see(submission)
        row = Row(submission=submission, seen=seen)
        if known is None:
            age_s = _age_s(submission, before, seen)
            self._watched[submission.id] = _Watched(row=row, since=now - age_s)
            yield Changed(row=row, is_first=True)
        elif seen != known.row.seen or submission.scores != known.row.submission.scores:
            self._watched[submission.id] = _Watched(row=row, since=now, hinted=known.hinted)
            yield Changed(row=row, is_first=False)
        else:
            known.row, known.looks = row, known.looks + 1

    def _is_settled(self, watched: _Watched) -> bool:
        """Whether an end is the last word."""
        submission, age_s = watched.row.submission, self._clock() - watched.since
        if submission.status == "Cancelled":
            return True
        if submission.status not in {"Finished", "Failed"}:
            return False
        grace_s = self.pacing.failed_s if submission.status == "Failed" else self.pacing.scores_s
        looks = FEWEST_LOOKS
        if submission.status == "Finished" and submission.scores:
            grace_s, looks = self.pacing.sure_s, 2
        return age_s >= LONG_AGO_S or (age_s >= pace() * grace_s and watched.looks >= looks)

    def _only_settles(self) -> bool:
        return bool(self.leaves) and all(row.submission.has_ended for row in self.leaves)

    def _silence(self, error: PlatformError) -> Iterator[Event]:
        """No answer, or none of the platform's: go on for a long time, and say so every minute."""
        self._refusals += isinstance(error, RejectedError)
        if not _may_pass(error, is_known=bool(self._watched) and self._refusals < MOST_REFUSALS):
            raise error
        now = self._clock()
        silent_s = now - self._heard_at
        if silent_s >= pace() * self.pacing.silence_s:
            raise UnreachableError(
                f"{self.client.host.name} has not answered for {silent_s / 60:.0f} minutes (UPL009); "
                f"the last time: {error}",
                f"kit watch {self.number} goes on",
            ) from error
        if now - self._told_at >= pace() * self.pacing.tell_s:
            self._told_at = now
            yield Silent(seconds=silent_s, error=error)

    def _stuck(self) -> Iterator[Event]:
        for row in self.leaves:
            watched = self._watched[row.submission.id]
            found = stuck(row.submission, self.limit_s)
            age_s = self._clock() - watched.since
            if found and found[0] not in watched.hinted and age_s >= pace() * found[1]:
                watched.hinted.add(found[0])
                yield Stuck(row=row, code=found[0], seconds=age_s)


def stuck(submission: Submission, limit_s: float) -> tuple[str, float] | None:
    """Which code explains that a status stays, and after how many seconds it is odd (codabench.md 4, rows 16 to 25)."""
    if submission.has_children and not submission.children:
        return "SRV025", 120.0
    waits = {
        "Submitting": ("SRV022", 180.0),
        "Submitted": ("SRV021", 300.0),
        "Preparing": ("SRV023", limit_s + 300.0),  # the prediction runs under this name, too
        "Scoring": ("SRV023", 600.0),
        "Running": ("SRV023", limit_s + 300.0),
    }
    return waits.get(submission.status)


def _may_pass(error: PlatformError, *, is_known: bool) -> bool:
    """Whether the platform may answer otherwise in a while.

    A refusal may be a proxy's, where the same submission has answered before; not for long, though.
    """
    if isinstance(error, SignedOutError):
        return False
    return isinstance(error, UnreachableError | UnexpectedAnswerError) or (
        is_known and isinstance(error, RejectedError)
    )


def _age_s(submission: Submission, before: tuple[Seen, ...], seen: tuple[Seen, ...]) -> float:
    """How long ago a status began that an earlier run has seen already; 0 where this is the first look."""
    now = datetime.now(UTC)
    created = submission.created_when
    if created is not None and (now - created).total_seconds() > LONGEST_RUN_S:
        return LONGEST_RUN_S
    return max(0.0, (now - seen[-1].at).total_seconds()) if before and before == seen else 0.0
