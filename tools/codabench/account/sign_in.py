"""Signing in: a password is exchanged for a token, and a token is looked at by the platform before it is kept."""

from dataclasses import dataclass, replace

from tools.codabench.account.credentials import keep_token
from tools.codabench.answers import Account
from tools.codabench.client import Client
from tools.codabench.errors import AbsentError, PlatformError, RejectedError, SignedOutError, UnexpectedAnswerError
from tools.codabench.host import Host
from tools.codabench.telling import Tell
from tools.codabench.token import Kept, Token
from tools.codabench.transport.wire import Wire
from tools.errors import UsageError

WRONG = 400
RESET = "accounts/password_reset/"


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """Who is signed in where, and where the token is."""

    host: Host
    account: Account
    kept: Kept


def exchange(wire: Wire, user: str, password: str) -> Token:
    """The token for a user name or an e-mail address and a password.

    Raises RejectedError of status 400 for a wrong password, and for an empty one without sending it; UsageError for
    what is no text.
    """
    if not _is_text(user + password):
        raise UsageError("the name or the password is not text in the terminal's encoding", "set LANG to one of UTF-8")
    host = wire.host
    fix = (
        f"the e-mail address works as a name, too; an account that came by another site's sign-in has no password yet: "
        f"set one at {host}/{RESET}; a new account must first be activated by its e-mail"
    )
    if not password:
        raise RejectedError("the password is empty", fix, status=WRONG)
    try:
        return Client(replace(wire, token=None)).new_token(user, password)
    except AbsentError as error:
        raise _no_instance(host) from error
    except RejectedError as error:
        if error.status != WRONG:
            raise
        words = "; ".join(f"{field}: {text}" if field else text for field, text in error.reasons.items())
        raise RejectedError(f"{host.name} says: {words}", fix, status=WRONG, reasons=error.reasons) from error
    except UsageError as error:
        raise UnexpectedAnswerError(f"{host.name} gave something else than a token: {error}", "check --host") from error


def look_at(wire: Wire, token: Token) -> SignedIn:
    """Whose a token is. Raises SignedOutError for one that the platform does not know."""
    host = wire.host
    try:
        account = Client(replace(wire, token=token)).account()
    except AbsentError as error:
        raise _no_instance(host) from error
    except SignedOutError as error:
        if token.kept != "given":
            raise
        raise SignedOutError(
            f"{host.name} does not know that token, and it was not kept",
            "paste it whole, 40 letters and digits; or kit login, which gets one for your password",
            status=error.status,
            reasons=error.reasons,
        ) from error
    return SignedIn(host=host, account=account, kept=token.kept)


def keep(wire: Wire, token: Token, tell: Tell) -> SignedIn:
    """Look at a token, then keep it."""
    found = look_at(wire, token)
    return replace(found, kept=keep_token(wire.host, token, tell).kept)


def _is_text(text: str) -> bool:
    """Whether it can be sent: bytes of another encoding reach a program as lone surrogates."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _no_instance(host: Host) -> PlatformError:
    return PlatformError(f"{host} is no instance of Codabench: it has no such interface", "check --host")
