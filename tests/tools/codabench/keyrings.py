"""Keyrings of our own, for PYTHON_KEYRING_BACKEND: one that works, and those that do not."""

# ruff: noqa: ARG002, N805 - the signatures are the keyring package's

import json
import os
import threading
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.compat import properties
from keyring.errors import KeyringLocked, PasswordDeleteError


class _Backend(KeyringBackend):
    @properties.classproperty
    def priority(cls) -> float:
        """Never chosen unless it is named."""
        return -1


class Plain(_Backend):
    """Keeps all in a file, in plain text, as the keyrings of keyrings.alt do; TEST_KEYRING names it."""

    def _all(self) -> dict[str, str]:
        path = Path(os.environ["TEST_KEYRING"])
        return json.loads(path.read_text()) if path.exists() else {}

    def get_password(self, service: str, username: str) -> str | None:
        return self._all().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        Path(os.environ["TEST_KEYRING"]).write_text(json.dumps(self._all() | {f"{service} {username}": password}))

    def delete_password(self, service: str, username: str) -> None:
        kept = self._all()
        if kept.pop(f"{service} {username}", None) is None:
            raise PasswordDeleteError("no such password")
        Path(os.environ["TEST_KEYRING"]).write_text(json.dumps(kept))


class Raising(_Backend):
    """Raises what a backend should not, and shows what it was given."""

    def get_password(self, service: str, username: str) -> str | None:
        raise ValueError(f"cannot read {service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise ValueError(f"cannot write {password}")

    def delete_password(self, service: str, username: str) -> None:
        raise ValueError("cannot delete")


class Locked(_Backend):
    """Nobody has unlocked it."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("locked")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked("locked")

    delete_password = get_password  # type: ignore[assignment]


class Hanging(_Backend):
    """Waits for somebody to unlock it, until `released`."""

    released = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.released.wait(60)
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        self.released.wait(60)

    delete_password = get_password  # type: ignore[assignment]


class Lying(_Backend):
    """Says that it has kept it, and has not."""

    def get_password(self, service: str, username: str) -> str | None:
        return "something else"

    def set_password(self, service: str, username: str, password: str) -> None:
        """Nothing."""

    def delete_password(self, service: str, username: str) -> None:
        """Nothing."""


class NotViable(Plain):
    """Says that it cannot be used here."""

    @properties.classproperty
    def priority(cls) -> float:
        raise RuntimeError("no such service")
