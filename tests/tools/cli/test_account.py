"""`kit login`, `kit logout`, `kit whoami`: on a terminal and without one, and no secret where it should not be."""

import io
import json
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.tools.codabench.platform import Fault, Platform
from tests.tools.codabench.platform.messages import Answer
from tools.cli import main
from tools.cli.hidden import refuse_secrets
from tools.codabench.account.credentials import file_path
from tools.errors import UsageError

pytestmark = pytest.mark.slow  # over sockets, again and again

REPOSITORY = Path(__file__).parents[3]
KIT = "import sys; from tools.cli import main; raise SystemExit(main())"
PASSWORD = "participant-pass"
OTHER_PASSWORD = "  pâsswörd with spaces 🗝 "
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def _own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home and settings of this test's own, no keyring, and no waits."""
    for name, folder in (("HOME", "home"), ("KIT_CONFIG_DIR", "settings")):
        (tmp_path / folder).mkdir()
        monkeypatch.setenv(name, str(tmp_path / folder))
    for name in ("CODABENCH_TOKEN", "CODABENCH_HOST", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KIT_HTTP_PACE", "0.01")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setattr("keyring.core._keyring_backend", None)
    monkeypatch.setenv("TEST_KEYRING", str(tmp_path / "keyring.json"))
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def platform() -> Iterator[Platform]:
    """A platform of this test's own."""
    with Platform(seed=0) as platform:
        yield platform


@pytest.fixture
def pipe(run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command line with something on the standard input."""

    def call(given: bytes, *words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        return run(*words)

    return call


def converse(words: Sequence[str], answers: Sequence[tuple[str, str]]) -> tuple[int, str]:
    """Run a command line on a terminal; type each answer once its question is there. Exit code, and what was seen."""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.executable, [sys.executable, "-c", KIT, *words])
    seen, waiting, ends = b"", list(answers), time.monotonic() + 20
    start = 0
    while time.monotonic() < ends:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                seen += os.read(terminal, 1 << 16)
            except OSError:  # the end, on Linux
                break
        if waiting and waiting[0][0].encode() in seen[start:]:
            start = len(seen)
            os.write(terminal, waiting.pop(0)[1].encode())
    os.close(terminal)
    status = os.waitpid(child, 0)[1]
    assert not waiting, seen
    return os.waitstatus_to_exitcode(status), seen.decode()


def kept() -> dict[str, str]:
    return json.loads(file_path().read_text()) if file_path().exists() else {}


def places_of(secret: str, below: Path) -> list[str]:
    """The files that hold a text."""
    files = [path for path in below.rglob("*") if path.is_file()]
    return [path.name for path in files if secret.encode() in path.read_bytes()]


# On a terminal.


def test_a_password_of_any_letters_becomes_a_token_that_is_kept_and_the_password_is_nowhere(
    platform: Platform, tmp_path: Path
) -> None:
    platform.user("participant").password = OTHER_PASSWORD
    code, seen = converse(
        ["login", "--host", platform.url],
        [("User name or e-mail", "participant@example.com\n"), ("Password", f"{OTHER_PASSWORD}\n")],
    )
    assert code == 0
    assert f"signing in to {platform.url}" in seen
    assert "as participant (participant@example.com)" in seen
    assert "which you alone may read" in seen
    assert OTHER_PASSWORD.strip() not in seen
    assert platform.token not in seen
    assert kept() == {platform.url: platform.token}
    assert places_of(OTHER_PASSWORD.strip(), tmp_path) == []
    assert places_of(platform.token, tmp_path) == ["tokens.json"]
    assert [record.stage for record in platform.requests] == ["token", "whoami"]
    assert platform.requests[0].headers["Authorization"] is None
    assert json.loads(platform.requests[0].body)["password"] == OTHER_PASSWORD


def test_a_password_may_be_wrong_twice(platform: Platform) -> None:
    answers = [
        ("User name or e-mail:", "participant\n"),
        ("Password", "wrong\n"),
        ("User name or e-mail [participant]", "\n"),
        ("Password", "\n"),
        ("User name or e-mail [participant]", "\n"),
        ("Password", f"{PASSWORD}\n"),
    ]
    code, seen = converse(["login", "--host", platform.url], answers)
    assert code == 0
    told = " ".join(seen.split())
    assert "says: Unable to log in with provided credentials." in told
    assert "the password is empty" in told
    assert told.count("the e-mail address works as a name") == 1
    assert f"{platform.url}/accounts/password_reset/" in told
    assert len(platform.asked("token")) == 2


def test_a_password_that_is_wrong_thrice_ends_it(platform: Platform) -> None:
    answers = [("Password", f"wr0ng{number}\n") for number in range(3)]
    words = ["login", "--host", platform.url, "--user", "participant", "--json", "out.json"]
    code, seen = converse(words, answers)
    assert code == 1
    assert len(platform.asked("token")) == 3
    assert "wr0ng" not in seen
    assert "fix: the e-mail address works as a name" in seen
    assert kept() == {}
    written = Path("out.json").read_text()
    assert "Unable to log in" in json.loads(written)["error"]["what"]
    assert "wr0ng" not in written


def test_a_token_can_be_pasted_without_being_shown_and_the_variable_that_wins_is_told(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CODABENCH_TOKEN", "0" * 40)
    code, seen = converse(["login", "--token", "--host", platform.url], [("Token", f" {platform.token}\n")])
    assert code == 0
    assert platform.token not in seen
    assert "CODABENCH_TOKEN is set: it needs no login, and wins over what is kept" in seen
    assert kept() == {platform.url: platform.token}
    assert platform.asked("token") == []


@pytest.mark.parametrize("key", ["\x03", "\x04"])
def test_an_interrupted_login_keeps_nothing(platform: Platform, key: str) -> None:
    code, seen = converse(["login", "--user", "participant", "--host", platform.url], [("Password", key)])
    assert code == 130
    assert "Traceback" not in seen
    assert platform.requests == []
    assert kept() == {}


def test_a_token_is_not_read_from_a_terminal_that_shows_it(platform: Platform) -> None:
    code, seen = converse(["login", "--token-stdin", "--host", platform.url], [])
    assert code == 2
    assert "kit login --token asks for it" in seen


# Without a terminal.


@pytest.mark.parametrize("ending", ["", "\n", "\r\n", " \n\n"])
def test_a_token_is_read_from_what_is_piped_in(pipe: Run, platform: Platform, ending: str) -> None:
    code, out, err = pipe(f"{platform.token}{ending}".encode(), "login", "--token-stdin", "--host", platform.url)
    assert (code, err) == (0, "")
    assert "as participant" in out
    assert kept() == {platform.url: platform.token}


def test_a_byte_order_mark_is_no_part_of_a_token(pipe: Run, platform: Platform) -> None:
    assert pipe(b"\xef\xbb\xbf" + platform.token.encode(), "login", "--token-stdin", "--host", platform.url)[0] == 0


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (b"", "it is empty"),
        (b"\n", "it is empty"),
        (b"Token sesame", "a space"),
        (b"sesame\nsesame", "a control character"),
        (b"sesame\x1b[2J", "a control character"),
        (b"sesame\xff", "beyond ASCII"),
        (b"s" * 100_000, "65536 characters"),
    ],
)
def test_what_is_no_token_is_not_sent(pipe: Run, platform: Platform, given: bytes, complaint: str) -> None:
    code, out, err = pipe(given, "login", "--token-stdin", "--host", platform.url, "--format", "json")
    assert code == 2
    assert complaint in err
    assert "sesame" not in err + out
    assert platform.requests == []


def test_a_token_that_the_platform_does_not_know_is_not_kept(pipe: Run, platform: Platform) -> None:
    code, out, err = pipe(b"0" * 40, "login", "--token-stdin", "--host", platform.url, "--format", "json")
    assert code == 1
    assert "does not know that token, and it was not kept" in err
    assert "0" * 40 not in err + out
    assert json.loads(out)["error"]["code"] == "UPL001"
    assert kept() == {}


def test_a_wrong_token_leaves_the_one_that_was_kept(pipe: Run, platform: Platform) -> None:
    words = ("login", "--token-stdin", "--host", platform.url)
    pipe(platform.token.encode(), *words)
    assert pipe(b"0" * 40, *words)[0] == 1
    assert kept() == {platform.url: platform.token}


def test_a_token_that_could_not_be_looked_at_is_not_kept(pipe: Run, platform: Platform) -> None:
    platform.fail("whoami", Fault.status(502), times=None)
    assert pipe(platform.token.encode(), "login", "--token-stdin", "--host", platform.url)[0] == 3
    assert kept() == {}


def test_without_a_terminal_the_three_ways_are_named(pipe: Run, platform: Platform) -> None:
    for words in ([], ["--token"], ["--user", "participant"]):
        code, _, err = pipe(b"participant\nparticipant-pass\n", "login", *words, "--host", platform.url)
        assert code == 2
        for way in ("no terminal", "CODABENCH_TOKEN", "--token-stdin", "kit login on a terminal"):
            assert way in err
    assert platform.requests == []


def test_without_a_terminal_the_variable_is_enough(
    pipe: Run, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CODABENCH_TOKEN", platform.token)
    code, out, _ = pipe(b"", "login", "--host", platform.url)
    assert code == 0
    assert "CODABENCH_TOKEN is set: it needs no login" in out
    assert "as participant" in out
    assert kept() == {}
    monkeypatch.setenv("CODABENCH_TOKEN", "0" * 40)
    code, _, err = pipe(b"", "login", "--host", platform.url)
    assert code == 1
    assert "set CODABENCH_TOKEN anew" in err


def test_the_variable_is_kept_from_an_instance_that_only_a_project_names(
    pipe: Run, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("pyproject.toml").write_text(f'[tool.kit]\nhost = "{platform.url}"\n')
    monkeypatch.setenv("CODABENCH_TOKEN", platform.token)
    code, out, err = pipe(b"", "login")
    assert code == 2
    assert f"CODABENCH_TOKEN is not sent to {platform.url}" in err
    assert "wins over" not in out + err
    assert platform.token not in out + err
    assert platform.requests == []
    for words in ((), ("--host", platform.url)):
        monkeypatch.setenv("CODABENCH_HOST", "" if words else platform.url)
        code, out, err = pipe(b"", "login", *words)
        assert (code, err) == (0, "")
        assert "as participant" in out


def test_the_instance_of_the_environment_is_signed_in_to_and_out_of(
    pipe: Run, run: Run, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("pyproject.toml").write_text('[tool.kit]\nhost = "https://codabench.example.org"\n')
    monkeypatch.setenv("CODABENCH_HOST", platform.url)
    assert pipe(platform.token.encode(), "login", "--token-stdin")[0] == 0
    assert kept() == {platform.url: platform.token}
    assert f"signed out of {platform.url[7:]}" in run("logout")[1]
    assert kept() == {}


def test_the_keyring_is_named_where_it_keeps_the_token(
    pipe: Run, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "tests.tools.codabench.keyrings.Plain")
    out = pipe(platform.token.encode(), "login", "--token-stdin", "--host", platform.url, "--format", "json")[1]
    assert json.loads(out) == {
        "schema": 1,
        "kind": "login",
        "host": platform.url,
        "username": "participant",
        "email": "participant@example.com",
        "token": "the keyring",
    }
    assert kept() == {}
    assert "token: in the system's keyring" in pipe(b"", "whoami", "--host", platform.url)[1]
    assert "its token was in the keyring" in pipe(b"", "logout", "--host", platform.url)[1]


def test_a_keyring_that_fails_is_told(pipe: Run, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "tests.tools.codabench.keyrings.Raising")
    code, out, err = pipe(platform.token.encode(), "login", "--token-stdin", "--host", platform.url)
    assert code == 0
    assert "the system's keyring did not do it: ValueError" in err
    assert "tokens.json, which you alone may read" in out
    assert platform.token not in out + err


def test_another_site_is_told_as_such(pipe: Run, platform: Platform) -> None:
    platform.fail("whoami", Fault(name="404", answer=Answer(404, b"<title>Not Found</title>", "text/html")))
    code, _, err = pipe(platform.token.encode(), "login", "--token-stdin", "--host", platform.url)
    assert code == 3
    assert "is no instance of Codabench" in err


def test_a_file_that_others_may_read_is_told_before_anything_is_asked(pipe: Run, platform: Platform) -> None:
    file_path().write_text("{}")
    file_path().chmod(0o644)
    code, _, err = pipe(platform.token.encode(), "login", "--token-stdin", "--host", platform.url)
    assert code == 3
    assert "chmod 600" in err
    assert platform.requests == []


# Options.


@pytest.mark.parametrize(
    "words",
    [
        ["--token", "sesame"],
        ["--token=sesame"],
        ["--token-stdin=sesame"],
        ["--token-stdin", "sesame"],
        ["sesame"],
        ["--", "sesame"],
        ["--password", "sesame"],
        ["--password=sesame"],
        ["--passwd=sesame"],
        ["-p", "sesame"],
        ["-psesame"],
        ["--pw=sesame"],
        ["--secret=sesame"],
        ["--token-value=sesame"],
        ["--user", "me", "sesame"],
        ["--user=me", "--host", "x", "sesame"],
    ],
)
def test_no_secret_is_taken_as_a_word(run: Run, words: list[str]) -> None:
    code, out, err = run("login", *words, "--format", "json")
    assert code == 2
    assert "the shell's history" in err
    assert "--token-stdin" in err
    assert "sesame" not in out + err


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--token"],
        ["--token-stdin", "--host", "token"],
        ["--user", "password", "--json", "token"],
        ["--user=pass=word"],
        ["--format", "json", "-h"],
        ["--help"],
    ],
)
def test_the_words_that_there_are_are_taken(words: list[str]) -> None:
    refuse_secrets(words)


def test_an_unknown_option_is_told_without_its_value(run: Run) -> None:
    code, out, err = run("login", "--pincode=sesame")
    assert code == 2
    assert "sesame" not in out + err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--token", "--token-stdin"], "give one of them"),
        (["--user", "me", "--token"], "a token knows its user"),
        (["--user", " "], "--user is empty"),
        (["--host", "https://me:sesame@x"], "not the address of a host"),
        (["--host", "http://www.codabench.org"], "in clear"),
    ],
)
def test_options_that_do_not_go_together_are_told(run: Run, words: list[str], told: str) -> None:
    code, _, err = run("login", *words)
    assert code == 2
    assert told in err
    assert "sesame" not in err


def test_a_name_that_is_no_text_is_told() -> None:
    from tools.codabench.account.sign_in import exchange
    from tools.codabench.host import Host
    from tools.codabench.transport.wire import Wire

    for user, password in (("\udcff", "sesame"), ("me", "sesame\udcff")):
        with pytest.raises(UsageError, match="not text") as caught:
            exchange(Wire(host=Host("http://127.0.0.1:9")), user, password)
        assert "sesame" not in f"{caught.value!r} {caught.value.__cause__} {caught.value.__context__}"


# whoami and logout.


def test_whoami_shows_the_user_the_place_and_the_storage(
    run: Run, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CODABENCH_TOKEN", platform.token)
    platform.user("participant").used_bytes = 3_250_000_000
    code, out, _ = run("whoami", "--host", platform.url)
    assert code == 0
    assert out.splitlines() == [
        f"participant (participant@example.com) on {platform.url[7:]}",
        "token: CODABENCH_TOKEN",
        "storage: 3.25 of 15 GB used (22%)",
    ]
    assert json.loads(run("whoami", "--host", platform.url, "--format", "json")[1]) == {
        "schema": 1,
        "kind": "account",
        "host": platform.url,
        "username": "participant",
        "email": "participant@example.com",
        "token": "CODABENCH_TOKEN",
        "storage_used_bytes": 3_250_000_000,
        "quota_bytes": 15_000_000_000,
    }


@pytest.mark.parametrize(
    ("quota", "line"), [({"quota": 0, "storage_used": 5}, "storage: 0.00 of 0 GB used"), ({"quota": 15}, "(0%)")]
)
def test_an_odd_quota_is_shown(
    run: Run, platform: Platform, monkeypatch: pytest.MonkeyPatch, quota: dict[str, int], line: str
) -> None:
    monkeypatch.setenv("CODABENCH_TOKEN", platform.token)
    platform.fail("quota", Fault.mutated(lambda _: quota))
    assert line in run("whoami", "--host", platform.url)[1]


def test_an_instance_without_quotas_still_says_who(
    run: Run, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CODABENCH_TOKEN", platform.token)
    platform.fail("quota", Fault(name="404", answer=Answer(404, b"<title>Not Found</title>", "text/html")), times=None)
    code, out, _ = run("whoami", "--host", platform.url)
    assert code == 0
    assert "storage" not in out
    assert json.loads(run("whoami", "--host", platform.url, "--format", "json")[1])["quota_bytes"] is None


def test_whoami_of_nobody_names_kit_login(run: Run, platform: Platform) -> None:
    code, out, err = run("whoami", "--host", platform.url, "--format", "json")
    assert code == 1
    assert "you are not signed in to" in err
    assert "kit login" in err
    assert json.loads(out)["error"]["code"] == "UPL001"
    assert platform.requests == []


def test_two_hosts_are_two_accounts(pipe: Run, run: Run, platform: Platform) -> None:
    with Platform(seed=1) as other:
        for one in (platform, other):
            pipe(one.token.encode(), "login", "--token-stdin", "--host", one.url)
        assert kept() == {platform.url: platform.token, other.url: other.token}
        run("logout", "--host", platform.url)
        assert run("whoami", "--host", platform.url)[0] == 1
        assert run("whoami", "--host", other.url)[0] == 0


def test_the_host_of_the_project_is_the_one(pipe: Run, run: Run, platform: Platform) -> None:
    Path("pyproject.toml").write_text(f'[tool.kit]\nhost = "{platform.url}"\n')
    assert pipe(platform.token.encode(), "login", "--token-stdin")[0] == 0
    assert "participant" in run("whoami")[1]
    assert "signed out" in run("logout")[1]


def test_logout_forgets_and_says_what_stays(
    pipe: Run, run: Run, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe(platform.token.encode(), "login", "--token-stdin", "--host", platform.url)
    monkeypatch.setenv("CODABENCH_TOKEN", platform.token)
    code, out, _ = run("logout", "--host", platform.url)
    assert code == 0
    assert "signed out of" in out
    assert "the token itself stays valid: it does not expire" in out
    assert "unset CODABENCH_TOKEN" in out
    assert platform.token not in out
    assert kept() == {}
    code, out, _ = run("logout", "--host", platform.url, "--format", "json")
    assert code == 0
    assert json.loads(out) == {
        "schema": 1,
        "kind": "logout",
        "host": platform.url,
        "forgotten": [],
        "is_in_environment": True,
    }


def test_logout_of_nobody_says_so(run: Run, platform: Platform) -> None:
    code, out, _ = run("logout", "--host", platform.url)
    assert code == 0
    assert out == f"no token for {platform.url[7:]} was kept\n"


# Where a secret must not be.


def test_what_a_server_says_does_not_move_the_terminal(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CODABENCH_TOKEN", platform.token)
    hostile = "mis\x1b]0;title\x07\x1b[2Jsing\r\u202e\x9b31m"
    user = {"username": hostile, "email": hostile}
    refused = Answer(400, json.dumps({"detail": hostile}).encode(), "application/json")
    page = Answer(502, f"<title>{hostile}</title>".encode(), "text/html")
    moved = Answer(302, b"", "text/html", {"Location": "http://127.0.0.1:9/\x9b31m"})
    for fault in (
        Fault.mutated(lambda _: user),
        *(Fault(name="hostile", answer=answer) for answer in (refused, page, moved)),
    ):
        platform.fail("whoami", fault, times=1 if fault.mutate else 6)
        main(["whoami", "--host", platform.url])
        platform.heal()
        out, err = capsys.readouterr()
        assert all(letter.isprintable() or letter == "\n" for letter in out + err), ascii(out + err)
        assert "sing" in out + err or "127.0.0.1:9" in err


def test_the_logs_of_the_libraries_hold_no_secret(platform: Platform) -> None:
    platform.fail("whoami", Fault.status(502))
    program = (
        "import logging, sys; logging.basicConfig(level=logging.DEBUG, stream=sys.stderr);"
        "from tools.codabench.host import Host; from tools.codabench.account.sign_in import exchange, keep;"
        "from tools.codabench.transport.wire import Wire;"
        f"wire = Wire(host=Host({platform.url!r}));"
        f"keep(wire, exchange(wire, 'participant', {PASSWORD!r}), print)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "DEBUG:httpcore" in done.stderr
    assert "INFO:httpx" in done.stderr
    assert "receive_response_headers" in done.stderr
    assert platform.token not in done.stderr + done.stdout
    assert PASSWORD not in done.stderr + done.stdout
    assert kept() == {platform.url: platform.token}


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="there is no /proc to look at a command line in")
def test_the_list_of_processes_holds_no_secret(platform: Platform) -> None:
    platform.fail("whoami", Fault.slow(0.5))
    words = [sys.executable, "-c", KIT, "login", "--token-stdin", "--host", platform.url]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        assert process.stdin is not None
        process.stdin.write(platform.token.encode())
        process.stdin.close()
        ends = time.monotonic() + 10
        while not platform.asked("whoami") and time.monotonic() < ends:
            time.sleep(0.01)
        seen = b"".join(Path(f"/proc/{process.pid}/{name}").read_bytes() for name in ("cmdline", "environ", "comm"))
        assert process.stdout is not None
        assert b"as participant" in process.stdout.read()
    assert b"--token-stdin" in seen
    assert platform.token.encode() not in seen
    assert process.returncode == 0


@pytest.mark.parametrize("moment", ["keep_token", "replace"])
def test_a_traceback_holds_no_secret(
    pipe: Run, platform: Platform, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    def fail(*arguments: object, **_: object) -> None:
        raise RuntimeError(f"a defect of the kit: {arguments!r}")

    monkeypatch.setattr(f"tools.codabench.account.sign_in.{moment}", fail)
    code, out, err = pipe(platform.token.encode(), "login", "--token-stdin", "--host", platform.url, "--format", "json")
    assert code == 3
    assert "Traceback" in err
    assert "a defect of the kit" in err
    assert platform.token not in out + err


def test_a_login_while_the_platform_restarts_is_tried_again(pipe: Run, platform: Platform) -> None:
    platform.fail("whoami", Fault.unavailable(), times=2)
    code, out, err = pipe(platform.token.encode(), "login", "--token-stdin", "--host", platform.url)
    assert code == 0
    assert "answered 503" in err
    assert "as participant" in out
