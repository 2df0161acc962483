"""The system's keyring as it is found: absent, broken, locked or never answering. None of that is an error here.

Each call runs in a thread of its own, which is left behind when it does not end: a locked keyring may wait for a window
that nobody sees. `tell` gets a sentence where a keyring that is there did not do what it should.
"""

import threading
from collections.abc import Callable

SERVICE = "codabench-kit"
LIMIT_S = 60.0  # somebody may have to type the keyring's password
QUIET_S = 3.0

_stuck = threading.Event()


def secret_in_keyring(name: str, tell: Callable[[str], None]) -> str | None:
    """What the keyring holds under a name; None for nothing, and where it does not say."""
    found = _asked(lambda keyring: keyring.get_password(SERVICE, name), tell)
    return found if isinstance(found, str) and found else None


def put_into_keyring(name: str, secret: str, tell: Callable[[str], None]) -> bool:
    """Whether the keyring took a secret and gives it back."""

    def put(keyring: "_Keyring") -> bool:
        keyring.set_password(SERVICE, name, secret)
        return keyring.get_password(SERVICE, name) == secret

    return _asked(put, tell) is True


def drop_from_keyring(name: str, tell: Callable[[str], None]) -> bool:
    """Whether the keyring held something under a name, and holds it no more."""

    def drop(keyring: "_Keyring") -> bool:
        if keyring.get_password(SERVICE, name) is None:
            return False
        keyring.delete_password(SERVICE, name)
        return True

    return _asked(drop, tell) is True


class _Keyring:
    """The part of the `keyring` package that is used."""

    def __init__(self) -> None:
        import keyring  # noqa: PLC0415 - costs a tenth of a second

        self.get_password = keyring.get_password
        self.set_password = keyring.set_password
        self.delete_password = keyring.delete_password


def _asked(act: Callable[[_Keyring], object], tell: Callable[[str], None]) -> object:
    """What the keyring answers; None, told, where it raises or does not end, and None where there is no keyring."""
    answers: list[object] = []

    def ask() -> None:
        try:
            answers.append(act(_Keyring()))
        except Exception as error:  # a backend is a stranger's: it raises what it likes
            answers.append(error)

    if _stuck.is_set():
        return None
    thread = threading.Thread(target=ask, name="keyring", daemon=True)
    thread.start()
    thread.join(min(QUIET_S, LIMIT_S))
    if not answers and LIMIT_S > QUIET_S:
        tell("waiting for the system's keyring, which may want to be unlocked")
        thread.join(LIMIT_S - QUIET_S)
    if not answers:
        _stuck.set()
        tell(f"the system's keyring did not answer within {LIMIT_S:.0f} s; it may be locked")
        return None
    if isinstance(error := answers[0], Exception):
        _tell_unless_absent(error, tell)
        return None
    return answers[0]


def _tell_unless_absent(error: Exception, tell: Callable[[str], None]) -> None:
    """Name the kind of error alone: its text is a backend's, and may hold what it was given."""
    if type(error).__name__ != "NoKeyringError":
        tell(f"the system's keyring did not do it: {type(error).__name__}")
