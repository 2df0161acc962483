"""UPL: what keeps a zip from being sent, judged by what the platform was asked before, or answered on the way."""

import datetime
import functools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tools.checks.finding import ERROR, WARNING, Evidence
from tools.checks.registry import Explained, Stage, check
from tools.codabench.dates import local_time

if TYPE_CHECKING:
    from tools.codabench.sending.preflight import Asked

upload_check = functools.partial(check, level=ERROR, stage=Stage.UPLOAD, needs_contract=False)

SPARE = 2
"""The platform keeps about twice a code submission's size: with 2026-03 workers its files come back in the output."""
NOT_APPROVED = "not approved"
STATUSES = {
    "pending": "you have asked to take part in {title}, and the organiser has not approved it yet",
    "denied": "{organiser}, who organises {title}, has refused you: nobody else can change that",
    None: "you do not take part in {title}",
}


def _told(asked: "Asked", code: str) -> Iterator[Evidence]:
    """What the platform itself said, if it is this defect."""
    if asked.trouble is not None and asked.trouble.code == code:
        yield Evidence(str(asked.trouble))


def _unasked(answer: str, code: str, *, is_moot_if_found: bool = False) -> Explained:
    """Whether the asking ended before an answer of this name came, for another reason than this code's."""

    def explained(asked: "Asked", _errors: object) -> bool:
        is_moot = is_moot_if_found and asked.found is not None
        return (is_moot or not getattr(asked, answer)) and not any(_told(asked, code))

    return explained


@upload_check(
    "UPL007",
    "no passing verdict for exactly this zip",
    fix="kit evaluate, then kit upload again; --force sends it all the same",
    source="codabench.md 5: what can be known before the data set is created is asked before",
)
def not_evaluated(asked: "Asked", _contract: Any) -> Iterator[Evidence]:
    """A zip that was not played here, or that failed here, most likely fails there, and the submission is spent.

    A verdict belongs to one sha256: a zip that was built anew is another zip, even under the same name.
    """
    if asked.verdict == "pass":
        return
    told = "the last kit evaluate failed it" if asked.verdict else "kit evaluate has never seen it"
    yield Evidence(f"{told} (sha256 {asked.wanted.zip_sha256[:12]}...)", level=WARNING if asked.wanted.force else None)


@upload_check(
    "UPL001",
    "not signed in, or the token is refused",
    after=("UPL007",),
    explained=_unasked("account", "UPL001"),
    fix="kit login; in CI set CODABENCH_TOKEN",
    source="codabench.md 3.1: missing and wrong tokens answer 403",
)
def not_signed_in(asked: "Asked", _contract: Any) -> Iterator[Evidence]:
    """Everything but public pages needs a token, and the platform answers 403 without one, not 401.

    A token belongs to one instance, and does not expire. CODABENCH_TOKEN comes before what kit login keeps.
    """
    yield from _told(asked, "UPL001")


@upload_check(
    "UPL002",
    "not a participant of the competition, or not yet approved",
    after=("UPL007", "UPL001"),
    explained=_unasked("competition", "UPL002", is_moot_if_found=True),
    fix="kit join; where the organiser approves by hand, wait for it",
    source="codabench.md 3.2, 3.6: participant_status; 403 for who is not approved",
)
def not_a_participant(asked: "Asked", _contract: Any) -> Iterator[Evidence]:
    """The platform creates the data set, takes the whole file, and only then refuses the submission with 403.

    Organisers approve by hand where the competition says so; who was refused can only ask them.
    """
    competition, permission = asked.competition, asked.permission
    if competition is not None and competition.participant_status != "approved":
        status, title = competition.participant_status, repr(competition.title)
        told = STATUSES.get(status, "your status in {title} is {status}")
        yield Evidence(told.format(title=title, status=status, organiser=competition.created_by or "somebody"))
    elif permission is not None and not permission.can and NOT_APPROVED in permission.reason:
        yield Evidence(f"the platform says: {permission.reason}")
    yield from _told(asked, "UPL002")


@upload_check(
    "UPL003",
    "the phase is not open",
    after=("UPL007", "UPL001", "UPL002"),
    explained=_unasked("phase", "UPL003", is_moot_if_found=True),
    fix="--phase takes another one: kit show lists them with their dates",
    source="codabench.md 3.3, 3.9: the web page looks at the phase's status; the interface since August 2026",
)
def not_open(asked: "Asked", _contract: Any) -> Iterator[Evidence]:
    """Before August 2026 the platform took submissions to closed phases, which then counted nowhere.

    Later versions answer 400 after the file was sent.
    """
    phase = asked.phase
    if phase is not None and not phase.is_open:
        yield Evidence(f"{phase.name!r} {_when(phase.start, phase.end)}")
    yield from _told(asked, "UPL003")


def _when(start: datetime.datetime | None, end: datetime.datetime | None) -> str:
    now = datetime.datetime.now(datetime.UTC)
    if start is not None and start > now:
        return f"starts {local_time(start)}"
    return f"ended {local_time(end)}" if end is not None and end < now else "is not the current phase"


@upload_check(
    "UPL004",
    "the limit of submissions is reached",
    after=("UPL007", "UPL001", "UPL002", "UPL003"),
    explained=_unasked("permission", "UPL004"),
    fix="wait where it reopens, or take another --phase; failed submissions do not count, cancelled ones do",
    source="codabench.md 3.3, 3.6: can_make_submission; at the limit a creation answers 500 (older) or 400",
)
def limit_reached(asked: "Asked", _contract: Any) -> Iterator[Evidence]:
    """The platform takes the whole file before it looks at the limit; older versions then answer a page with 500.

    It counts by UTC days what was not Failed, cancelled submissions among it.
    """
    from tools.codabench.competition.limits import reopens  # noqa: PLC0415 - pydantic, only where something is uploaded

    permission = asked.permission
    if permission is not None and not permission.can and NOT_APPROVED not in permission.reason:
        when = f"it reopens {local_time(reopens(datetime.datetime.now(datetime.UTC)))}"
        opens = when if permission.is_for_today else "it does not reopen" if permission.is_for_good else ""
        yield Evidence("; ".join(filter(None, (f"the platform says: {permission.reason or 'no'}", opens))))
    yield from _told(asked, "UPL004")


@upload_check(
    "UPL005",
    "not enough storage is left on the platform",
    after=("UPL007", "UPL001", "UPL002", "UPL003", "UPL004"),
    explained=_unasked("quota", "UPL005"),
    fix="delete old submissions and data sets on the platform's Resources page",
    source="codabench.md 3.4: the quota counts data sets, results and logs; default 15 GB",
)
def no_room(asked: "Asked", _contract: Any) -> Iterator[Evidence]:
    """The zip, the results and the logs of all one's submissions count against one quota.

    A code submission takes about twice its size where the worker copies its files into the output.
    """
    from rich.filesize import decimal  # noqa: PLC0415 - only where something is uploaded

    size, to_come = asked.wanted.size_bytes, asked.bytes_to_store
    if asked.quota is not None and asked.quota.free_bytes < (SPARE - 1) * size + to_come:
        free = decimal(max(0, int(asked.quota.free_bytes)))
        told = f"the zip has {decimal(size)}, and {free} are free"
        if asked.has_room:
            yield Evidence(f"{told}: its results may take as much again", level=WARNING)
        else:
            yield Evidence(told)
    yield from _told(asked, "UPL005")


@upload_check(
    "UPL010",
    "the fact sheet is not answered as the competition asks",
    after=("UPL007", "UPL001", "UPL002", "UPL003", "UPL004"),
    explained=lambda asked, _errors: asked.complaints is None and not any(_told(asked, "UPL010")),
    fix="answer with --answer KEY=VALUE, once for each question; kit show lists them",
    source="codabench.md 3.6: exactly the sheet's keys, one of the selection, required ones not empty",
)
def fact_sheet_wanting(asked: "Asked", _contract: Any) -> Iterator[Evidence]:
    """A competition can ask questions with each submission; where the answers do not fit, the file was sent in vain."""
    yield from (Evidence(text) for text in asked.complaints or ())
    yield from _told(asked, "UPL010")


@upload_check(
    "UPL008",
    "this very zip was already submitted to this phase",
    after=("UPL007", "UPL001", "UPL002", "UPL003"),
    explained=lambda asked, _errors: asked.earlier is None or asked.found is not None,
    fix="kit watch follows the one that is there; --force sends it again",
    source="codabench.md 3.6: the platform takes the same file any number of times",
)
def already_submitted(asked: "Asked", _contract: Any) -> Iterator[Evidence]:
    """The same bytes give the same score again, but for chance, and cost a submission of the day's.

    An upload is known by the zip's sha256: from this machine by what the kit remembers, from another by the name that
    it gives. One whose submission failed or was cancelled may be sent again.
    """
    for one in asked.earlier or ():
        when = f" of {local_time(one.created_when)}" if one.created_when else ""
        told = f"submission {one.id}{when} ({one.filename}) is {one.status}"
        yield Evidence(told, level=WARNING if asked.wanted.force else None)


@upload_check(
    "UPL006",
    "the storage host refused the zip",
    after=("UPL007", "UPL001", "UPL002", "UPL003", "UPL004", "UPL005", "UPL010", "UPL008"),
    explained=_unasked("is_sent", "UPL006"),
    fix="the same command again; behind a proxy try another network, for the headers must arrive as they were signed",
    source="codabench.md 3.5 and 4 rows 29, 30: a signed PUT with exactly Content-Type: application/zip",
)
def storage_refused(asked: "Asked", _contract: Any) -> Iterator[Evidence]:
    """The file goes to another host than the platform's own, by an address that is signed with its headers.

    What changes a header on the way, or an address that is too old, gives 403; the host can be down by itself.
    """
    yield from _told(asked, "UPL006")


@upload_check(
    "UPL009",
    "the platform cannot be reached, or does not answer as it should",
    explained=_unasked("account", "UPL009"),
    fix="the same command again, which goes on where it stopped; kit explain tells what a page or text means",
    source="codabench.md 3.6, 4 rows 24 and 30, 6: pages instead of JSON, web workers that die under load",
)
def unreachable(asked: "Asked", _contract: Any) -> Iterator[Evidence]:
    """Pages instead of JSON, broken connections and errors of 5xx are tried again with growing pauses before this.

    What was begun is written down: nothing is sent twice.
    """
    yield from _told(asked, "UPL009")
