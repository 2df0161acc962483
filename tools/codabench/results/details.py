"""The logs and results of a submission at the platform's storage, read in part or member by member, never whole.

Addresses are signed for some days; one that has expired meanwhile is asked for again.
"""

import re
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import httpx
import yaml

from tools.archive import UnreadableError, open_archive
from tools.codabench.answers import Details
from tools.codabench.client import Client
from tools.codabench.errors import (
    AbsentError,
    ExpiredError,
    PlatformError,
    RejectedError,
    StorageError,
)
from tools.codabench.transport.storage import Storage
from tools.explain.reading import LOGS

Got = TypeVar("Got")
HEAD_BYTES = TAIL_BYTES = 2 << 20
SMALL_ZIP_BYTES = 20 << 20
METADATA_BYTES = 64 << 10
SAFE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
FILES = {
    "submission": ("data_file", "submission.zip"),
    "prediction": ("prediction_result", "prediction_result.zip"),
    "scoring": ("scoring_result", "scoring_result.zip"),
    "detailed": ("detailed_result", "detailed_results.html"),
}
"""What there is besides logs: the platform's name, and the name of the file here."""


class HiddenError(RejectedError):
    """The phase hides logs and results from participants."""

    code = "SRV028"


@dataclass(frozen=True, kw_only=True)
class Ends:
    """The beginning and the end of a text, and how many bytes between them were left out."""

    head: bytes
    tail: bytes = b""
    left_out: int = 0

    @property
    def text(self) -> bytes:
        """Both, with a mark where something is missing."""
        return self.head + (b"\n[...]\n" if self.left_out else b"") + self.tail

    @property
    def size_bytes(self) -> int:
        """Of the whole."""
        return len(self.head) + self.left_out + len(self.tail)


@dataclass
class Results:
    """What one submission left behind. All methods raise PlatformError; HiddenError where the phase hides it."""

    client: Client
    storage: Storage
    number: int
    _details: Details | None = field(default=None, repr=False)

    @property
    def details(self) -> Details:
        """The addresses, asked for once."""
        if self._details is None:
            try:
                self._details = self.client.details(self.number)
            except AbsentError:
                raise
            except RejectedError as error:
                if "hide output" not in " ".join(error.reasons.values()):
                    raise
                raise HiddenError(
                    "the organiser hides the logs and results of this phase",
                    "kit evaluate plays it here, where the logs are shown; kit explain SRV028",
                    status=error.status,
                    reasons=error.reasons,
                ) from error
        return self._details

    @property
    def logs(self) -> tuple[str, ...]:
        """The names of the logs, the likeliest place of a cause first; those without an address are left out."""
        names = [log.name for log in self.details.logs if log.data_file and SAFE_NAME.fullmatch(log.name)]
        return (*(name for name in LOGS if name in names), *sorted(set(names) - set(LOGS)))

    def address(self, name: str) -> str | None:
        """Of a log or of one of FILES; None where there is none."""
        if name in FILES:
            found = getattr(self.details, FILES[name][0])
            return str(found) if found else None
        return next((log.data_file for log in self.details.logs if log.name == name), None)

    def using(self, name: str, use: Callable[[str], Got]) -> Got:
        """Do something with an address; once more with a new one where it has expired."""
        try:
            return use(self._known(name))
        except ExpiredError:
            self._details = None
            return use(self._known(name))

    def _known(self, name: str) -> str:
        address = self.address(name)
        if address is None:
            raise StorageError(f"submission {self.number} has no {name}", f"kit watch {self.number}")
        return address

    def ends(self, name: str, head_bytes: int = HEAD_BYTES, tail_bytes: int = TAIL_BYTES) -> Ends:
        """The beginning and the end of a log. The middle of a long one is not fetched."""
        return self.using(name, lambda url: read_ends(self.storage, url, head_bytes, tail_bytes))

    def member(self, name: str, member: str, limit_bytes: int = METADATA_BYTES) -> bytes | None:
        """One member of a small zip, up to a limit; None where the zip is large or none, or has no such member."""
        data = self.using(name, lambda url: self.storage.read(url, SMALL_ZIP_BYTES + 1))
        if not data or len(data) > SMALL_ZIP_BYTES:
            return None
        with tempfile.TemporaryDirectory(prefix="kit-") as folder:
            path = Path(folder) / "result.zip"
            path.write_bytes(data)
            archive = open_archive(path)
            try:
                return archive.read(member, limit_bytes=limit_bytes)
            except (KeyError, UnreadableError):
                return None
            finally:
                archive.close()

    def ingestion_exit_code(self) -> int | None:
        """Of the prediction, by the metadata that the worker adds to its output; None where it is not known."""
        if self.address("prediction") is None:
            return None
        data = self.member("prediction", "metadata")
        with suppress(yaml.YAMLError, ValueError, RecursionError):
            content = yaml.safe_load(data.decode("utf-8", "replace")) if data else None
            code = content.get("ingestionExitCode") if isinstance(content, dict) else None
            return code if isinstance(code, int) and not isinstance(code, bool) else None
        return None


def read_logs(results: Results) -> dict[str, bytes]:
    """The beginning and end of every log with text, by name; a log that cannot be fetched is left out."""
    found = {}
    for name in results.logs:
        with suppress(PlatformError):
            text = results.ends(name).text
            if text.strip():
                found[name] = text
    return found


def read_ends(storage: Storage, url: str, head_bytes: int, tail_bytes: int) -> Ends:
    """The beginning and the end of what is at an address; of a long one only these are asked for."""

    def once(one_try: Storage) -> Ends:
        with one_try.open(url) as answer:
            size = length(answer)
            if size is None or size <= head_bytes + tail_bytes:
                return _ends(answer.iter_bytes(), head_bytes, tail_bytes)
            head = _ends(answer.iter_bytes(), head_bytes, 0, is_enough=True).head
        with one_try.open(url, first_byte=size - tail_bytes) as answer:
            if answer.status_code != httpx.codes.PARTIAL_CONTENT:
                return _ends(answer.iter_bytes(), head_bytes, tail_bytes)
            tail = _ends(answer.iter_bytes(), 0, tail_bytes).tail
        return Ends(head=head, tail=tail, left_out=max(0, size - len(head) - len(tail)))

    return storage.as_a_whole(once, "fetching a log")


def _ends(chunks: Iterable[bytes], head_bytes: int, tail_bytes: int, *, is_enough: bool = False) -> Ends:
    """The ends of a stream, whose middle is let go. `is_enough` stops when the head is full."""
    head, tail, left_out = b"", b"", 0
    for chunk in chunks:
        room = head_bytes - len(head)
        head += chunk[:room]
        tail += chunk[room:] if room < len(chunk) else b""
        if is_enough and len(head) >= head_bytes:
            break
        cut = max(0, len(tail) - tail_bytes)
        tail, left_out = tail[cut:], left_out + cut
    return Ends(head=head, tail=tail, left_out=left_out)


def length(answer: httpx.Response) -> int | None:
    """How many bytes an answer has, by its own words; None where it does not say, or is packed on the way."""
    said = answer.headers.get("content-length", "")
    return int(said) if said.isdecimal() and "content-encoding" not in answer.headers else None
