"""Asking the user, on a terminal; and texts of several lines that somebody else has written."""

import sys
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from tools.codabench.client import Client


def is_terminal() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin is not None and sys.stdin.isatty()


def is_asked(question: str) -> bool:
    """Ask on a terminal, whether it is so: False for a no, and where nobody can answer."""
    return is_terminal() and typer.confirm(question, err=True)


def require_token(client: "Client") -> None:
    """Raise SignedOutError where there is no token, before anything is sent."""
    from tools.codabench.errors import SignedOutError

    if client.wire.token is None:
        host = "" if client.host.url.endswith("www.codabench.org") else f" --host {client.host}"
        raise SignedOutError(f"you are not signed in to {client.host.name}", f"kit login{host}", status=403)


def paragraphs(text: str, most_lines: int | None = None) -> str:
    """A text of the platform as it may go to a terminal, with its lines: no escape sequences, no run of empty lines."""
    from tools.cli.platform import shown

    lines = [shown(line) for line in text.strip().splitlines()]
    kept = [line for number, line in enumerate(lines) if line or (number and lines[number - 1])]
    if most_lines is not None and len(kept) > most_lines:
        return "\n".join([*kept[:most_lines], f"... ({len(kept) - most_lines} more lines)"])
    return "\n".join(kept)
