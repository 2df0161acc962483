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
    name, port = _name_and_port(text)
    parts = urlsplit(text if "//" in text else f"https://{text}") if name else urlsplit("")
    if parts.scheme not in PORTS or "@" in parts.netloc or parts.query or parts.fragment:
        told = repr(given[:80]) if "@" not in given else "a name with an @"  # a password may stand before it
        raise UsageError(f"--host: {told} is not the address of a host", f"write it as {DEFAULT}")
    if parts.scheme == "http" and not is_loopback(name) and os.environ.get(IN_CLEAR) != "1":
        raise UsageError(
            f"http://{name} would carry your token in clear",
            f"use https://{name}; {IN_CLEAR}=1 sends it all the same, in a network that you trust",
        )
    netloc = _netloc(name, port if port != PORTS[parts.scheme] else None)
    return Host(f"{parts.scheme}://{netloc}{parts.path.rstrip('/').removesuffix('/api').rstrip('/')}")


def _name_and_port(text: str) -> tuple[str, int | None]:
    """The host's name and the port of an address; "" for what has neither the form of a name nor of an IP address."""
    try:
        parts = urlsplit(text if "//" in text else f"https://{text}")
        name, port = parts.hostname or "", parts.port
        if ":" in name:
            ip_address(name)
    except ValueError:
        return "", None
    letters = name.replace("-", "").replace(".", "").replace("_", "").replace(":", "")
    return (name if letters.isalnum() and text.isprintable() and port != 0 else ""), port


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


def root(url: str) -> str:
    """Scheme, host and port of an address, as they are written."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{_netloc(parts.hostname or '', parts.port)}"


def without_query(url: str) -> str:
    """An address as it may be shown: the signature stands in the query."""
    return root(url) + urlsplit(url).path


def _netloc(name: str, port: int | None) -> str:
    return (f"[{name}]" if ":" in name else name) + (f":{port}" if port else "")
