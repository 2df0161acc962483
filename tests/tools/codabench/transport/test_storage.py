"""The storage host over real sockets: what a zip is sent with, what counts as stored, and what is tried again."""

import hashlib
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.tools.codabench.delivery import require_signed_headers
from tests.tools.codabench.platform import Dataset, Fault, Platform
from tests.tools.codabench.platform.bodies import storage_error
from tests.tools.codabench.platform.messages import Answer
from tools.codabench.errors import ChangedError, ExpiredError, PlatformError, StorageError, UnreachableError
from tools.codabench.transport.patience import Patience
from tools.codabench.transport.storage import Storage, has_expired

CONTENT = bytes(range(256)) * 12_000  # 3 MB: more than the sockets hold
SHA = hashlib.sha256(CONTENT).hexdigest()
PASSING = [
    Fault.cut_before(),
    Fault.cut_body(1),
    Fault.cut_body(50, reset=False),
    Fault.cut_body(99),
    Fault.cut_received(),
    Fault.cut_processed(),
    Fault.cut_answer(0),
    Fault.status(500),
    Fault.status(502, processed=True),
    Fault.unavailable(),
    Fault.unavailable().before_the_body(),
    Fault.too_many(),
    Fault.refuse(0.05),
    Fault.html(),
    Fault(name="200 without an ETag", answer=Answer(200, b"", "text/plain")),
    Fault(name="204 without an ETag", answer=Answer(204)),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "a.zip").write_bytes(CONTENT)
    return tmp_path / "a.zip"


@pytest.fixture
def place(platform: Platform) -> Dataset:
    """A data set that waits for its file."""
    return platform.add_dataset("participant", "submission", "a.zip")


@pytest.fixture
def url(platform: Platform, place: Dataset) -> str:
    return platform.sign(place.stored.path, "PUT")


def storage(**patience: object) -> Storage:
    return Storage(patience=Patience(**patience), http=httpx.Client(verify=False))  # type: ignore[arg-type]


def test_a_file_arrives_whole_with_exactly_the_signed_headers(platform, path, place, url) -> None:
    seen: list[int] = []
    assert storage().put(url, path, seen.append) == SHA == place.sha256
    assert (seen[0], seen[-1], seen == sorted(seen)) == (0, len(CONTENT), True)
    (put,) = platform.asked("put")
    require_signed_headers([put])
    assert put.header_map["content-length"] == str(len(CONTENT))


@pytest.mark.parametrize("fault", PASSING, ids=lambda one: one.name)
def test_what_passes_is_tried_again(platform, path, place, url, fault) -> None:
    planned = platform.fail("put", fault)
    assert storage(attempts=40).put(url, path) == SHA == place.sha256
    assert planned.hits == 1


@pytest.mark.parametrize(
    "fault", [Fault.cut_body(50), Fault.status(502), Fault.html(), Fault.refuse(9)], ids=lambda one: one.name
)
def test_what_does_not_pass_is_given_up(platform, path, url, fault) -> None:
    platform.fail("put", fault, times=None)
    with pytest.raises(UnreachableError):
        storage(attempts=3).put(url, path)
    assert len(platform.asked("put")) == (1 if fault.refuse_s else 3)


def test_an_answer_in_the_place_of_the_storage_host_is_told_as_one(platform, path, place, url) -> None:
    platform.fail("put", Fault.html(), times=None)
    with pytest.raises(UnreachableError, match=r"127\.0\.0\.1 answered 200 to the PUT without an ETag") as told:
        storage(attempts=2).put(url, path)
    assert "login page" in told.value.fix
    assert not place.uploaded


def test_a_host_that_is_silent_is_given_up_in_time_and_asked_again(platform, path, place, url) -> None:
    platform.fail("put", Fault.slow(5))
    begun = time.monotonic()
    assert storage(stored_s=0.3).put(url, path) == place.sha256
    assert time.monotonic() - begun < 4


@pytest.mark.parametrize("text", ["7", "Wed, 21 Oct 2115 07:28:00 GMT"])
def test_what_it_asks_for_is_waited_up_to_five_minutes(platform, path, url, text, monkeypatch) -> None:
    monkeypatch.setenv("KIT_HTTP_PACE", "1")
    waits: list[float] = []
    platform.fail("put", Fault.unavailable(text))
    storage(sleep=waits.append, first_s=0.001).put(url, path)
    assert waits == [7.0 if text == "7" else 300.0]


@pytest.mark.parametrize("early", [False, True], ids=["after the body", "before the body"])
def test_an_address_that_is_too_old_is_told_apart(platform, path, url, early) -> None:
    fault = Fault.expired().before_the_body() if early else Fault.expired()
    platform.fail("put", fault)
    with pytest.raises(ExpiredError, match="Request has expired"):
        storage().put(url, path)
    assert len(platform.asked("put")) == 1


def test_an_address_grows_old_by_the_hosts_clock(platform, path, url) -> None:
    platform.advance(432_001)
    with pytest.raises(ExpiredError, match="Request has expired"):
        storage().put(url, path)
    assert not has_expired(url)


def test_a_refusal_of_an_address_that_says_it_is_too_old_is_that(platform, path, place) -> None:
    platform.settings.signed_put_s = -10
    platform.fail("put", Fault(name="403", answer=storage_error(403, "AccessDenied", "Access Denied")))
    url = platform.sign(place.stored.path, "PUT")
    assert has_expired(url)
    with pytest.raises(ExpiredError):
        storage().put(url, path)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda url: url.replace("Signature=", "Signature=x"), "signature we calculated does not match"),
        (lambda url: url.partition("?")[0], "Access Denied"),
    ],
)
def test_a_refusal_is_not_tried_again_and_shows_no_signature(platform, path, url, change, told) -> None:
    with pytest.raises(StorageError, match=told) as refused:
        storage().put(change(url), path)
    assert not isinstance(refused.value, ExpiredError)
    assert len(platform.asked("put")) == 1
    assert "Signature=" not in f"{refused.value} {refused.value.fix}"


@pytest.mark.parametrize(
    "url", ["", "/private/x?Signature=s", "ftp://127.0.0.1/x?Signature=s", "http://[::1/x?Signature=s", "http:///x"]
)
@pytest.mark.parametrize("call", ["put", "read"])
def test_what_is_no_address_is_refused_at_once(path, url, call) -> None:
    waits: list[float] = []
    asked = storage(sleep=waits.append)
    with pytest.raises(StorageError, match="as an address, which is none") as refused:
        asked.put(url, path) if call == "put" else asked.read(url, 10)
    assert not waits
    assert "Signature" not in str(refused.value)


def while_it_is_sent(change: Callable[[], object]) -> Callable[[int], None]:
    """Change the file once its first part is on its way."""
    done: list[object] = []

    def progress(sent: int) -> None:
        if sent and not done:
            done.append(change())

    return progress


def test_a_file_that_shrinks_while_it_is_sent_is_told(path, url) -> None:
    def shrink() -> None:
        with path.open("r+b") as stream:
            stream.truncate(2_000_000)

    with pytest.raises(ChangedError, match="it shrank to 2000000 of 3072000 bytes"):
        storage().put(url, path, while_it_is_sent(shrink))


def test_a_file_that_grows_while_it_is_sent_goes_as_it_was_promised(path, place, url) -> None:
    def grow() -> None:
        with path.open("ab") as stream:
            stream.write(b"more")

    assert storage().put(url, path, while_it_is_sent(grow)) == SHA == place.sha256


def test_the_sum_is_of_what_was_sent_last(platform, path, place, url) -> None:
    """The first attempt breaks, and the file is another one at the second."""
    platform.fail("put", Fault.cut_body(99))
    path.with_name("b.zip").write_bytes(b"another")
    sent = storage().put(url, path, while_it_is_sent(lambda: path.with_name("b.zip").replace(path)))
    assert sent == hashlib.sha256(b"another").hexdigest() == place.sha256


def test_a_file_that_is_gone_is_the_users_matter(path, url) -> None:
    path.unlink()
    with pytest.raises(FileNotFoundError):
        storage().put(url, path)


def test_azure_gets_the_headers_that_it_wants(platform, path, place, url) -> None:
    http = httpx.Client(proxy=platform.storage_url)
    there = url.replace(platform.storage_url, "http://kit.blob.core.windows.net")
    assert Storage(http=http).put(there, path) == SHA == place.sha256
    assert platform.asked("put")[0].header_map["x-ms-blob-type"] == "BlockBlob"


def test_a_read_is_tried_again_where_it_breaks(platform) -> None:
    stored = platform.store("logs", "a.txt", CONTENT, content_type="text/plain")
    platform.fail("get", Fault.cut_answer(50))
    assert storage().read(platform.sign(stored.path), 10**7) == CONTENT
    assert len(platform.asked("get")) == 2


@pytest.mark.parametrize("fault", [Fault.status(502), Fault.cut_answer(50), Fault.cut_received()])
def test_a_read_that_breaks_anywhere_is_tried_as_often_as_patience_says(platform, fault) -> None:
    stored = platform.store("logs", "a.txt", CONTENT, content_type="text/plain")
    platform.fail("get", fault, times=None)
    with pytest.raises(UnreachableError):
        storage(attempts=3).read(platform.sign(stored.path), 10**7)
    assert len(platform.asked("get")) == 3


def test_many_are_sent_at_once_by_one(platform, path) -> None:
    """A client is shared by the threads of a command."""
    one, places = storage(), [platform.add_dataset("participant", "submission", "a.zip") for _ in range(3)]
    urls = [platform.sign(place.stored.path, "PUT") for place in places]
    threads = [threading.Thread(target=one.put, args=(url, path)) for url in urls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [place.sha256 for place in places] == [SHA] * 3


def test_all_of_its_errors_have_a_fix(platform, path, url) -> None:
    for fault in (Fault.status(502), Fault.expired(), Fault.html()):
        platform.fail("put", fault, times=None)
        with pytest.raises(PlatformError) as told:
            storage(attempts=2).put(url, path)
        assert told.value.fix
        platform.heal()
