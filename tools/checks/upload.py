"""UPL: what keeps a zip from being sent, judged by what the platform was asked before, or answered on the way."""

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tools.checks.finding import ERROR, WARNING, Evidence
from tools.checks.registry import Stage, check

if TYPE_CHECKING:
    from tools.codabench.sending.preflight import Asked

SPARE = 2
"""The platform keeps about twice a code submission's size: with 2026-03 workers its files come back in the output."""


def _told(asked: "Asked", code: str) -> Iterator[Evidence]:
    """What the platform itself said, if it is this defect."""
    if asked.trouble is not None and asked.trouble.code == code:
        yield Evidence(str(asked.trouble))


@check(
    "UPL007",
    "no passing verdict for exactly this zip",
    level=ERROR,
    stage=Stage.UPLOAD,
    needs_contract=False,
    fix="kit evaluate the zip; --force sends it all the same",
    source="codabench.md 5: what can be known before the data set is created is asked before",
)
def not_evaluated(asked: "Asked", _contract: Any) -> Iterator[Evidence]:
    """A zip that was not played here, or that failed here, most likely fails there, and the submission is spent.

    A verdict belongs to one sha256: a zip that was built anew is another zip, even under the same name.
    """
    if asked.verdict == "pass":
        return
    told = "the last kit evaluate failed" if asked.verdict else "it was never evaluated"
    yield Evidence(f"{told} (sha256 {asked.wanted.zip_sha256[:12]}...)", level=WARNING if asked.wanted.force else None)


@check(
    "UPL001",
    "not signed in, or the token is refused",
    level=ERROR,
    stage=Stage.UPLOAD,
    needs_contract=False,
    after=("UPL007",),
    fix="kit login; in CI set CODABENCH_TOKEN",
    source="codabench.md 3.1: missing and wrong tokens answer 403",
)
def not_signed_in(asked: "Asked", _contract: Any) -> Iterator[Evidence]:
    """Everything but public pages needs a token, and the platform answers 403 without one, not 401.

    A token belongs to one instance, and does not expire; a user who was banned is refused in the same way.
    """
    yield from _told(asked, "UPL001")


@check(
    "UPL002",
    "not a participant of the competition, or not yet approved",
    level=ERROR,
    stage=Stage.UPLOAD,
    needs_contract=False,
    after=("UPL007", "UPL001"),
    fix="kit join; where the organiser approves by hand, wait for it",
    source="codabench.md 3.2, 3.6: participant_status; 403 for who is not approved",
)
def not_a_participant(asked: "Asked", _contract: Any) -> Iterator[Evidence]:
    """The platform creates the data set, takes the whole file, and only then refuses the submission with 403."""
    if asked.competition is not None and asked.found is None and asked.competition.participant_status != "approved":
        yield Evidence(
            f"your status in {asked.competition.title!r} is {asked.competition.participant_status or 'none'}"
        )
    yield from _told(asked, "UPL002")


@check(
    "UPL003",
    "the phase is not open",
    level=ERROR,
    stage=Stage.UPLOAD,
    needs_contract=False,
    after=("UPL007", "UPL001", "UPL002"),
    fix="kit show lists the phases and their dates; --phase takes another one",
    source="codabench.md 3.3, 3.9: the web page looks at the phase's status; the interface since August 2026",
)
def not_open(asked: "Asked", _contract: Any) -> Iterator[Evidence]:
    """Before August 2026 the platform took submissions to closed phases, which then counted nowhere.

    Later versions answer 400 after the file was sent.
    """
    phase = asked.phase
    if phase is not None and asked.found is None and not phase.is_open:
        yield Evidence(f"{phase.name!r} {_when(phase.start, phase.end)}")
    yield from _told(asked, "UPL003")


def _when(start: datetime.datetime | None, end: datetime.datetime | None) -> str:
    now = datetime.datetime.now(datetime.UTC)
    if start is not None and _aware(start) > now:
        return f"starts {_local(start)}"
    return f"ended {_local(end)}" if end is not None and _aware(end) < now else "is not the current phase"


def _aware(moment: datetime.datetime) -> datetime.datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


def _local(moment: datetime.datetime) -> str:
    return f"{_aware(moment).astimezone():%a %d %b %Y %H:%M %Z}"


@check(
    "UPL004",
    "the limit of submissions is reached",
    level=ERROR,
    stage=Stage.UPLOAD,
    needs_contract=False,
    after=("UPL007", "UPL001", "UPL002", "UPL003"),
    fix="wait until it reopens; failed submissions do not count, cancelled ones do",
    source="codabench.md 3.3, 3.6: can_make_submission; at the limit a creation answers 500 (older) or 400",
)
def limit_reached(asked: "Asked", _contract: Any) -> Iterator[Evidence]:
    """The platform takes the whole file before it looks at the limit; older versions then answer a page with 500.

    It counts by UTC days what was not Failed, cancelled submissions among it.
    """
    from tools.codabench.competition.limits import reopens  # noqa: PLC0415 - pydantic, only where something is uploaded

    if asked.permission is not None and not asked.permission.can:
        now = datetime.datetime.now(datetime.UTC)
        opens = f"; it reopens {_local(reopens(now))}" if "today" in asked.permission.reason else ""
        yield Evidence(f"the platform says: {asked.permission.reason}{opens}")
    yield from _told(asked, "UPL004")


@check(
    "UPL005",
    "not enough storage is left on the platform",
    level=ERROR,
    stage=Stage.UPLOAD,
    needs_contract=False,
    after=("UPL007", "UPL001", "UPL002", "UPL003", "UPL004"),
    fix="delete old submissions and data sets on the platform's Resources page",
    source="codabench.md 3.4: the quota counts data sets, results and logs; default 15 GB",
)
def no_room(asked: "Asked", _contract: Any) -> Iterator[Evidence]:
    """The zip, the results and the logs of all one's submissions count against one quota.

    A code submission takes about twice its size where the worker copies its files into the output.
    """
    size = asked.wanted.size_bytes
    if asked.quota is not None and asked.quota.free_bytes < SPARE * size:
        told = f"the zip has {size / 1e6:.1f} MB, {asked.quota.free_bytes / 1e6:.1f} MB are free"
        yield Evidence(told, level=None if asked.quota.free_bytes < size else WARNING)
    yield from _told(asked, "UPL005")


@check(
    "UPL010",
    "the fact sheet is not answered as the competition asks",
    level=ERROR,
    stage=Stage.UPLOAD,
    needs_contract=False,
    after=("UPL007", "UPL001", "UPL002", "UPL003", "UPL004"),
    fix="answer with --answer KEY=VALUE, once for each question; kit show lists them",
    source="codabench.md 3.6: exactly the sheet's keys, one of the selection, required ones not empty",
)
def fact_sheet_wanting(asked: "Asked", _contract: Any) -> Iterator[Evidence]:
    """A competition can ask questions with each submission; where the answers do not fit, the file was sent in vain."""
    yield from (Evidence(text) for text in asked.complaints or ())
    yield from _told(asked, "UPL010")


@check(
    "UPL008",
    "this very zip was already submitted to this phase",
    level=ERROR,
    stage=Stage.UPLOAD,
    needs_contract=False,
    after=("UPL007", "UPL001", "UPL002", "UPL003"),
    fix="kit watch follows the one that is there; --force sends it again",
    source="codabench.md 3.6: the platform takes the same file any number of times",
)
def already_submitted(asked: "Asked", _contract: Any) -> Iterator[Evidence]:
    """The same bytes give the same score again, but for chance, and cost a submission of the day's."""
    for one in () if asked.found else asked.earlier:
        when = f" of {_local(one.created_when)}" if one.created_when else ""
        told = f"submission {one.id}{when} ({one.filename}) is {one.status}"
        yield Evidence(told, level=WARNING if asked.wanted.force else None)


@check(
    "UPL006",
    "the storage host refused the zip",
    level=ERROR,
    stage=Stage.UPLOAD,
    needs_contract=False,
    after=("UPL007", "UPL001", "UPL002", "UPL003", "UPL004", "UPL005", "UPL010", "UPL008"),
    fix="the same command again; behind a proxy try another network, for the headers must arrive as they were signed",
    source="codabench.md 3.5 and 4 rows 29, 30: a signed PUT with exactly Content-Type: application/zip",
)
def storage_refused(asked: "Asked", _contract: Any) -> Iterator[Evidence]:
    """The file goes to another host than the platform's own, by an address that is signed with its headers.

    What changes a header on the way, or an address that is too old, gives 403; the host can be down by itself.
    """
    yield from _told(asked, "UPL006")


@check(
    "UPL009",
    "the platform cannot be reached, or does not answer as it should",
    level=ERROR,
    stage=Stage.UPLOAD,
    needs_contract=False,
    fix="the same command again, which goes on where it stopped; kit explain tells what a page or text means",
    source="codabench.md 3.6, 4 rows 24 and 30, 6: pages instead of JSON, web workers that die under load",
)
def unreachable(asked: "Asked", _contract: Any) -> Iterator[Evidence]:
    """Pages instead of JSON, broken connections and errors of 5xx are tried again with growing pauses before this.

    What was begun is written down: nothing is sent twice.
    """
    yield from _told(asked, "UPL009")
