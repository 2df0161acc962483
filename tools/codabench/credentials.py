"""Where a token is kept: CODABENCH_TOKEN, the system's keyring, else a file that its owner alone may read.

A password is never kept, nor is a token ever shown. The file is for machines without a keyring; KIT_CONFIG_DIR moves
it, as it moves the user's settings.
"""

import json
import os
import tempfile
from pathlib import Path

from tools.codabench.host import Host
from tools.codabench.token import Token
from tools.errors import KitError
from tools.project import user_folder

VARIABLE = "CODABENCH_TOKEN"
SERVICE = "codabench-kit"
OWNER_ONLY = 0o600


def find_token(host: Host) -> Token | None:
    """The token for an instance: of the environment, else of the keyring, else of the file. None without one.

    Raises KitError for a file that others may read or that is broken.
    """
    if given := os.environ.get(VARIABLE, "").strip():
        return Token(given, "CODABENCH_TOKEN")
    if kept := _from_keyring(host):
        return Token(kept, "the keyring")
    if kept := _read_file().get(host.url):
        return Token(kept, "a file")
    return None


def keep_token(host: Host, token: Token) -> Token:
    """Keep a token in the keyring, else in the file; gives it back with the place."""
    if _into_keyring(host, token):
        _write_file({url: kept for url, kept in _read_file().items() if url != host.url})
        return Token(token.secret, "the keyring")
    _write_file(_read_file() | {host.url: token.secret})
    return Token(token.secret, "a file")


def forget_token(host: Host) -> bool:
    """Forget the token of an instance everywhere; False where there was none. The platform is not told."""
    import keyring  # noqa: PLC0415 - costs a tenth of a second
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        was_there = keyring.get_password(SERVICE, host.url) is not None
        if was_there:
            keyring.delete_password(SERVICE, host.url)
    except KeyringError:
        was_there = False
    kept = _read_file()
    if host.url in kept:
        _write_file({url: secret for url, secret in kept.items() if url != host.url})
        was_there = True
    return was_there


def file_path() -> Path:
    """The file that stands in for a keyring."""
    return user_folder() / "tokens.json"


def _from_keyring(host: Host) -> str | None:
    import keyring  # noqa: PLC0415
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        return keyring.get_password(SERVICE, host.url)
    except KeyringError:
        return None


def _into_keyring(host: Host, token: Token) -> bool:
    """Whether the keyring took it, and gives it back."""
    import keyring  # noqa: PLC0415
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        keyring.set_password(SERVICE, host.url, token.secret)
        return keyring.get_password(SERVICE, host.url) == token.secret
    except KeyringError:
        return False


def _read_file() -> dict[str, str]:
    path = file_path()
    if not path.exists():
        return {}
    if os.name != "nt" and path.stat().st_mode & 0o077:
        raise KitError(
            f"{path} holds your token, and others may read it",
            f"chmod 600 {path}; then kit login, for the token may be known",
        )
    try:
        kept = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise KitError(f"{path} cannot be read: {error}", "remove it, then kit login") from error
    if not isinstance(kept, dict):
        raise KitError(f"{path} is not what kit login writes", "remove it, then kit login")
    return {str(url): str(secret) for url, secret in kept.items()}


def _write_file(kept: dict[str, str]) -> None:
    """Written beside and renamed; from its first byte on it is its owner's alone."""
    path = file_path()
    if not kept:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(prefix=".tokens-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            Path(beside).chmod(OWNER_ONLY)
            json.dump(kept, stream, indent=1)
        Path(beside).replace(path)
    finally:
        Path(beside).unlink(missing_ok=True)
