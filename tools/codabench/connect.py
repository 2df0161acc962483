"""The line to an instance for a command: which instance, signed in as whom."""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass

from tools.codabench.account.credentials import find_token, is_in_environment
from tools.codabench.client import Client
from tools.codabench.host import DEFAULT, read_host
from tools.codabench.transport.patience import Patience
from tools.codabench.transport.storage import Storage
from tools.codabench.transport.wire import Wire
from tools.project import read_settings

VARIABLE = "CODABENCH_HOST"
TALKATIVE = ("httpx", "httpcore")
"""Loggers that write whole addresses: a signed one is a secret, whatever level somebody has set."""


@dataclass(frozen=True)
class Platform:
    """Its interface and its storage."""

    client: Client
    storage: Storage


def connect(host: str | None, tell: Callable[[str], None], patience: Patience | None = None) -> Platform:
    """The instance of `--host`, of CODABENCH_HOST or of the settings, with the user's token for it if there is one.

    CODABENCH_TOKEN does not say which instance it is for, so it is kept from one that only a project's settings name:
    they may be somebody else's. `tell` gets a sentence whenever something is tried again, or the keyring fails.
    Nothing is sent.
    """
    for logger in TALKATIVE:
        logging.getLogger(logger).setLevel(logging.WARNING)
    named = host or os.environ.get(VARIABLE)
    chosen = read_host(named or read_settings().host)
    is_trusted = bool(named) or chosen.url == DEFAULT
    if not is_trusted and is_in_environment():
        tell(f"CODABENCH_TOKEN is not sent to {chosen}, which a project's settings name: {VARIABLE}={chosen} allows it")
    patience = patience or Patience()
    token = find_token(chosen, tell, from_environment=is_trusted)
    wire = Wire(host=chosen, token=token, patience=patience, tell=tell)
    return Platform(client=Client(wire), storage=Storage(patience=patience, tell=tell))
