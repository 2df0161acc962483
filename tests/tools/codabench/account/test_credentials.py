"""Where tokens are kept: the environment, keyrings good and bad, and a file that its owner alone may read."""

import json
import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tools.codabench.keyrings import Hanging
from tools.codabench.account import credentials, system_keyring
from tools.codabench.account.credentials import file_path, find_token, forget_token, keep_token, require_readable_file
from tools.codabench.host import Host
from tools.codabench.token import Token
from tools.errors import KitError, UsageError

REPOSITORY = Path(__file__).parents[4]
HOST, OTHER = Host("https://www.codabench.org"), Host("https://bench.example")
SECRET, ANOTHER = "a" * 40, "b" * 40
BROKEN = ["Raising", "Locked", "Hanging", "NotViable", "Missing"]

needs_modes = pytest.mark.skipif(os.name == "nt", reason="Windows has no modes of files")


@pytest.fixture(autouse=True)
def _own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Settings, environment and keyring of this test's own; there is no keyring."""
    monkeypatch.setenv("KIT_CONFIG_DIR", str(tmp_path / "settings"))
    monkeypatch.setenv("TEST_KEYRING", str(tmp_path / "keyring.json"))
    monkeypatch.delenv("CODABENCH_TOKEN", raising=False)
    monkeypatch.setattr(system_keyring, "_stuck", threading.Event())
    monkeypatch.setattr(system_keyring, "LIMIT_S", 0.3)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setattr("keyring.core._keyring_backend", None)
    Hanging.released.clear()
    yield
    Hanging.released.set()


@pytest.fixture
def told() -> list[str]:
    """What was told of the keyring."""
    return []


def use(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Choose the keyring, as a user does."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", name if "." in name else f"tests.tools.codabench.keyrings.{name}")
    monkeypatch.setattr("keyring.core._keyring_backend", None)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# The environment.


def test_there_is_no_token_at_first(told: list[str]) -> None:
    assert find_token(HOST, told.append) is None
    assert told == []
    assert not file_path().parent.exists()


def test_the_environment_wins_over_all_that_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_token(HOST, Token(SECRET))
    monkeypatch.setenv("CODABENCH_TOKEN", f" {ANOTHER}\n")
    assert find_token(HOST) == Token(ANOTHER, "CODABENCH_TOKEN")
    assert find_token(OTHER) == Token(ANOTHER, "CODABENCH_TOKEN")


@pytest.mark.parametrize("empty", ["", "  ", "\n"])
def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch, empty: str) -> None:
    monkeypatch.setenv("CODABENCH_TOKEN", empty)
    assert find_token(HOST) is None


@pytest.mark.parametrize(
    ("secret", "complaint"),
    [
        ("", "empty"),
        ("sesame opened", "space"),
        (f"Token {SECRET}", "space"),
        ("sesame\nopened", "control character"),
        ("sesame\x1b[2J", "control character"),
        ("sesame\x7f", "control character"),
        ("sésame", "beyond ASCII"),
        ("sesame\ud800", "beyond ASCII"),
        ("s" * 4097, "4097 characters"),
    ],
)
def test_what_a_header_cannot_carry_is_no_token_and_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, secret: str, complaint: str
) -> None:
    with pytest.raises(UsageError, match=complaint) as caught:
        Token(secret)
    assert not secret or secret not in f"{caught.value} {caught.value.fix} {caught.value!r}"
    assert "esame" not in str(caught.value)
    if secret and secret.isascii():
        monkeypatch.setenv("CODABENCH_TOKEN", secret)
        with pytest.raises(UsageError, match="CODABENCH_TOKEN is no token"):
            find_token(HOST)


@pytest.mark.parametrize("secret", ["a", "0123456789abcdef" * 2, "eyJhbGciOi.J9-_~+/==", "s" * 4096])
def test_other_forms_are_for_the_platform_to_judge(secret: str) -> None:
    assert Token(secret).header == {"Authorization": f"Token {secret}"}


def test_a_token_never_shows_itself() -> None:
    assert SECRET not in f"{Token(SECRET)} {Token(SECRET)!r} {[Token(SECRET)]}"


# The keyring.


def test_a_keyring_is_used_where_there_is_one(monkeypatch: pytest.MonkeyPatch, told: list[str]) -> None:
    use(monkeypatch, "Plain")
    assert keep_token(HOST, Token(SECRET), told.append).kept == "the keyring"
    assert find_token(HOST, told.append) == Token(SECRET, "the keyring")
    assert not file_path().exists()
    assert json.loads(Path(os.environ["TEST_KEYRING"]).read_text()) == {f"codabench-kit {HOST}": SECRET}
    assert forget_token(HOST, told.append) == ("the keyring",)
    assert find_token(HOST, told.append) is None
    assert told == []


def test_two_hosts_keep_two_tokens_in_a_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, "Plain")
    keep_token(HOST, Token(SECRET))
    keep_token(OTHER, Token(ANOTHER))
    assert [find_token(host) for host in (HOST, OTHER)] == [Token(SECRET, "the keyring"), Token(ANOTHER, "the keyring")]
    forget_token(HOST)
    assert find_token(HOST) is None
    assert find_token(OTHER) == Token(ANOTHER, "the keyring")


@pytest.mark.parametrize("name", [*BROKEN, "Lying", "keyring.backends.null.Keyring", "no.such.module.Keyring"])
def test_a_keyring_that_fails_falls_back_to_the_file(
    monkeypatch: pytest.MonkeyPatch, told: list[str], name: str
) -> None:
    use(monkeypatch, name)
    assert keep_token(HOST, Token(SECRET), told.append).kept == "a file"
    assert find_token(HOST, told.append) == Token(SECRET, "a file")
    assert "a file" in forget_token(HOST, told.append)
    assert SECRET not in " ".join(told)


@pytest.mark.parametrize("name", BROKEN)
def test_a_keyring_that_fails_is_told_by_the_kind_of_error(
    monkeypatch: pytest.MonkeyPatch, told: list[str], name: str
) -> None:
    use(monkeypatch, name)
    assert find_token(HOST, told.append) is None
    assert len(told) == 1
    assert "keyring" in told[0]
    assert HOST.url not in told[0]


def test_a_keyring_that_hangs_is_waited_for_once(monkeypatch: pytest.MonkeyPatch, told: list[str]) -> None:
    use(monkeypatch, "Hanging")
    for _ in range(20):
        assert find_token(HOST, told.append) is None
    assert told == ["the system's keyring did not answer within 0 s; it may be locked"]


def test_a_keyring_that_is_slow_is_announced(monkeypatch: pytest.MonkeyPatch, told: list[str]) -> None:
    use(monkeypatch, "Hanging")
    monkeypatch.setattr(system_keyring, "QUIET_S", 0.05)
    monkeypatch.setattr(system_keyring, "LIMIT_S", 30)
    threading.Timer(0.2, Hanging.released.set).start()
    assert find_token(HOST, told.append) is None
    assert told == ["waiting for the system's keyring, which may want to be unlocked"]


def test_a_keyring_that_breaks_at_its_import_falls_back_to_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, told: list[str]
) -> None:
    (tmp_path / "bad_keyring.py").write_text("raise OSError('no such library')\n")
    monkeypatch.syspath_prepend(tmp_path)
    use(monkeypatch, "bad_keyring.Keyring")
    assert keep_token(HOST, Token(SECRET), told.append).kept == "a file"
    assert told == ["the system's keyring did not do it: OSError"]


def test_a_keyring_package_that_cannot_be_imported_falls_back_to_the_file(
    monkeypatch: pytest.MonkeyPatch, told: list[str]
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert keep_token(HOST, Token(SECRET), told.append).kept == "a file"
    assert find_token(HOST, told.append) == Token(SECRET, "a file")


def test_a_token_in_the_file_is_newer_than_one_in_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, "Plain")
    keep_token(HOST, Token(ANOTHER))
    use(monkeypatch, "Locked")
    keep_token(HOST, Token(SECRET))
    use(monkeypatch, "Plain")
    assert find_token(HOST) == Token(SECRET, "a file")
    assert forget_token(HOST) == ("the keyring", "a file")
    assert find_token(HOST) is None


def test_what_goes_into_the_keyring_leaves_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_token(HOST, Token(SECRET))
    keep_token(OTHER, Token(SECRET))
    use(monkeypatch, "Plain")
    assert keep_token(HOST, Token(ANOTHER)).kept == "the keyring"
    assert find_token(HOST) == Token(ANOTHER, "the keyring")
    assert find_token(OTHER) == Token(SECRET, "a file")


# The file.


def test_two_hosts_keep_two_tokens_in_the_file() -> None:
    keep_token(HOST, Token(SECRET))
    keep_token(OTHER, Token(ANOTHER))
    assert [find_token(host) for host in (HOST, OTHER)] == [Token(SECRET, "a file"), Token(ANOTHER, "a file")]
    keep_token(HOST, Token("c"))
    assert find_token(HOST) == Token("c", "a file")
    assert forget_token(HOST) == ("a file",)
    assert find_token(OTHER) == Token(ANOTHER, "a file")
    forget_token(OTHER)
    assert not file_path().exists()


def test_to_forget_what_is_not_kept_is_no_error() -> None:
    assert forget_token(HOST) == ()
    assert not file_path().parent.exists()


@needs_modes
@pytest.mark.parametrize("shared", [0o640, 0o604, 0o644, 0o620, 0o601, 0o666])
def test_a_file_that_others_may_open_is_refused(shared: int) -> None:
    keep_token(HOST, Token(SECRET))
    file_path().chmod(shared)
    for ask in (find_token, forget_token, lambda host: keep_token(host, Token(ANOTHER))):
        with pytest.raises(KitError, match="others on this machine may read it") as caught:
            ask(HOST)
        assert f"chmod 600 {file_path()}" in caught.value.fix
        assert SECRET not in str(caught.value)
    with pytest.raises(KitError):
        require_readable_file()


@needs_modes
@pytest.mark.parametrize("own", [0o600, 0o400, 0o700])
def test_a_file_of_ones_own_is_read(own: int) -> None:
    keep_token(HOST, Token(SECRET))
    file_path().chmod(own)
    assert find_token(HOST) == Token(SECRET, "a file")


def test_where_files_have_no_modes_none_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "HAS_MODES", False)
    keep_token(HOST, Token(SECRET))
    file_path().chmod(0o644)
    assert find_token(HOST) == Token(SECRET, "a file")


@needs_modes
def test_a_disk_that_keeps_no_modes_gets_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "OWNER_ONLY", 0o644)  # as a FAT or a share shows every file
    with pytest.raises(KitError, match="cannot keep a file from others") as caught:
        keep_token(HOST, Token(SECRET))
    assert "KIT_CONFIG_DIR" in caught.value.fix
    assert [path.name for path in file_path().parent.iterdir() if path.stat().st_size] == []


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "not JSON"),
        (b'{"https://www.codabench.org": "aaaa', "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[]", "not what kit login writes"),
        (b'{"https://www.codabench.org": 5}', "not what kit login writes"),
    ],
)
def test_a_broken_file_is_told_with_the_fix(content: bytes, complaint: str) -> None:
    file_path().parent.mkdir(parents=True)
    file_path().write_bytes(content)
    file_path().chmod(0o600)
    with pytest.raises(KitError, match=complaint) as caught:
        find_token(HOST)
    assert "kit login" in caught.value.fix
    assert "aaaa" not in str(caught.value)


def test_a_folder_in_the_place_of_the_file_is_told() -> None:
    file_path().mkdir(parents=True)
    file_path().chmod(0o700)
    with pytest.raises(KitError, match="cannot be read: Is a directory"):
        find_token(HOST)


def test_what_the_file_holds_is_looked_at_as_well() -> None:
    file_path().parent.mkdir(parents=True)
    file_path().write_text(json.dumps({HOST.url: "sesame\nopened"}))
    file_path().chmod(0o600)
    with pytest.raises(UsageError, match="what a file holds is no token") as caught:
        find_token(HOST)
    assert caught.value.fix == "kit login"
    assert "sesame" not in str(caught.value)
    keep_token(HOST, Token(SECRET))
    assert find_token(HOST) == Token(SECRET, "a file")


WATCHED = """
import os, signal, stat, sys
from pathlib import Path
from tools.codabench.account.credentials import keep_token
from tools.codabench.host import Host
from tools.codabench.token import Token

def watch(event, arguments):
    if event in ("os.chmod", "os.rename") and ".tokens-" in os.fspath(arguments[0]):
        path = Path(arguments[0])
        print(event, oct(stat.S_IMODE(path.stat().st_mode)), path.stat().st_size > 0, flush=True)
        if event == sys.argv[1]:
            os.kill(os.getpid(), signal.SIGKILL)

os.umask(0)
sys.addaudithook(watch)
keep_token(Host("https://www.codabench.org"), Token("new"))
"""


def watched(killed_at: str = "") -> subprocess.CompletedProcess[str]:
    """Keep a token in a process that says the mode of the file at each step, and kills itself at one."""
    return subprocess.run(
        [sys.executable, "-c", WATCHED, killed_at], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )


@needs_modes
def test_the_file_is_its_owners_alone_from_the_first_byte_on() -> None:
    done = watched()
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n") == ["os.chmod 0o600 False", "os.rename 0o600 True", ""]
    assert mode(file_path()) == 0o600


@needs_modes
@pytest.mark.parametrize("moment", ["os.chmod", "os.rename"])
def test_a_write_that_is_killed_leaves_the_old_file_and_what_is_left_goes_at_the_next(moment: str) -> None:
    keep_token(HOST, Token(SECRET))
    keep_token(OTHER, Token(ANOTHER))
    assert watched(moment).returncode == -signal.SIGKILL
    assert find_token(HOST) == Token(SECRET, "a file")
    assert find_token(OTHER) == Token(ANOTHER, "a file")
    left = list(file_path().parent.glob(".tokens-*"))
    assert [mode(path) for path in left] == [0o600]
    forget_token(HOST)
    assert list(file_path().parent.glob(".tokens-*")) == []


@needs_modes
def test_what_a_killed_first_login_has_left_goes_with_the_logout() -> None:
    watched("os.rename")
    assert [path.name[:8] for path in file_path().parent.iterdir() if path.stat().st_size] == [".tokens-"]
    assert forget_token(HOST) == ()
    assert [path for path in file_path().parent.iterdir() if path.stat().st_size] == []


def test_logins_at_the_same_time_lose_nothing() -> None:
    hosts = [Host(f"https://bench{number}.example") for number in range(12)]
    threads = [threading.Thread(target=keep_token, args=(host, Token(host.url))) for host in hosts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [find_token(host) for host in hosts] == [Token(host.url, "a file") for host in hosts]


def test_another_process_that_holds_the_file_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    import filelock

    monkeypatch.setattr(credentials, "LOCK_S", 0.1)
    file_path().parent.mkdir(parents=True)
    with (
        filelock.FileLock(file_path().with_name("tokens.lock")),
        pytest.raises(KitError, match="another kit"),
    ):
        keep_token(HOST, Token(SECRET))


@needs_modes
def test_a_folder_that_cannot_be_written_is_no_matter_where_the_keyring_has_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    use(monkeypatch, "Plain")
    monkeypatch.setenv("KIT_CONFIG_DIR", str(tmp_path / "keyring.json" / "settings"))
    assert keep_token(HOST, Token(SECRET)).kept == "the keyring"
    assert forget_token(HOST) == ("the keyring",)
