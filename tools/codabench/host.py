"""An instance of the platform: its address, and which addresses a token may be sent to."""

import os
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from tools.errors import UsageError

DEFAULT = "https://www.codabench.org"
IN_CLEAR = "KIT_ALLOW_HTTP"
PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True)
class Host:
    """The root of an instance, without a slash at its end: `https://www.codabench.org`."""

    url: str

    def __str__(self) -> str:
        """For messages and for the keys under which things are kept."""
        return self.url

    @property
    def name(self) -> str:
        """What the user knows it by: the host, and its port where it has one."""
        return urlsplit(self.url).netloc


def read_host(given: str | None) -> Host:
    """The instance of `--host` or of the settings; None stands for codabench.org.

    A name alone gets https. Raises UsageError for what is no address, and for http beyond this machine, over which a
    token would go in clear (KIT_ALLOW_HTTP=1 allows it).
    """
    if given is None:
        return Host(DEFAULT)
    text = given.strip()
    parts = urlsplit(text if "//" in text else f"https://{text}")
    try:
        name, port = parts.hostname, parts.port
    except ValueError:
        name, port = None, None
    if parts.scheme not in PORTS or not name or parts.username or parts.query or not text.isprintable():
        raise UsageError(f"--host: {given!r:.80} is not the address of a host", f"write it as {DEFAULT}")
    if parts.scheme == "http" and not is_loopback(name) and os.environ.get(IN_CLEAR) != "1":
        raise UsageError(
            f"{parts.scheme}://{name} would carry your token in clear",
            f"use https://{name}; {IN_CLEAR}=1 sends it all the same, in a network that you trust",
        )
    shown_name = f"[{name}]" if ":" in name else name
    shown_port = f":{port}" if port and port != PORTS[parts.scheme] else ""
    path = parts.path.rstrip("/").removesuffix("/api")
    return Host(f"{parts.scheme}://{shown_name}{shown_port}{path}")


def is_loopback(name: str) -> bool:
    """Whether a host's name is this machine."""
    if name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port: what two addresses must share for a token to go to both."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or PORTS.get(parts.scheme)


def without_query(url: str) -> str:
    """An address as it may be shown: the signature stands in the query."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"
