"""Secrets that are typed or piped in: never shown, and never a word of a command."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer
import typer.core

if TYPE_CHECKING:
    from tools.codabench.token import Token

LARGEST_PIPED = 1 << 16
VALUED = ("--user", "--host", "--format", "--json")
FLAGS = ("--token", "--token-stdin")
SECRETS = ("pass", "pw", "secret", "token")
WAYS = (
    "CODABENCH_TOKEN in the environment needs no login; kit login --token-stdin reads a token that is piped in; "
    "kit login on a terminal asks for your password"
)


class WithoutSecrets(typer.core.TyperCommand):
    """A command that refuses a secret among its words before anything is read of them."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Refuse, then read."""
        refuse_secrets(args)
        return super().parse_args(ctx, args)


def refuse_secrets(arguments: Sequence[str]) -> None:
    """Raise UsageError for a word that may be a secret; it is not repeated."""
    is_value = False
    for word in arguments:
        name, equals, _ = word.partition("=")
        if is_value or (name in FLAGS and not equals):
            is_value = False
        elif name in VALUED:
            is_value = not equals
        elif not word.startswith("-") or name.startswith("-p") or name.lstrip("-").lower().startswith(SECRETS):
            from tools.errors import UsageError

            raise UsageError(
                "a secret is never a word of the command: it would stand in the shell's history and in the list of "
                "processes, so it was not read",
                "kit login asks for the password, kit login --token for a token, --token-stdin reads one; "
                "--user NAME gives the name. If a secret was typed, remove that line from the history",
            )


def piped_token() -> "Token":
    """The token on the standard input. Raises UsageError for what is none."""
    from tools.codabench.token import Token

    piped = sys.stdin.buffer.read(LARGEST_PIPED) if sys.stdin else b""
    return Token(piped.decode("utf-8-sig", "replace").strip())


def asked_token() -> "Token":
    """A token that is typed or pasted. Raises UsageError for what is none."""
    from tools.codabench.token import Token

    return Token(hidden("Token: ").strip())


def hidden(prompt: str) -> str:
    """A line of the terminal, never shown. Raises UsageError where the terminal would show it."""
    import getpass
    import warnings

    from tools.errors import UsageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)
            typed = getpass.getpass(prompt)
    except EOFError as error:
        raise typer.Abort from error
    except getpass.GetPassWarning as error:
        raise UsageError("this terminal would show what you type", WAYS) from error
    except UnicodeError:
        raise UsageError("what was typed is not text in the terminal's encoding", "set LANG to one of UTF-8") from None
    return typed
