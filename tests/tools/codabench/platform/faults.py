"""What can go wrong with a request: cuts, errors of the site and of proxies, slowness, wrong answers.

A fault says at which moment of one request what happens; `Platform.fail` says which requests it hits. "Reset" is an
RST on the socket, else the connection is closed in good order (FIN): the client reads the end of the stream.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from typing import Any, Literal

from . import bodies
from .messages import Answer

Cut = Literal["before", "body", "received", "processed", "answer"]
REASONS = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Temporarily Unavailable"}
REASONS |= {504: "Gateway Time-out", 429: "Too Many Requests"}


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that goes wrong; made by the constructors below."""

    name: str
    cut: Cut | None = None
    percent: float = 50  # of the body, where a cut or a truncation falls in one
    reset: bool = True
    answer: Answer | None = None  # given in the place of the real one
    processed: bool = False  # whether the request takes effect before `answer` is given
    early: bool = False  # `answer` is given before the body is read, and the connection closed
    mutate: Callable[[Any], Any] | None = None
    truncate: bool = False
    delay_s: float = 0.0  # after the request took effect, before the first byte of the answer
    pause_s: float | None = None  # between the bytes of the answer; None: all at once
    refuse_s: float | None = None
    hold_s: float = 0.0  # before a cut in the body or after it

    def held(self, seconds: float) -> Fault:
        """The same cut, only after so long, in which the client waits."""
        return replace(self, name=f"{self.name}, held", hold_s=seconds)

    @classmethod
    def cut_before(cls, *, reset: bool = True) -> Fault:
        """The connection goes once the head is known, before the body is read; nothing takes effect."""
        return cls(name="cut before the request is read", cut="before", reset=reset)

    @classmethod
    def cut_body(cls, percent: float, *, reset: bool = True) -> Fault:
        """The connection goes once this part of the body was received; nothing takes effect."""
        return cls(name=f"cut at {percent} % of the body", cut="body", percent=percent, reset=reset)

    @classmethod
    def cut_received(cls, *, reset: bool = True) -> Fault:
        """The connection goes once the request was received whole; nothing takes effect."""
        return cls(name="cut after the request", cut="received", reset=reset)

    @classmethod
    def cut_processed(cls, *, reset: bool = True) -> Fault:
        """The request takes effect, and the connection goes before any byte of the answer: the ambiguous one."""
        return cls(name="cut after the effect", cut="processed", reset=reset)

    @classmethod
    def cut_answer(cls, percent: float = 50, *, reset: bool = True) -> Fault:
        """The request takes effect; the answer's head and this part of its body are sent, then the connection goes."""
        return cls(name=f"cut at {percent} % of the answer", cut="answer", percent=percent, reset=reset)

    @classmethod
    def status(cls, status: int, *, processed: bool = False, headers: dict[str, str] | None = None) -> Fault:
        """500 as Django shows it, 502 and others as a proxy does; with `processed` the request takes effect first."""
        answer = bodies.server_error() if status == 500 else bodies.proxy_error(status, REASONS[status], headers)
        return cls(name=f"status {status}", answer=answer, processed=processed)

    @classmethod
    def unavailable(cls, retry_after: int | datetime | str | None = None) -> Fault:
        """503, without Retry-After, with seconds, or with a date."""
        return cls.status(503, headers=_retry_after(retry_after))

    @classmethod
    def too_many(cls, retry_after: int | datetime | str | None = 1) -> Fault:
        """429, as a proxy that limits the rate answers."""
        return cls.status(429, headers=_retry_after(retry_after))

    @classmethod
    def slow(cls, delay_s: float) -> Fault:
        """The request takes effect at once, and its answer comes late: a client that gave up does not know."""
        return cls(name=f"answered after {delay_s} s", delay_s=delay_s)

    @classmethod
    def dribble(cls, pause_s: float = 0.001) -> Fault:
        """The answer comes byte by byte, its head too."""
        return cls(name="dribbled", pause_s=pause_s)

    @classmethod
    def html(cls, *, processed: bool = False) -> Fault:
        """A page with status 200 where JSON is expected."""
        answer = Answer(200, bodies.MAINTENANCE, "text/html; charset=utf-8")
        return cls(name="HTML with status 200", answer=answer, processed=processed)

    @classmethod
    def truncated(cls, percent: float = 50) -> Fault:
        """JSON that ends early, in a message that is whole; the request takes effect."""
        return cls(name="truncated JSON", truncate=True, percent=percent)

    @classmethod
    def mutated(cls, mutate: Callable[[Any], Any]) -> Fault:
        """`mutate` is given a copy of the answer's document and returns another, or None when it changed the copy."""
        return cls(name="another document", mutate=mutate)

    @classmethod
    def redirect(cls, location: str, status: int = 302) -> Fault:
        """To another host, to http, anywhere."""
        answer = Answer(status, b"", "text/html; charset=utf-8", {"Location": location})
        return cls(name=f"redirect to {location}", answer=answer)

    @classmethod
    def expired(cls) -> Fault:
        """What the storage answers to a signed address after its time."""
        return cls(name="signed address expired", answer=bodies.request_has_expired())

    def before_the_body(self) -> Fault:
        """The same answer, given as soon as the head is read; the connection is closed on the client's body."""
        return replace(self, early=True)

    @classmethod
    def refuse(cls, seconds: float) -> Fault:
        """The server that was asked goes down, its connections reset, and comes back at the same port."""
        return cls(name=f"restart of {seconds} s", cut="before", refuse_s=seconds)


def _retry_after(value: int | datetime | str | None) -> dict[str, str]:
    if value is None:
        return {}
    text = format_datetime(value, usegmt=True) if isinstance(value, datetime) else str(value)
    return {"Retry-After": text}


@dataclass
class Planned:
    """A fault that waits for its requests; `hits` counts those it met."""

    stage: str  # "*" for any
    fault: Fault
    times: int | None = 1  # None: for good
    after: int = 0
    hits: int = 0

    @property
    def spent(self) -> bool:
        return self.times is not None and self.hits >= self.times


def next_fault(planned: list[Planned], stage: str) -> Fault | None:
    """The fault that meets this request, if any: the first planned one whose `after` requests have passed."""
    waiting = [item for item in planned if item.stage in {stage, "*"} and not item.spent]
    for item in waiting:
        if item.after == 0:
            item.hits += 1
            return item.fault
    for item in waiting:
        item.after -= 1
    return None
