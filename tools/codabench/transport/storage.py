"""The storage host: a zip is sent to one signed address, results are fetched from others. It never gets the token.

The signature covers the method, the path, the expiry and `Content-Type: application/zip`: anything else, or a header
more, is refused (codabench.md 3.5). The body has a Content-Length and is read from the disk as it is sent.
"""

import hashlib
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx

from tools.codabench.errors import ChangedError, ExpiredError, PlatformError, StorageError, UnreachableError
from tools.codabench.host import PORTS, origin, without_query
from tools.codabench.telling import Tell, silent
from tools.codabench.transport.patience import Patience, is_passing
from tools.codabench.transport.wire import MOST_REDIRECTS, PASSING, REDIRECTS, reason, retry_after

Got = TypeVar("Got")
CHUNK = 1 << 20
LONGEST_ANSWER = 1 << 16
STORED = (200, 201, 204)
AZURE = {"x-ms-blob-type": "BlockBlob", "x-ms-version": "2018-03-28"}
NO_TAG = "to the PUT without an ETag, which every storage host gives: the zip is not there"
ELSEWHERE = "a proxy or a login page of this network may have answered in its place: try another network"
WRONG_SIGNATURE = "the zip must reach the storage host as the kit sends it: try without a proxy; else report it"


@dataclass(frozen=True, kw_only=True)
class Storage:
    """Sends and fetches by signed addresses. `tell` gets a sentence whenever something is tried again."""

    patience: Patience = field(default_factory=Patience)
    tell: Tell = silent
    http: httpx.Client = field(default_factory=lambda: httpx.Client(follow_redirects=False), repr=False)

    def put(self, url: str, path: Path, progress: Callable[[int], None] = silent) -> str:
        """Send a file, and give the sha256 of what was sent. `progress` gets the bytes so far, from 0 at each attempt.

        Raises ExpiredError where the address is too old, ChangedError where the file shrinks, StorageError,
        UnreachableError.
        """
        return self.patience.retrying(is_passing, self.tell)(self._put, url, path, progress)

    def _put(self, url: str, path: Path, progress: Callable[[int], None]) -> str:
        _require_address(url)
        size, sent = path.stat().st_size, hashlib.sha256()
        headers = {"Content-Type": "application/zip", "Content-Length": str(size)}
        headers |= AZURE if origin(url)[1].endswith(".blob.core.windows.net") else {}
        timeouts = self.patience.timeouts(self.patience.stored_s)
        try:
            with self.http.stream(
                "PUT", url, headers=headers, content=_chunks(path, size, sent, progress), timeout=timeouts
            ) as answer:
                if answer.status_code not in STORED:
                    raise _refusal("PUT", url, answer)
                if "etag" not in answer.headers:
                    raise UnreachableError(f"{origin(url)[1]} answered {answer.status_code} {NO_TAG}", ELSEWHERE)
        except httpx.TransportError as error:
            raise UnreachableError(
                f"sending to {origin(url)[1]}: {reason(error)}", "check the network, then again"
            ) from error
        return sent.hexdigest()

    @contextmanager
    def open(self, url: str, *, first_byte: int = 0) -> Iterator[httpx.Response]:
        """The answer to a GET, its body not yet read. Raises ExpiredError, StorageError, UnreachableError.

        A body is read with `iter_raw` or `iter_bytes`, which raise httpx.TransportError where the connection breaks.
        """
        answer = self.patience.retrying(is_passing, self.tell)(self._get, url, first_byte)
        try:
            yield answer
        finally:
            answer.close()

    def _get(self, url: str, first_byte: int) -> httpx.Response:
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={first_byte}-"} if first_byte else {})
        for _ in range(MOST_REDIRECTS):
            _require_address(url)
            request = self.http.build_request("GET", url, headers=headers, timeout=self.patience.timeouts())
            try:
                answer = self.http.send(request, stream=True)
            except httpx.TransportError as error:
                raise UnreachableError(
                    f"fetching from {origin(url)[1]}: {reason(error)}", "check the network, then again"
                ) from error
            if answer.status_code in REDIRECTS:
                answer.close()
                url = urljoin(url, answer.headers.get("location", ""))
                continue
            if answer.status_code not in {200, 206}:
                try:
                    raise _refusal("GET", url, answer)
                finally:
                    answer.close()
            return answer
        raise UnreachableError(f"{without_query(url)} redirects without end", "try again later")

    def read(self, url: str, most_bytes: int) -> bytes:
        """The first `most_bytes` of what is at an address, tried again as a whole where the connection breaks."""

        def once(one_try: "Storage") -> bytes:
            content = bytearray()
            with one_try.open(url) as answer:
                for chunk in answer.iter_bytes():
                    content += chunk
                    if len(content) >= most_bytes:
                        break
            return bytes(content[:most_bytes])

        _require_address(url)
        return self.as_a_whole(once, f"fetching from {origin(url)[1]}")

    def as_a_whole(self, once: Callable[["Storage"], Got], what: str, fix: str = "try again") -> Got:
        """Try again all that `once` does, where any of it breaks; it gets this storage with one attempt at each step.

        `what` and `fix` stand in the UnreachableError for a connection that breaks while a body is read.
        """
        one_try = replace(self, patience=replace(self.patience, attempts=1))

        def told() -> Got:
            try:
                return once(one_try)
            except httpx.TransportError as error:
                raise UnreachableError(f"{what}: {reason(error)}", fix) from error

        return self.patience.retrying(is_passing, self.tell)(told)


def _require_address(url: str) -> None:
    """Raise StorageError for what a file can neither be sent to nor fetched from; its query is never told."""
    try:
        scheme, name, _ = origin(url)
        is_address = scheme in PORTS and bool(name)
    except ValueError:
        is_address = False
    if not is_address:
        told = f"the platform gave {url.partition('?')[0][:100]!r} as an address, which is none"
        raise StorageError(told, "kit explain UPL006")


def _chunks(path: Path, size: int, sent: "hashlib._Hash", progress: Callable[[int], None]) -> Iterator[bytes]:
    """The file, neither more nor less than was promised; `sent` takes in what goes out."""
    count = 0
    progress(0)
    with path.open("rb", buffering=0) as stream:
        while chunk := stream.read(min(CHUNK, size - count)):
            yield chunk
            sent.update(chunk)
            count += len(chunk)
            progress(count)
    if count != size:
        raise ChangedError(
            f"{path} was changed while it was sent: it shrank to {count} of {size} bytes; nothing was submitted",
            "leave the zip alone, then again",
        )


def _refusal(method: str, url: str, answer: httpx.Response) -> PlatformError:
    """The error for an answer that is no success."""
    try:
        text = next(answer.iter_bytes(LONGEST_ANSWER), b"").decode("utf-8", "replace")
    except httpx.TransportError:
        text = ""
    code, message = _element(text, "Code"), _element(text, "Message")
    told = f"{origin(url)[1]} answered {answer.status_code} to the {method}"
    told += f": {message}" if message else ""
    if answer.status_code in PASSING:
        return UnreachableError(told, "try again later", retry_after_s=retry_after(answer.headers))
    if (
        code == "ExpiredToken"
        or "expired" in message.lower()
        or (answer.status_code == httpx.codes.FORBIDDEN and has_expired(url))
    ):
        return ExpiredError(told, "a new address is needed")
    return StorageError(told, WRONG_SIGNATURE if code == "SignatureDoesNotMatch" else "kit explain UPL006")


def _element(text: str, name: str) -> str:
    found = re.search(rf"<{name}>([^<]{{1,300}})</{name}>", text)
    return found[1] if found else ""


def has_expired(url: str, *, margin_s: float = 0.0) -> bool:
    """Whether a signed address says that it is too old, by this machine's clock."""
    said = parse_qs(urlsplit(url).query).get("Expires", [""])[0]
    return said.isdecimal() and float(said) < time.time() + margin_s
