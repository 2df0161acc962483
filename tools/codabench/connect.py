"""The line to an instance for a command: which instance, signed in as whom."""

from collections.abc import Callable
from dataclasses import dataclass

from tools.codabench.client import Client
from tools.codabench.credentials import find_token
from tools.codabench.host import read_host
from tools.codabench.patience import Patience
from tools.codabench.storage import Storage
from tools.codabench.wire import Wire
from tools.project import read_settings


@dataclass(frozen=True)
class Platform:
    """Its interface and its storage."""

    client: Client
    storage: Storage


def connect(host: str | None, tell: Callable[[str], None], patience: Patience | None = None) -> Platform:
    """The instance of `--host`, else of the project's settings, with the user's token for it if there is one.

    `tell` gets a sentence whenever something is tried again, or the keyring fails. Nothing is sent.
    """
    chosen = read_host(host or read_settings().host)
    patience = patience or Patience()
    wire = Wire(host=chosen, token=find_token(chosen, tell), patience=patience, tell=tell)
    return Platform(client=Client(wire), storage=Storage(patience=patience, tell=tell))
