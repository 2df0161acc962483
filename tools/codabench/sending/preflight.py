"""What is asked before a byte is sent, cheap questions first: `ask` collects the answers, tools.checks.upload judges.

Asking stops at the first answer that makes the others moot. A zip of which an earlier run has left a submission that
nobody heard of is recognised here, before its own submission can be what fills the limit.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from tools import history
from tools.codabench.answers import Account, Competition, Permission, Phase, Question, Quota, Submission
from tools.codabench.client import Client
from tools.codabench.errors import AbsentError, PlatformError, SignedOutError
from tools.codabench.journal import Parcel, Upload
from tools.codabench.sending.fact_sheet import complaints
from tools.codabench.sending.naming import is_name_of, mark
from tools.codabench.sending.upload import is_stored, newest, submitted, unfinished
from tools.errors import KitError

PASS = "pass"  # noqa: S105 - a verdict
APPROVED = "approved"
PASSED_OVER = ("Failed", "Cancelled")
MOST_LOOKED_UP = 5


def _nothing(_sheet: Mapping[str, Question]) -> Mapping[str, str]:
    """Answer none of the questions."""
    return {}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the user wants sent where. `choose` picks the phase of a competition, `answer` answers its fact sheet.

    `force` does without a verdict and sends what was sent before.
    """

    zip_path: Path
    zip_sha256: str
    size_bytes: int
    competition: int
    choose: Callable[[Competition], Phase]
    answer: Callable[[Mapping[str, Question]], Mapping[str, str]] = _nothing
    secret_key: str | None = None
    force: bool = False


@dataclass(frozen=True, kw_only=True)
class Asked:
    """All that is known of an upload before it begins; None for what was not asked.

    `verdict` is the latest of `kit evaluate` for exactly this zip. `stopped` is an upload to go on with. `found` is a
    submission that makes another one needless: of the stopped upload, which nobody had heard of, or, with nothing to
    go on with, one that still runs. `earlier` are the others of this zip in this phase, from here or elsewhere, and
    `newest` the journal's latest upload. `trouble` is the error that ended the asking or the sending; `is_sent` says
    that the sending has ended well.
    """

    host: str
    wanted: Wanted
    verdict: str | None = None
    account: Account | None = None
    competition: Competition | None = None
    phase: Phase | None = None
    stopped: Upload | None = None
    found: Submission | None = None
    permission: Permission | None = None
    quota: Quota | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    complaints: tuple[str, ...] | None = None
    earlier: tuple[Submission, ...] | None = None
    newest: int = 0
    trouble: PlatformError | None = None
    is_sent: bool = False

    @property
    def bytes_to_store(self) -> int:
        """What the zip still takes of the quota: nothing where a stopped upload has brought it there already."""
        return 0 if self.stopped is not None and is_stored(self.stopped) else self.wanted.size_bytes

    @property
    def has_room(self) -> bool:
        """Whether the quota, which must be known, has room for the zip."""
        assert self.quota is not None
        return not self.bytes_to_store or self.quota.free_bytes >= self.bytes_to_store

    @property
    def parcel(self) -> Parcel:
        """The zip, and where it is to go. The phase must be known."""
        assert self.phase is not None
        return Parcel(
            host=self.host,
            competition=self.wanted.competition,
            phase=self.phase.id,
            zip_sha256=self.wanted.zip_sha256,
            zip_path=self.wanted.zip_path,
            size_bytes=self.wanted.size_bytes,
        )


def ask(client: Client, wanted: Wanted) -> Asked:
    """Ask in the platform's order. An error of the platform is its `trouble`; raises UsageError for a wrong phase."""
    asked = Asked(host=client.host.url, wanted=wanted, verdict=history.last_verdict(wanted.zip_sha256))
    if asked.verdict != PASS and not wanted.force:
        return asked
    for question in (_who, _where, _sent_before, _participant, _limits, _room, _fact_sheet):
        try:
            asked, goes_on = question(client, asked)
        except PlatformError as error:
            return replace(asked, trouble=error)
        if not goes_on:
            break
    return asked


def require_unchanged(asked: Asked) -> None:
    """Raise KitError where another process has sent the zip since it was asked about; to be called under the lock."""
    was_finished = asked.stopped is not None and unfinished(asked.parcel) is None
    if was_finished or newest(asked.parcel) != asked.newest:
        raise KitError(
            f"another kit upload has sent {asked.wanted.zip_path.name} meanwhile",
            "the same command again tells which submission it is",
        )


def _who(client: Client, asked: Asked) -> tuple[Asked, bool]:
    if client.wire.token is None:
        raise SignedOutError(f"there is no token for {client.host.name}", "kit login", status=403)
    try:
        return replace(asked, account=client.account()), True
    except SignedOutError as error:
        told = f"{error}, which {client.wire.token.kept} holds"
        raise SignedOutError(told, error.fix, status=error.status, reasons=error.reasons) from error


def _where(client: Client, asked: Asked) -> tuple[Asked, bool]:
    wanted = asked.wanted
    competition = client.competition(wanted.competition, wanted.secret_key)
    asked = replace(asked, competition=competition, phase=wanted.choose(competition))
    return replace(asked, stopped=unfinished(asked.parcel), newest=newest(asked.parcel)), True


def _sent_before(client: Client, asked: Asked) -> tuple[Asked, bool]:
    """Whether an upload that was stopped while its submission was created has one, and what else there is of the zip.

    One that still runs is followed instead, and of one that has ended well another is wanted with force alone.
    """
    stopped, is_forced = asked.stopped, asked.wanted.force
    there = _there(client, asked)
    own = next((one for one in there if stopped is not None and one.filename == stopped.file_name), None)
    if own is not None:
        return replace(asked, found=own), False
    there = [one for one in there if one.status not in PASSED_OVER]
    asked = replace(asked, earlier=tuple(there))
    running = next((one for one in there if not one.has_ended), None)
    if running is not None and not is_forced:
        return replace(asked, found=running, stopped=None), False
    return asked, is_forced or not there


def _there(client: Client, asked: Asked) -> list[Submission]:
    """Submissions of the same zip in this phase: from this machine by the journal, from others by the kit's names."""
    sha256, phase = asked.wanted.zip_sha256, asked.parcel.phase
    there = {
        one.id: one
        for one in client.submissions(phase, mark(sha256))
        if is_name_of(one.filename, sha256) and one.parent is None
    }
    for upload in submitted(asked.parcel)[:MOST_LOOKED_UP]:
        if upload.submission is not None and upload.submission not in there:
            with suppress(AbsentError):
                there[upload.submission] = client.submission(upload.submission)
    return list(there.values())


def _participant(_client: Client, asked: Asked) -> tuple[Asked, bool]:
    assert asked.competition is not None
    assert asked.phase is not None
    return asked, asked.competition.participant_status == APPROVED and asked.phase.is_open


def _limits(client: Client, asked: Asked) -> tuple[Asked, bool]:
    assert asked.phase is not None
    permission = client.permission(asked.phase.id)
    return replace(asked, permission=permission), permission.can


def _room(client: Client, asked: Asked) -> tuple[Asked, bool]:
    asked = replace(asked, quota=client.quota())
    return asked, asked.has_room


def _fact_sheet(_client: Client, asked: Asked) -> tuple[Asked, bool]:
    """What the user may be asked comes last, when nothing else can make the answers vain."""
    assert asked.competition is not None
    sheet = asked.competition.fact_sheet
    asked = replace(asked, answers=asked.wanted.answer(sheet))
    return replace(asked, complaints=tuple(complaints(sheet, asked.answers))), True
