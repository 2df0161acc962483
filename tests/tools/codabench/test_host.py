"""Which addresses are a host's, and which two are of one origin."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.codabench.host import DEFAULT, Host, is_loopback, origin, read_host, root, without_query
from tools.errors import UsageError


def test_without_one_it_is_codabench() -> None:
    assert read_host(None) == Host(DEFAULT)
    assert read_host(None).name == "www.codabench.org"


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://www.codabench.org", "https://www.codabench.org"),
        ("https://www.codabench.org/", "https://www.codabench.org"),
        ("https://www.codabench.org/api/", "https://www.codabench.org"),
        ("https://www.codabench.org//api//", "https://www.codabench.org"),
        ("https://WWW.Codabench.ORG:443", "https://www.codabench.org"),
        ("www.codabench.org", "https://www.codabench.org"),
        ("  www.codabench.org\n", "https://www.codabench.org"),
        ("bench.example:8443", "https://bench.example:8443"),
        ("https://example.org/bench/api", "https://example.org/bench"),
        ("https://example.org/rapi", "https://example.org/rapi"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://127.0.0.1:80/", "http://127.0.0.1"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
        ("https://[2001:db8::1]", "https://[2001:db8::1]"),
        ("https://bücher.example", "https://bücher.example"),
        ("https://under_score.example", "https://under_score.example"),
    ],
)
def test_an_address_is_read_however_it_is_written(written: str, url: str) -> None:
    assert read_host(written).url == url
    assert read_host(url).url == url


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "https://",
        "//",
        "ftp://www.codabench.org",
        "file:///etc/passwd",
        "https://www.codabench.org:0",
        "https://www.codabench.org:99999",
        "https://www.codabench.org:port",
        "https://www.codabench.org?next=/",
        "https://www.codabench.org/#top",
        "https://www.coda bench.org",
        "https://www.codabench.org\x00",
        "https://www.\ncodabench.org",
        "https://good.org\\@evil.org",
        "https://[::1",
        "https://[nonsense]",
        "https://a:b:c",
        "https://<script>",
        "https://%65vil.org",
        "javascript:alert(1)",
        "https://.",
    ],
)
def test_what_is_no_address_of_a_host_is_refused(written: str) -> None:
    with pytest.raises(UsageError, match="--host") as caught:
        read_host(written)
    assert DEFAULT in caught.value.fix


@pytest.mark.parametrize("written", ["https://me:sesame@bench.example", "https://sesame@bench.example", "sesame@x"])
def test_a_password_in_an_address_is_refused_and_not_shown(written: str) -> None:
    with pytest.raises(UsageError, match="not the address of a host") as caught:
        read_host(written)
    assert "sesame" not in f"{caught.value} {caught.value.fix} {caught.value!r}"


@given(st.text(max_size=60) | st.text("htps:/[]@?#.a1 \n\\%é-", max_size=30).map("http://localhost{}".format))
def test_any_text_is_a_host_or_a_usage_error(text: str) -> None:
    try:
        host = read_host(text)
    except UsageError:
        return
    assert host.url.startswith(("https://", "http://"))
    assert read_host(host.url) == host
    origin(host.url)


def test_http_is_for_this_machine_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for near in ("http://localhost", "http://127.0.0.1:8000", "http://127.8.9.1", "http://[::1]"):
        assert read_host(near).url == near
    for far in (
        "http://www.codabench.org",
        "http://localhost.evil.org",
        "http://10.0.0.1",
        "http://127.0.0.1.evil.org",
    ):
        with pytest.raises(UsageError, match="in clear") as caught:
            read_host(far)
        assert far.replace("http:", "https:") in caught.value.fix
    monkeypatch.setenv("KIT_ALLOW_HTTP", "0")
    with pytest.raises(UsageError, match="in clear"):
        read_host("http://10.0.0.1")
    monkeypatch.setenv("KIT_ALLOW_HTTP", "1")
    assert read_host("http://10.0.0.1").url == "http://10.0.0.1"


def test_this_machine_is_known_by_its_names() -> None:
    assert all(map(is_loopback, ("localhost", "127.0.0.1", "127.255.0.3", "::1")))
    assert not any(map(is_loopback, ("", "localhost.org", "128.0.0.1", "::2", "0.0.0.0", "127.1")))


@pytest.mark.parametrize(
    ("one", "other", "are_same"),
    [
        ("https://a.org", "https://a.org:443/x?y=z", True),
        ("https://A.org/", "https://a.ORG", True),
        ("http://a.org", "http://a.org:80", True),
        ("https://a.org", "http://a.org", False),
        ("https://a.org", "https://a.org:444", False),
        ("https://a.org", "https://b.a.org", False),
        ("https://a.org", "https://a.org.evil.org", False),
        ("https://a.org", "https://a.org@evil.org", False),
        ("https://a.org", "//a.org", False),
    ],
)
def test_two_addresses_are_of_one_origin_by_scheme_host_and_port(one: str, other: str, are_same: bool) -> None:
    assert (origin(one) == origin(other)) == are_same


def test_an_address_is_shown_without_its_signature_and_without_a_password() -> None:
    signed = "https://me:sesame@store.org:9000/private/x.zip?Signature=abc&Expires=1#top"
    assert without_query(signed) == "https://store.org:9000/private/x.zip"
    assert root(signed) == "https://store.org:9000"
    assert without_query("http://[::1]:9000/x?y") == "http://[::1]:9000/x"
