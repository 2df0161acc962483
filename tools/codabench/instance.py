"""Which instance a command speaks with, and whether CODABENCH_TOKEN may go there. It loads nothing of the network."""

import os
from dataclasses import dataclass

from tools.codabench.account.credentials import is_in_environment
from tools.codabench.host import DEFAULT, Host, read_host
from tools.errors import UsageError
from tools.project import read_settings

VARIABLE = "CODABENCH_HOST"


@dataclass(frozen=True, kw_only=True)
class Instance:
    """An instance; `is_trusted` where the user named it, or where it is codabench.org itself."""

    host: Host
    is_trusted: bool

    @property
    def withholds_token(self) -> bool:
        """Whether CODABENCH_TOKEN is set and kept from it: the token does not say which instance it is for."""
        return not self.is_trusted and is_in_environment()

    @property
    def told_withheld(self) -> str:
        """What there is to say where the token is kept from it."""
        return (
            f"CODABENCH_TOKEN is not sent to {self.host}, which a project's settings name: "
            f"{VARIABLE}={self.host} allows it"
        )


def chosen_instance(given: str | None = None) -> Instance:
    """The instance of `--host`, else of CODABENCH_HOST, else of the settings, else codabench.org.

    One that only a project's settings name is not trusted: they may be somebody else's. Raises UsageError for what is
    no address.
    """
    named = given or os.environ.get(VARIABLE)
    host = read_host(named or read_settings().host)
    return Instance(host=host, is_trusted=bool(named) or host.url == DEFAULT)


def needs_naming(host: Host) -> bool:
    """Whether a command line reaches an instance, with the same token, only by `--host`."""
    try:
        usual = chosen_instance()
    except UsageError:  # what the settings name is no address
        return True
    return usual.host != host or usual.withholds_token
