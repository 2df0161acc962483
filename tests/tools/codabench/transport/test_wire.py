"""The wire against a loopback platform: retries, redirects, what is an answer at all, and where a token goes."""

import datetime
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.tools.codabench.platform import Fault, Platform
from tools.codabench.client import Client
from tools.codabench.errors import (
    AbsentError,
    PlatformError,
    RejectedError,
    SignedOutError,
    UncertainError,
    UnexpectedAnswerError,
    UnreachableError,
)
from tools.codabench.host import Host
from tools.codabench.token import Kept, Token
from tools.codabench.transport import wire as wire_module
from tools.codabench.transport.answered import Answered, followed
from tools.codabench.transport.patience import Patience
from tools.codabench.transport.wire import Wire, reason, retry_after


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits are recorded in full, and not waited for."""
    monkeypatch.setenv("KIT_HTTP_PACE", "1")


@pytest.fixture
def platform() -> Iterator[Platform]:
    """A platform of this test's own."""
    with Platform(seed=0) as platform:
        yield platform


@pytest.fixture
def waits() -> list[float]:
    """The seconds that were to be waited."""
    return []


@pytest.fixture
def wire(platform: Platform, waits: list[float]) -> Wire:
    """The line to it, signed in."""
    return line(platform.url, waits, Token(platform.token))


def line(url: str, waits: list[float], token: Token | None = None, **patience: float) -> Wire:
    return Wire(host=Host(url), token=token, patience=Patience(sleep=waits.append, **patience))  # type: ignore[arg-type]


def data_set(wire: Wire) -> object:
    body = {"type": "submission", "request_sassy_file_name": "x.zip", "file_name": "x.zip", "file_size": 10}
    return wire.post("datasets/", body)


def count(platform: Platform) -> int:
    """How many data sets the user has."""
    return sum(one.owner == "participant" for one in platform.datasets)


# The token.


def test_the_token_goes_to_the_instance_in_one_header(wire: Wire, platform: Platform) -> None:
    assert wire.get("my_profile/")["username"] == "participant"
    record = platform.requests[-1]
    assert record.headers["Authorization"] == f"Token {platform.token}"
    assert platform.token not in record.path


def test_without_a_token_no_header_is_sent(platform: Platform, waits: list[float]) -> None:
    line(platform.url, waits).get("competitions/public/")
    assert platform.requests[-1].headers["Authorization"] is None


def test_a_redirect_to_another_port_loses_the_token_and_one_back_gets_it_again(wire: Wire, platform: Platform) -> None:
    with Platform(seed=1) as other:
        target = f"{other.url}/api/competitions/public/"
        platform.fail("competitions", Fault.redirect(target))
        other.fail("public_competitions", Fault.redirect(f"{platform.url}/api/my_profile/"))
        assert wire.get("competitions/")["username"] == "participant"
        assert other.requests[-1].headers["Authorization"] is None
    assert platform.requests[-1].headers["Authorization"] == f"Token {platform.token}"


@pytest.mark.parametrize("near", ["http://localhost:{port}", "http://127.0.0.2:{port}"])
def test_another_name_of_the_same_machine_is_another_origin(wire: Wire, platform: Platform, near: str) -> None:
    port = platform.url.rpartition(":")[2]
    platform.fail("competitions", Fault.redirect(near.format(port=port) + "/api/competitions/public/"))
    with suppress(PlatformError):  # nothing may listen on that address
        wire.get("competitions/")
    assert all(
        record.headers["Authorization"] is None for record in platform.requests if record.stage != "competitions"
    )


def test_the_address_of_another_site_is_named_where_it_does_not_know_the_user(wire: Wire, platform: Platform) -> None:
    with Platform(seed=1) as other:
        platform.fail("whoami", Fault.redirect(f"{other.url}/api/my_profile/"))
        with pytest.raises(PlatformError, match="does not get the token") as caught:
            wire.get("my_profile/")
    assert not isinstance(caught.value, SignedOutError)
    assert f"--host {other.url}" in caught.value.fix


def test_a_redirect_within_the_instance_keeps_the_token_and_the_query(wire: Wire, platform: Platform) -> None:
    assert wire.get("submissions", phase=platform.competition.phases[0].id) == []
    assert [record.status for record in platform.requests] == [301, 200]
    assert platform.requests[-1].path.endswith(f"/submissions/?phase={platform.competition.phases[0].id}")
    assert platform.requests[-1].headers["Authorization"] == f"Token {platform.token}"


@pytest.mark.parametrize(
    ("kept", "fix"), [("CODABENCH_TOKEN", "set CODABENCH_TOKEN anew"), ("a file", "kit login"), ("given", "kit login")]
)
def test_a_token_that_is_refused_is_told_with_where_it_came_from(
    platform: Platform, waits: list[float], kept: Kept, fix: str
) -> None:
    with pytest.raises(SignedOutError, match="does not know your token") as caught:
        line(platform.url, waits, Token("0" * 40, kept)).get("my_profile/")
    assert fix in caught.value.fix
    assert "0" * 40 not in str(caught.value) + caught.value.fix + repr(caught.value)
    assert waits == []


def test_no_error_shows_the_token(wire: Wire, platform: Platform) -> None:
    for fault in (Fault.cut_before(), Fault.html(), Fault.status(502), Fault.redirect("ftp://x/")):
        platform.fail("whoami", fault, times=6)
        with pytest.raises(PlatformError) as caught:
            wire.get("my_profile/")
        platform.heal()
        seen: BaseException | None = caught.value
        while seen is not None:
            assert platform.token not in f"{seen} {seen!r}"
            seen = seen.__cause__
    assert platform.token not in repr(wire)


# Redirects.


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_of_a_write_is_not_followed_and_the_fix_is_named(
    wire: Wire, platform: Platform, status: int
) -> None:
    with Platform(seed=1) as other:
        platform.fail("create_dataset", Fault.redirect(f"{other.url}/api/datasets/", status))
        with pytest.raises(PlatformError, match="a write does not follow") as caught:
            data_set(wire)
        assert f"--host {other.url}" in caught.value.fix
        assert other.requests == []
    assert len(platform.requests) == 1


def test_a_post_without_its_slash_does_not_become_a_get(wire: Wire, platform: Platform) -> None:
    with pytest.raises(PlatformError, match="redirected"):
        wire.post("datasets", {})
    assert [record.method for record in platform.requests] == ["POST"]


@pytest.mark.parametrize(
    "write", [lambda wire: wire.put("datasets/completed/x/"), lambda wire: wire.delete("datasets/1/")]
)
def test_no_write_follows_a_redirect(wire: Wire, platform: Platform, write: Callable[[Wire], object]) -> None:
    platform.fail("*", Fault.redirect(f"{platform.url}/api/my_profile/", 307))
    with pytest.raises(PlatformError, match="redirected"):
        write(wire)
    assert len(platform.requests) == 1


def test_a_read_that_is_redirected_without_end_is_given_up(wire: Wire, platform: Platform) -> None:
    wire = replace(wire, patience=replace(wire.patience, attempts=1))
    platform.fail("whoami", Fault.redirect(f"{platform.url}/api/my_profile/"), times=None)
    with pytest.raises(UnreachableError, match="redirects without end"):
        wire.get("my_profile/")
    assert len(platform.requests) == 5


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://a.org/x", "http://a.org/x"),
        ("https://a.org/x", "http://b.org/x"),
        ("https://a.org/x", "ftp://a.org/x"),
        ("http://a.org/x", "file:///etc/passwd"),
    ],
)
def test_no_redirect_leads_out_of_tls_or_out_of_the_web(url: str, target: str) -> None:
    with pytest.raises(PlatformError, match="redirects to"):
        followed(url, target)


@pytest.mark.parametrize(
    ("url", "target"), [("https://a.org/x", "https://b.org/x"), ("http://a.org/x", "https://a.org/x")]
)
def test_a_redirect_into_tls_or_within_it_is_followed(url: str, target: str) -> None:
    assert followed(url, target) == target


@pytest.mark.parametrize("location", ["http://[::1", "http://x:99999999/", "http://[nonsense]/"])
def test_a_redirect_to_what_is_no_address_is_told(wire: Wire, platform: Platform, location: str) -> None:
    platform.fail("whoami", Fault.redirect(location), times=None)
    with pytest.raises(PlatformError, match=r"no address|Invalid URL in location"):
        wire.get("my_profile/")


# Trying again.


@pytest.mark.parametrize(
    "fault",
    [
        *map(Fault.status, (500, 502, 503, 504)),
        Fault.too_many(),
        Fault.cut_before(),
        Fault.cut_received(reset=False),
        Fault.cut_answer(),
        Fault.cut_answer(reset=False),
        Fault.html(),
        Fault.truncated(),
    ],
    ids=lambda fault: fault.name,
)
def test_a_read_is_tried_again(wire: Wire, platform: Platform, waits: list[float], fault: Fault) -> None:
    platform.fail("whoami", fault, times=2)
    assert wire.get("my_profile/")["username"] == "participant"
    assert len(platform.requests) == 3
    assert len(waits) == 2


def test_a_read_is_tried_again_after_a_time_out(platform: Platform, waits: list[float]) -> None:
    platform.fail("whoami", Fault.slow(5))
    wire = line(platform.url, waits, Token(platform.token), read_s=0.1)
    assert wire.get("my_profile/")["username"] == "participant"
    assert len(waits) == 1


@pytest.mark.parametrize("fault", [Fault.status(503), Fault.cut_received(), Fault.html()], ids=lambda one: one.name)
def test_a_read_is_given_up_after_so_many_attempts(platform: Platform, waits: list[float], fault: Fault) -> None:
    platform.fail("whoami", fault, times=None)
    with pytest.raises(UnreachableError) as caught:
        line(platform.url, waits, Token(platform.token), attempts=4).get("my_profile/")
    assert len(platform.requests) == 4
    assert len(waits) == 3
    assert "my_profile/" in str(caught.value)
    assert not isinstance(caught.value, UncertainError)


def test_waits_grow_and_are_bounded(platform: Platform, waits: list[float]) -> None:
    platform.fail("whoami", Fault.status(502), times=None)
    with pytest.raises(UnreachableError):
        line(platform.url, waits, attempts=9, first_s=1.0, longest_s=8.0).get("my_profile/")
    assert all(0 <= wait <= min(8, 2**number) for number, wait in enumerate(waits))
    assert len(set(waits)) > 1


def test_what_is_tried_again_is_told(wire: Wire, platform: Platform) -> None:
    told: list[str] = []
    platform.fail("whoami", Fault.status(502))
    replace(wire, tell=told.append).get("my_profile/")
    assert len(told) == 1
    assert "502" in told[0]
    assert "(1 of 5)" in told[0]


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413])
def test_a_no_is_never_tried_again(wire: Wire, platform: Platform, waits: list[float], status: int) -> None:
    platform.fail("*", answering(status, b'{"detail":"no"}'), times=None)
    for ask in (lambda: wire.get("my_profile/"), lambda: data_set(wire)):
        with pytest.raises(RejectedError, match=f"{status}: no") as caught:
            ask()
        assert caught.value.status == status
        assert isinstance(caught.value, AbsentError) == (status == 404)
    assert len(platform.requests) == 2
    assert waits == []


@pytest.mark.parametrize(
    ("given", "least", "most"),
    [("7", 7, 7), ("0", 0, 1), ("100000", 300, 300), ("soon", 0, 1), ("-3", 0, 1), ("", 0, 1), ("9" * 400, 300, 300)],
)
def test_retry_after_in_seconds_is_honoured_up_to_five_minutes(
    wire: Wire, platform: Platform, waits: list[float], given: str, least: float, most: float
) -> None:
    platform.fail("whoami", Fault.unavailable(given))
    wire.get("my_profile/")
    assert least <= waits[0] <= most


def test_retry_after_as_a_date_is_honoured(wire: Wire, platform: Platform, waits: list[float]) -> None:
    now = datetime.datetime.now(datetime.UTC)
    platform.fail("whoami", Fault.too_many(now + datetime.timedelta(seconds=40)))
    platform.fail("whoami", Fault.too_many(now - datetime.timedelta(days=2)), after=1)
    wire.get("my_profile/")
    assert 30 < waits[0] <= 40
    wire.get("my_profile/")
    assert waits[1] <= 1


def test_a_date_without_a_zone_or_a_sense_is_no_wait() -> None:
    import httpx

    for text in ("Tue, 24 Nov 2026 22:00:00 -0000", "Tue, 99 Nov 2026", "\u0661", "1e3"):
        assert retry_after(httpx.Headers({"retry-after": text.encode()})) in {None, 1.0}


@pytest.mark.parametrize(
    "fault",
    [
        Fault.cut_processed(),
        Fault.cut_processed(reset=False),
        Fault.cut_answer(),
        Fault.status(500, processed=True),
        Fault.status(502, processed=True),
        Fault.html(processed=True),
        Fault.truncated(),
    ],
    ids=lambda fault: fault.name,
)
def test_a_write_whose_answer_is_lost_is_uncertain_and_is_not_repeated(
    wire: Wire, platform: Platform, waits: list[float], fault: Fault
) -> None:
    before = count(platform)
    platform.fail("create_dataset", fault)
    with pytest.raises(UncertainError):
        data_set(wire)
    assert count(platform) == before + 1
    assert len(platform.requests) == 1
    assert waits == []


def test_a_write_without_an_answer_in_time_is_uncertain(platform: Platform, waits: list[float]) -> None:
    platform.fail("create_dataset", Fault.slow(5))
    with pytest.raises(UncertainError, match="no answer in time"):
        data_set(line(platform.url, waits, Token(platform.token), read_s=0.1))
    assert waits == []


def test_a_write_that_may_be_repeated_is(wire: Wire, platform: Platform) -> None:
    platform.fail("token", Fault.cut_processed())
    assert Client(replace(wire, token=None)).new_token("participant", "participant-pass").secret == platform.token
    assert len(platform.requests) == 2


def test_a_write_that_was_refused_for_now_is_tried_again(wire: Wire, platform: Platform, waits: list[float]) -> None:
    platform.fail("create_dataset", Fault.too_many(3))
    data_set(wire)
    assert waits == [3.0]


def test_a_write_that_found_no_connection_is_tried_again_and_is_done_once(waits: list[float]) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    platform = Platform(seed=0, port=port)

    def up(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            platform.__enter__()

    try:
        host = Host(f"http://127.0.0.1:{port}")
        data_set(Wire(host=host, token=Token(platform.token), patience=Patience(sleep=up)))
    finally:
        platform.close()
    assert len(waits) == 2
    assert count(platform) == 1


def test_where_nothing_listens_the_host_is_named(waits: list[float]) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(UnreachableError, match="no connection to") as caught:
            line(url, waits, attempts=2).get("my_profile/")
    assert url in str(caught.value)
    assert "--host" in caught.value.fix


# What is an answer.


def test_a_page_is_told_by_its_title(wire: Wire, platform: Platform) -> None:
    platform.fail("whoami", Fault.html(), times=None)
    with pytest.raises(UnreachableError, match=r"answered text/html.*\(Codabench\), which is not whole JSON"):
        wire.get("my_profile/")


def test_a_page_in_the_place_of_a_no_is_told_by_its_title(wire: Wire, platform: Platform) -> None:
    page = b"<html><head><title>Access\n denied</title></head></html>"
    platform.fail("whoami", answering(403, page, "text/html"))
    with pytest.raises(RejectedError, match="answered 403: Access denied"):
        wire.get("my_profile/")


def test_json_that_ends_early_is_not_an_answer(wire: Wire, platform: Platform) -> None:
    platform.fail("whoami", Fault.truncated(), times=None)
    with pytest.raises(UnreachableError, match="not whole JSON"):
        wire.get("my_profile/")


@pytest.mark.parametrize(
    ("stage", "wrong", "ask", "words"),
    [
        ("whoami", {"username": 3}, lambda client: client.account(), ["my_profile/", "username"]),
        ("whoami", [], lambda client: client.account(), ["my_profile/"]),
        ("whoami", "hello", lambda client: client.account(), ["my_profile/"]),
        ("quota", {"quota": "much"}, lambda client: client.quota(), ["user_quota/", "quota"]),
        ("quota", {}, lambda client: client.quota(), ["user_quota/", "quota"]),
        ("competition", {"id": 1, "phases": 5}, lambda client: client.competition(1), ["competitions/1/", "phases"]),
        ("list_submissions", {"results": 5}, lambda client: list(client.submissions(1)), ["submissions/"]),
        ("token", {"token": 5}, lambda client: client.new_token("a", "b"), ["api-token-auth/", "token"]),
    ],
)
def test_an_answer_of_wrong_types_names_the_request_and_the_field(
    wire: Wire, platform: Platform, stage: str, wrong: object, ask: Callable[[Client], object], words: list[str]
) -> None:
    platform.fail(stage, Fault.mutated(lambda _: wrong), times=None)
    if stage == "token":
        platform.heal()
        platform.fail("token", answering(200, b'{"token":5}'))
    with pytest.raises(UnexpectedAnswerError) as caught:
        ask(Client(wire))
    assert all(word in str(caught.value) for word in words)
    assert len(platform.requests) == 1


def test_an_empty_answer_is_unexpected_where_one_is_needed(wire: Wire, platform: Platform) -> None:
    platform.fail("whoami", answering(200, b""))
    with pytest.raises(UnexpectedAnswerError, match="my_profile/"):
        Client(wire).account()


def test_more_than_the_largest_answer_is_refused_at_once(
    wire: Wire, platform: Platform, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire_module, "LARGEST_ANSWER", 1 << 20)
    platform.fail("whoami", Fault.mutated(lambda _: "x" * (1 << 20)))
    with pytest.raises(UnexpectedAnswerError, match="more than 1 MiB"):
        wire.get("my_profile/")
    platform.fail("create_dataset", Fault.mutated(lambda _: "x" * (1 << 20)))
    with pytest.raises(UncertainError, match="more than 1 MiB"):
        data_set(wire)
    assert len(platform.requests) == 2
    assert waits == []


def test_the_largest_answer_is_taken(wire: Wire, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire_module, "LARGEST_ANSWER", 1000)
    platform.fail("whoami", Fault.mutated(lambda _: "x" * 998))
    assert len(wire.get("my_profile/")) == 998


def test_a_server_that_dribbles_is_ended(platform: Platform, waits: list[float]) -> None:
    platform.fail("whoami", Fault.mutated(lambda _: "x" * 10_000))
    platform.planned[-1].fault = replace(platform.planned[-1].fault, pause_s=0.002)
    started = time.monotonic()
    with pytest.raises(UnreachableError, match="still answering after"):
        line(platform.url, waits, Token(platform.token), answer_s=0.3, attempts=1).get("my_profile/")
    assert time.monotonic() - started < 5


def test_a_server_that_dribbles_and_ends_in_time_is_heard(wire: Wire, platform: Platform) -> None:
    platform.fail("whoami", Fault.dribble(0.0001))
    assert wire.get("my_profile/")["username"] == "participant"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"phase":["Invalid pk","and more"],"data":"gone"}', {"phase": "Invalid pk; and more", "data": "gone"}),
        (b'["no","never"]', {"": "no; never"}),
        (b'{"detail":{"deep":[1]}}', {"": "{'deep': [1]}"}),
        (b"", {}),
        (b"\xff\xfe", {}),
        (b"[" * 100_000, {}),
    ],
)
def test_the_platforms_own_words_are_kept(
    wire: Wire, platform: Platform, content: bytes, words: dict[str, str]
) -> None:
    platform.fail("whoami", answering(400, content))
    with pytest.raises(RejectedError) as caught:
        wire.get("my_profile/")
    assert caught.value.reasons == words


def test_words_without_end_are_cut(wire: Wire, platform: Platform) -> None:
    platform.fail("whoami", answering(400, b'{"' + b"k" * 9000 + b'":"' + b"v" * 9000 + b'"}'))
    with pytest.raises(RejectedError) as caught:
        wire.get("my_profile/")
    assert len(str(caught.value)) < 2500


def test_a_header_that_cannot_be_sent_is_not_shown() -> None:
    import httpx

    assert "secret" not in reason(httpx.LocalProtocolError("Illegal header value b'Token secret'"))


def test_a_title_is_found_only_where_there_is_one() -> None:
    import httpx

    for page, title in ((b"<title>A  b</title>", "A b"), (b"</title><title>", ""), (b"{}", "")):
        assert Answered(url="http://x/", status=200, headers=httpx.Headers(), content=page).title == title


# TLS.


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that nobody signed, and its key."""
    x509 = pytest.importorskip("cryptography.x509", reason="cryptography, which makes a certificate, is not installed")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (folder / "certificate.pem").write_bytes(made.public_bytes(pem))
    (folder / "key.pem").write_bytes(key.private_bytes(pem, form, serialization.NoEncryption()))
    return folder / "certificate.pem", folder / "key.pem"


class Secure(HTTPServer):
    """A server over TLS that sends everybody to `location`, or answers an empty object; it keeps what it was told."""

    def __init__(self, certificate: tuple[Path, Path]) -> None:
        self.location: str | None = None
        self.tokens: list[str | None] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.tokens.append(self.headers["Authorization"])
                self.send_response(302 if server.location else 200)
                if server.location:
                    self.send_header("Location", server.location)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_: object) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self.server_port}"

    def handle_error(self, *_: object) -> None:
        """A client that turns away."""


@pytest.fixture
def secure(certificate: tuple[Path, Path]) -> Iterator[Secure]:
    """The server, running."""
    server = Secure(certificate)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_certificate_that_nobody_signed_is_refused_at_once(secure: Secure, waits: list[float]) -> None:
    with pytest.raises(PlatformError, match="no connection to https://127") as caught:
        line(secure.url, waits, Token("a" * 40)).get("my_profile/")
    assert "SSL_CERT_FILE" in caught.value.fix
    assert secure.tokens == []
    assert waits == []


def test_a_certificate_that_the_user_trusts_is_taken(
    secure: Secure, waits: list[float], certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    assert line(secure.url, waits, Token("a" * 40)).get("my_profile/") == {}
    assert secure.tokens == ["Token " + "a" * 40]


def test_a_certificate_of_another_host_is_refused(
    secure: Secure, waits: list[float], certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    with pytest.raises(PlatformError, match="no connection"):
        line(secure.url.replace("127.0.0.1", "localhost"), waits).get("my_profile/")
    assert secure.tokens == []


def test_a_redirect_out_of_tls_is_refused(
    secure: Secure,
    platform: Platform,
    waits: list[float],
    certificate: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    secure.location = f"{platform.url}/api/my_profile/"
    with pytest.raises(PlatformError, match="which is not https"):
        line(secure.url, waits, Token("a" * 40)).get("my_profile/")
    assert platform.requests == []
    assert waits == []


def answering(status: int, body: bytes, content_type: str = "application/json") -> Fault:
    """A fault that gives this answer."""
    from tests.tools.codabench.platform.messages import Answer

    return Fault(name=f"{status}", answer=Answer(status, body, content_type))
