"""The line to an instance for a command, signed in as whom it may be there."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from tools.codabench.account.credentials import find_token
from tools.codabench.client import Client
from tools.codabench.instance import chosen_instance
from tools.codabench.transport.patience import Patience
from tools.codabench.transport.storage import Storage
from tools.codabench.transport.wire import Wire

TALKATIVE = ("httpx", "httpcore")
"""Loggers that write whole addresses: a signed one is a secret, whatever level somebody has set."""


@dataclass(frozen=True)
class Platform:
    """Its interface and its storage."""

    client: Client
    storage: Storage


def connect(host: str | None, tell: Callable[[str], None], patience: Patience | None = None) -> Platform:
    """The instance of `--host`, of CODABENCH_HOST or of the settings, with the user's token for it if there is one.

    CODABENCH_TOKEN is kept from an instance that only a project's settings name. `tell` gets a sentence whenever
    something is tried again, or the keyring fails. Nothing is sent.
    """
    for logger in TALKATIVE:
        logging.getLogger(logger).setLevel(logging.WARNING)
    chosen = chosen_instance(host)
    if chosen.withholds_token:
        tell(chosen.told_withheld)
    patience = patience or Patience()
    token = find_token(chosen.host, tell, from_environment=chosen.is_trusted)
    wire = Wire(host=chosen.host, token=token, patience=patience, tell=tell)
    return Platform(client=Client(wire), storage=Storage(patience=patience, tell=tell))
