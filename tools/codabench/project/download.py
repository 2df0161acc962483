"""Fetches one program or data set of the organiser's: from the website's address to its folder, whole or not at all.

The address is a page of the website, not of the interface: it redirects to a signed address of the storage host, or
asks for a login that a token is not. What arrives is unpacked as the platform would; nothing is executed.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from urllib.parse import urljoin, urlsplit

import httpx

from tools.archive import Archive, open_archive
from tools.archive.zip_source import BROKEN
from tools.codabench.connect import Platform
from tools.codabench.errors import PlatformError, StorageError, UnreachableError
from tools.codabench.host import origin, without_query
from tools.codabench.project.public_parts import Part
from tools.codabench.transport.patience import is_passing
from tools.codabench.transport.storage import Storage
from tools.codabench.transport.wire import PASSING, REDIRECTS, Wire, reason, retry_after

MOST_BYTES = 50_000_000_000
SPARE_BYTES = 200_000_000
LOGIN = ("login", "signin", "sign-in", "accounts")
PAGE = "text/html"


class NotGivenError(PlatformError):
    """The website does not give a file to a token: it wants a browser's session, or keeps it."""


def fetch(platform: Platform, part: Part, folder: Path, progress: Callable[[int], None]) -> Path:
    """Fetch a part into `folder`; gives its place: a folder, or a file where it is no zip that can be unpacked.

    `progress` gets the bytes that have arrived so far. Raises NotGivenError, PlatformError, OSError.
    """
    url = _address(platform.client.wire, part)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".kit-part-") as name:
        beside = Path(name)
        file = beside / "file"
        _receive_patiently(platform, url, part, file, progress)
        return _unpacked(file, beside / "unpacked", part, folder)


def _address(wire: Wire, part: Part) -> str:
    """The address that the website's own one leads to."""

    def once() -> str:
        url = part.url(wire.host)
        headers = wire.token.header if wire.token else {}
        try:
            with wire.http.stream("GET", url, headers=headers, timeout=wire.patience.timeouts()) as answer:
                return _judged(url, answer)
        except httpx.TransportError as error:
            raise UnreachableError(f"GET {url}: {reason(error)}", "check the network, then again") from error

    address: str = wire.patience.retrying(is_passing, wire.tell)(once)
    return address


def _judged(url: str, answer: httpx.Response) -> str:
    """Where to fetch from, by the status and the headers alone."""
    status, what = answer.status_code, f"{without_query(url)} answered {answer.status_code}"
    if status in PASSING:
        raise UnreachableError(what, "try again later", retry_after_s=retry_after(answer.headers))
    if status in REDIRECTS:
        target = urljoin(url, answer.headers.get("location", ""))
        parts = urlsplit(target)
        words = parts.path.lower().split("/")
        if origin(target) == origin(url) and any(word in words for word in LOGIN):
            raise NotGivenError("the website wants a login in a browser", f"open {url} in a browser")
        if parts.scheme not in {"http", "https"} or (urlsplit(url).scheme == "https" and parts.scheme != "https"):
            raise NotGivenError(f"{what} and leads to {without_query(target)}", f"open {url} in a browser")
        return str(target)
    is_page = answer.headers.get("content-type", "").startswith(PAGE)
    if status == httpx.codes.OK and not is_page:
        return url
    if status == httpx.codes.OK:
        raise NotGivenError("the website answered with a page, not a file", f"open {url} in a browser")
    raise NotGivenError(f"the website answered {status}", f"open {url} in a browser, signed in")


def _receive_patiently(platform: Platform, url: str, part: Part, file: Path, progress: Callable[[int], None]) -> None:
    def once(one_try: Storage) -> None:
        with one_try.open(url) as answer:
            if answer.headers.get("content-type", "").startswith(PAGE):
                raise NotGivenError("a page came instead of the file", f"open {part.url(platform.client.host)}")
            said = answer.headers.get("content-length", "")
            _require_room(file.parent, part, int(said) if said.isdecimal() else part.size_bytes or 0)
            _receive(answer, file, progress)

    what = f"fetching {part.name} from {origin(url)[1]}"
    platform.storage.as_a_whole(once, what, "the same command again goes on with what is missing")


def _receive(answer: httpx.Response, file: Path, progress: Callable[[int], None]) -> None:
    arrived = 0
    with file.open("wb") as stream:
        for chunk in answer.iter_raw():
            stream.write(chunk)
            arrived += len(chunk)
            if arrived > MOST_BYTES:
                raise StorageError(f"more than {MOST_BYTES / 1e9:.0f} GB arrived", "fetch it in a browser")
            progress(arrived)


def _require_room(folder: Path, part: Part, size_bytes: int) -> None:
    """Raise StorageError for what is too large for the kit or for the disk."""
    free = shutil.disk_usage(folder).free
    if size_bytes > MOST_BYTES:
        raise StorageError(f"{part.name} has {size_bytes / 1e9:.1f} GB", "fetch it in a browser")
    if size_bytes + SPARE_BYTES > free:
        told = f"{part.name} has {size_bytes / 1e6:.0f} MB, and {free / 1e6:.0f} MB of the disk are free"
        raise StorageError(told, "free some space, then the same command again")


def _unpacked(file: Path, into: Path, part: Part, folder: Path) -> Path:
    """Put it into its place: unpacked, or as it is where that is impossible or would fill the disk."""
    with _opened(file) as archive:
        fits = archive.unpacked_bytes + SPARE_BYTES < shutil.disk_usage(folder).free
        if archive.problem is None and fits:
            into.mkdir()
            try:
                archive.extract(into)
            except (*BROKEN, OSError):  # a bomb, encrypted, damaged, a name that no disk takes: the zip stays
                shutil.rmtree(into, ignore_errors=True)
        suffix = ".zip" if archive.problem is None else _suffix(part.file_name)
    if into.is_dir():
        return into.rename(folder / part.name)
    return file.rename(folder / f"{part.name}{suffix}")


@contextmanager
def _opened(file: Path) -> Iterator[Archive]:
    archive = open_archive(file)
    try:
        yield archive
    finally:
        archive.close()


def _suffix(file_name: str) -> str:
    """The ending of a name that comes from elsewhere, if it is a plain one."""
    suffix = PurePosixPath(file_name).suffix
    return suffix if suffix[1:].isalnum() and suffix.isascii() else ".bin"
