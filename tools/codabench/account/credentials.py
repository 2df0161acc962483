"""Where a token is kept: CODABENCH_TOKEN, the system's keyring, else a file that its owner alone may read.

A password is never kept, nor is a token ever shown. The file is for machines without a keyring; KIT_CONFIG_DIR moves
it, as it moves the user's settings. It is asked before the keyring, which has the older token where it has one as well.
"""

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tools.codabench.account.system_keyring import drop_from_keyring, put_into_keyring, secret_in_keyring
from tools.codabench.host import Host
from tools.codabench.telling import Tell, silent
from tools.codabench.token import Kept, Token
from tools.errors import KitError
from tools.project import user_folder

VARIABLE: Kept = "CODABENCH_TOKEN"
OWNER_ONLY = 0o600
OTHERS = 0o077
HAS_MODES = os.name != "nt"
LOCK_S = 20.0
BESIDE = ".tokens-"


def is_in_environment() -> bool:
    """Whether CODABENCH_TOKEN is set, which wins over all that is kept."""
    return bool(os.environ.get(VARIABLE, "").strip())


def find_token(host: Host, tell: Tell = silent, *, from_environment: bool = True) -> Token | None:
    """The token for an instance: of the environment, else of the file, else of the keyring. None without one.

    `tell` gets a sentence where the keyring fails. Raises UsageError for what is no token, KitError for a file that
    others may read or that is broken.
    """
    if from_environment and is_in_environment():
        return Token(os.environ[VARIABLE].strip(), VARIABLE)
    if kept := _read_file().get(host.url):
        return Token(kept, "a file")
    if kept := secret_in_keyring(host.url, tell):
        return Token(kept, "the keyring")
    return None


def keep_token(host: Host, token: Token, tell: Tell = silent) -> Token:
    """Keep a token in the keyring, else in the file; gives it back with the place. Raises KitError, OSError."""
    place: Kept = "the keyring" if put_into_keyring(host.url, token.secret, tell) else "a file"
    if place == "the keyring" and not _has_files():
        return Token(token.secret, place)
    with _locked():
        kept = {url: secret for url, secret in _read_file().items() if url != host.url}
        _write_file(kept | ({host.url: token.secret} if place == "a file" else {}))
    return Token(token.secret, place)


def forget_token(host: Host, tell: Tell = silent) -> tuple[Kept, ...]:
    """Forget the token of an instance everywhere; gives the places it was in. The platform is not told."""
    places: list[Kept] = ["the keyring"] if drop_from_keyring(host.url, tell) else []
    if not _has_files():
        return tuple(places)
    with _locked():
        kept = _read_file()
        if kept.pop(host.url, None) is not None:
            places.append("a file")
            _write_file(kept)
    return tuple(places)


def require_readable_file() -> None:
    """Raise KitError for a file that others may read or that is broken, before somebody types a password for it."""
    _read_file()


def file_path() -> Path:
    """The file that stands in for a keyring."""
    return user_folder() / "tokens.json"


def _has_files() -> bool:
    """Whether there is the file, or a piece of it that a killed process has left behind."""
    return file_path().exists() or any(user_folder().glob(f"{BESIDE}*"))


def _read_file() -> dict[str, str]:
    path = file_path()
    try:
        with path.open(encoding="utf-8") as stream:
            if HAS_MODES and os.fstat(stream.fileno()).st_mode & OTHERS:
                raise KitError(
                    f"{path} holds your token, and others on this machine may read it",
                    f"chmod 600 {path}, and ask for a new token if somebody may have seen it",
                )
            kept = json.load(stream)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise KitError(f"{path} cannot be read: {_reason(error)}", "remove it, then kit login") from error
    if not isinstance(kept, dict) or not all(isinstance(secret, str) for secret in kept.values()):
        raise KitError(f"{path} is not what kit login writes", "remove it, then kit login")
    return kept


def _reason(error: Exception) -> str:
    """Why, without a piece of the file."""
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return "it is not UTF-8" if isinstance(error, UnicodeError) else "it is not JSON"


@contextmanager
def _locked() -> Iterator[None]:
    """One process at a time changes the file; what a killed one has left behind is swept up."""
    import filelock  # noqa: PLC0415

    folder = user_folder()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with filelock.FileLock(folder / "tokens.lock", timeout=LOCK_S):
            for left in folder.glob(f"{BESIDE}*"):
                left.unlink(missing_ok=True)
            yield
    except filelock.Timeout as error:
        raise KitError(f"another kit has held {folder} for {LOCK_S:.0f} s", "wait for it, or end it") from error


def _write_file(kept: Mapping[str, str]) -> None:
    """Written beside and renamed; from its first byte on it is its owner's alone. An empty one goes."""
    path = file_path()
    if not kept:
        path.unlink(missing_ok=True)
        return
    handle, beside = tempfile.mkstemp(prefix=BESIDE, dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            Path(beside).chmod(OWNER_ONLY)
            if HAS_MODES and os.fstat(stream.fileno()).st_mode & OTHERS:
                raise KitError(
                    f"{path.parent} is on a disk that cannot keep a file from others, so no token is kept there",
                    f"KIT_CONFIG_DIR puts the file elsewhere; or set {VARIABLE}",
                )
            json.dump(kept, stream, indent=1)
        Path(beside).replace(path)
    finally:
        Path(beside).unlink(missing_ok=True)
