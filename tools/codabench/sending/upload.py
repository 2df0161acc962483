"""A zip on its way: a data set, its body, the submission; each stage written down before and after.

Killed anywhere and run again it goes on, and there is one submission in the end. A data set may be made twice: the one
without a submission is deleted. A submission may not: where the answer to its creation was lost, the platform is asked
for a submission of this upload's own file name before another is made.
"""

from collections.abc import Callable, Container, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tools.codabench import journal
from tools.codabench.answers import DataSet, Place, Submission
from tools.codabench.client import Client
from tools.codabench.errors import (
    AbsentError,
    ChangedError,
    ExpiredError,
    PlatformError,
    RejectedError,
    UncertainError,
    UnexpectedAnswerError,
)
from tools.codabench.journal import Parcel, Stage, Upload
from tools.codabench.sending.lost import find, look
from tools.codabench.sending.naming import mark, new_name
from tools.codabench.telling import silent
from tools.codabench.transport.storage import Storage

T = TypeVar("T")
MOST_STARTS = 4
EVALUATE = "leave the zip alone, then kit evaluate and kit upload again"
REASON_CODES = {
    "Insufficient space": "UPL005",
    "do not have access to this competition": "UPL002",
    "not approved": "UPL002",
    "Reached maximum allowed": "UPL004",
    "Fact Sheet": "UPL010",
    "requires an answer": "UPL010",
    "valid selection": "UPL010",
    "phase": "UPL003",
}


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Sends parcels. `answers` are those to the fact sheet, `queue` the organiser's own one by its id.

    `say` gets a sentence at each stage, `progress` the bytes of the body sent so far.
    """

    client: Client
    storage: Storage
    answers: Mapping[str, Any] = field(default_factory=dict)
    queue: int | None = None
    say: Callable[[str], None]
    progress: Callable[[int], None] = silent

    def send(self, parcel: Parcel) -> Upload:
        """Send a parcel, or go on where an earlier run was stopped. Raises PlatformError and KitError."""
        upload = unfinished(parcel)
        if upload and is_stored(upload):
            self.say(f"going on with the upload of {upload.at.astimezone():%d %b %H:%M}: its file is there already")
        for _ in range(MOST_STARTS):
            if upload is None or not is_stored(upload):
                upload = self._store(parcel)
            if sent := self._submit(upload):
                return sent
            self.say("the platform does not know the data set any more; once again from the start")
            upload = None
        raise PlatformError(f"the platform lost the data set {MOST_STARTS} times", "try again later")

    def _store(self, parcel: Parcel) -> Upload:
        """Create the data set and send the body; with a new one where the signed address has expired meanwhile."""
        for _ in range(MOST_STARTS):
            upload, place = self._new_place(parcel)
            upload = journal.begin(upload, Stage.BODY)
            try:
                self._send_body(place.sassy_url, parcel)
            except ExpiredError as error:
                self.say(f"{error}; once again with a new one")
                continue
            except ChangedError:
                clean(self.client, parcel, self.say)
                raise
            return journal.end(upload, Stage.BODY)
        raise ExpiredError(f"{MOST_STARTS} signed addresses had expired", "is the clock of this machine right?")

    def _send_body(self, url: str, parcel: Parcel) -> None:
        """Send the zip. Raises ChangedError where what went out is not what was judged."""
        sent_sha256 = self.storage.put(url, parcel.zip_path, self.progress)
        if sent_sha256 != parcel.zip_sha256:
            told = f"sha256 {sent_sha256[:12]}... instead of {parcel.zip_sha256[:12]}...; nothing was submitted"
            raise ChangedError(f"{parcel.zip_path} was changed while it was sent: {told}", EVALUATE)

    def _new_place(self, parcel: Parcel) -> tuple[Upload, Place]:
        """A data set of a new name; where an answer was lost, another: the first one is deleted in the end."""

        def once() -> tuple[Upload, Place]:
            upload = journal.begin_upload(parcel, new_name(parcel.zip_path, parcel.zip_sha256))
            place = self.client.new_data_set(upload.file_name, parcel.size_bytes, parcel.competition)
            return journal.end(upload, Stage.DATA_SET, data_key=place.key), place

        try:
            return self._repeating(once)
        except RejectedError as error:
            raise _with_code(error) from error

    def _submit(self, upload: Upload) -> Upload | None:
        """Complete the data set and create the submission; None where the data set is gone."""
        is_taken_up = upload.stage is Stage.SUBMISSION
        if not is_taken_up:
            upload = journal.begin(upload, Stage.COMPLETED)
            try:
                self.client.complete(upload.data_key or "")
            except AbsentError:
                return None
            upload = journal.end(upload, Stage.COMPLETED)
        found = look(self.client, upload, self.say) if is_taken_up else None
        submission = found or self._create(upload, is_taken_up=is_taken_up)
        if submission is None:
            return None
        upload = journal.end(upload, Stage.SUBMISSION, submission=submission.id)
        journal.see(upload.host, submission.id, submission.status, submission.status_details)
        return upload

    def _create(self, upload: Upload, *, is_taken_up: bool) -> Submission | None:
        """Submit; None where the data set is gone. Where an answer was lost, no second request without a look.

        A refusal after a lost answer may be what the first request has brought about: it filled the limit.
        """
        was_lost = is_taken_up

        def once() -> Submission:
            nonlocal was_lost
            journal.begin(upload, Stage.SUBMISSION)  # each time, for its moment says how patiently to look later
            try:
                return self.client.new_submission(upload.data_key or "", upload.phase, self.answers, queue=self.queue)
            except (UncertainError, UnexpectedAnswerError) as error:
                was_lost = True
                if found := look(self.client, upload, self.say, lost=error):
                    return found
                raise

        try:
            return self._repeating(once)
        except RejectedError as error:
            if was_lost and (found := find(self.client, upload)):
                return found
            if "data" in error.reasons:
                return None
            raise _with_code(error) from error

    def _repeating(self, once: Callable[[], T]) -> T:
        """Do it again while its answer is lost, patiently."""
        wire = self.client.wire
        return wire.patience.retrying(lambda error: isinstance(error, UncertainError), wire.tell)(once)


def clean(client: Client, parcel: Parcel, say: Callable[[str], None]) -> None:
    """Delete the data sets that stopped uploads of a parcel have left, which no submission uses.

    What cannot be deleted now is left for the next time: it takes storage, and nothing else.
    """
    known = journal.uploads(host=parcel.host, phase=parcel.phase, zip_sha256=parcel.zip_sha256)
    names = {one.file_name: one for one in known if one.is_left and one.submission is None}
    if not names:
        return
    try:
        left = _listed(client, parcel, names)
        for data_set in left:
            with suppress(AbsentError):
                client.delete_data_set(data_set.id)
        still = {one.file_name for one in _listed(client, parcel, names)} if left else set()
    except PlatformError as error:
        say(f"a data set of a stopped upload is left on the platform: {error}")
        return
    for data_set in left:
        told = "could not be deleted" if data_set.file_name in still else "was deleted"
        say(f"{data_set.file_name}, which a stopped upload had left on the platform, {told}")
    for name in names.keys() - still:
        journal.give_up(names[name])


def _listed(client: Client, parcel: Parcel, names: Container[str]) -> list[DataSet]:
    """Those of these names that the platform has; all pages of them, before one is deleted."""
    return [one for one in client.data_sets(mark(parcel.zip_sha256)) if one.file_name in names]


def unfinished(parcel: Parcel) -> Upload | None:
    """The upload of exactly this zip to this phase that was stopped; None where there is none to go on with."""
    found = journal.uploads(host=parcel.host, phase=parcel.phase, zip_sha256=parcel.zip_sha256)
    latest = found[0] if found else None
    return latest if latest and latest.is_left and latest.submission is None else None


def newest(parcel: Parcel) -> int:
    """The journal's number for the latest upload of exactly this zip to this phase; 0 without one."""
    found = journal.uploads(host=parcel.host, phase=parcel.phase, zip_sha256=parcel.zip_sha256)
    return found[0].id if found else 0


def submitted(parcel: Parcel) -> list[Upload]:
    """The uploads of exactly this zip to this phase that became a submission, newest first."""
    found = journal.uploads(host=parcel.host, phase=parcel.phase, zip_sha256=parcel.zip_sha256)
    return [one for one in found if one.submission is not None]


def is_stored(upload: Upload) -> bool:
    """Whether the body of an upload has arrived."""
    return upload.stage in {Stage.COMPLETED, Stage.SUBMISSION} or (upload.stage is Stage.BODY and upload.has_ended)


def _with_code(error: RejectedError) -> RejectedError:
    """A rejection with the catalogue's code for the platform's words."""
    words = " ".join(error.reasons.values()) or error.what
    error.code = next((code for text, code in REASON_CODES.items() if text in words), error.code)
    return error
