"""`kit login`, `kit logout`, `kit whoami`: who one is to an instance of the platform.

No secret is ever a word of a command: the shell's history and the list of processes would keep it.
"""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tools.cli.asking import is_terminal, require_token
from tools.cli.hidden import WAYS, WithoutSecrets, asked_token, hidden, piped_token
from tools.cli.options import Format, FormatOption, JsonOption
from tools.cli.output import current
from tools.cli.platform import HostOption, connected, shown, tell

if TYPE_CHECKING:
    from tools.codabench.account.sign_in import SignedIn
    from tools.codabench.token import Token
    from tools.codabench.transport.wire import Wire

TRIES = 3
ENVIRONMENT_WINS = "CODABENCH_TOKEN is set: it needs no login, and wins over what is kept"
STAYS = (
    "the token itself stays valid: it does not expire, and signing in again gives the same one. If somebody may know "
    "it, only an administrator of the instance can replace it"
)


def add_to(app: typer.Typer) -> None:
    """Enter the commands."""
    app.command("login", cls=WithoutSecrets)(login)
    app.command("logout")(logout)
    app.command("whoami")(whoami)


def login(
    user: Annotated[
        str | None,
        typer.Option("--user", metavar="NAME", help="User name or e-mail (default: asked for).", show_default=False),
    ] = None,
    token: Annotated[bool, typer.Option("--token", help="Ask for a token in the place of name and password.")] = False,
    token_stdin: Annotated[bool, typer.Option("--token-stdin", help="Read a token that is piped in.")] = False,
    host: HostOption = None,
    format_: FormatOption = Format.TEXT,
    json_: JsonOption = None,
) -> int:
    """Sign in with name and password, or with a token. The token is kept, the password is not.

    CODABENCH_TOKEN in the environment needs no login, but for an instance that only a project's settings name.
    """
    from tools.codabench.account.credentials import is_in_environment, require_readable_file
    from tools.codabench.account.sign_in import keep
    from tools.codabench.instance import chosen_instance
    from tools.codabench.transport.wire import Wire

    _check_options(user, token=token, token_stdin=token_stdin)
    chosen = chosen_instance(host)
    wire = Wire(host=chosen.host, tell=tell)
    if chosen.withholds_token:
        tell(chosen.told_withheld)
    elif is_in_environment():
        if not token_stdin and not is_terminal():
            return _with_environment(wire)
        tell(ENVIRONMENT_WINS)
    require_readable_file()
    if token_stdin:
        given = piped_token()
    elif not is_terminal():
        from tools.errors import UsageError

        raise UsageError("there is no terminal to ask on", WAYS)
    else:
        given = asked_token() if token else _token_for_password(wire, user)
    _tell_signed_in(keep(wire, given, tell))
    return 0


def logout(host: HostOption = None, format_: FormatOption = Format.TEXT, json_: JsonOption = None) -> int:
    """Forget the token of an instance, wherever it is kept. The platform is not told."""
    from tools.codabench.account.credentials import forget_token, is_in_environment
    from tools.codabench.instance import chosen_instance

    output, chosen = current(), chosen_instance(host)
    here = chosen.host
    places = forget_token(here, tell)
    is_set = is_in_environment()
    output.document(
        {"schema": 1, "kind": "logout", "host": here.url, "forgotten": list(places), "is_in_environment": is_set}
    )
    if places:
        output.say(f"signed out of {here.name}: its token was in {' and in '.join(places)}, and is forgotten")
        output.say(STAYS)
    else:
        output.say(f"no token for {here.name} was kept")
    if is_set and not chosen.withholds_token:
        output.say("CODABENCH_TOKEN is still set, and signs you in: unset CODABENCH_TOKEN")
    return 0


def whoami(host: HostOption = None, format_: FormatOption = Format.TEXT, json_: JsonOption = None) -> int:
    """Show who is signed in, where the token is kept, and how much of the storage is used."""
    from tools.codabench.account.sign_in import look_at
    from tools.codabench.errors import AbsentError

    output = current()
    client = connected(host).client
    require_token(client)
    assert client.wire.token is not None
    found = look_at(client.wire, client.wire.token)
    try:
        quota = client.quota()
    except AbsentError:  # an instance of another version
        quota = None
    used, whole = (int(quota.storage_used), int(quota.quota * 1e9)) if quota else (None, None)
    output.document(_document("account", found) | {"storage_used_bytes": used, "quota_bytes": whole})
    output.say(f"{_name(found)} on {found.host.name}")
    output.say(f"token: {_place(found)}")
    if used is not None and whole is not None:
        share = f" ({used / whole:.0%})" if whole else ""
        output.say(f"storage: {used / 1e9:.2f} of {whole / 1e9:.0f} GB used{share}")
    return 0


def _check_options(user: str | None, *, token: bool, token_stdin: bool) -> None:
    from tools.errors import UsageError

    if token and token_stdin:
        raise UsageError("--token asks for a token, --token-stdin reads one", "give one of them")
    if user is not None and (token or token_stdin):
        raise UsageError("--user is for a password; a token knows its user", "leave --user out")
    if user is not None and not user.strip():
        raise UsageError("--user is empty", "give the user name or e-mail address, or leave it out to be asked")
    if token_stdin and is_terminal():
        raise UsageError(
            "--token-stdin reads what is piped in, and this is a terminal", "kit login --token asks for it"
        )


def _with_environment(wire: "Wire") -> int:
    """Nobody can be asked, and nobody need be."""
    from tools.codabench.account.credentials import find_token
    from tools.codabench.account.sign_in import look_at

    given = find_token(wire.host)
    assert given is not None
    current().say(ENVIRONMENT_WINS)
    _tell_signed_in(look_at(wire, given))
    return 0


def _token_for_password(wire: "Wire", user: str | None) -> "Token":
    """Ask, thrice at most. Raises RejectedError after that."""
    from tools.codabench.account.sign_in import WRONG, exchange
    from tools.codabench.errors import RejectedError

    tell(f"signing in to {wire.host}")
    asked = user
    for left in reversed(range(TRIES)):
        if user is None:
            asked = typer.prompt("User name or e-mail", default=asked, err=True)
        password = hidden("Password: ")
        try:
            return exchange(wire, str(asked).strip(), password)
        except RejectedError as error:
            if error.status != WRONG or not left:
                raise
            tell(f"{error}")
            if left == TRIES - 1:
                tell(error.fix)
    raise AssertionError


def _tell_signed_in(found: "SignedIn") -> None:
    output = current()
    output.document(_document("login", found))
    output.say(f"signed in to {found.host.name} as {_name(found)}")
    output.say(f"token: {_place(found)}")


def _document(kind: str, found: "SignedIn") -> dict[str, Any]:
    account = found.account
    return {
        "schema": 1,
        "kind": kind,
        "host": found.host.url,
        "username": account.username,
        "email": account.email,
        "token": found.kept,
    }


def _name(found: "SignedIn") -> str:
    email = f" ({shown(found.account.email)})" if found.account.email else ""
    return f"{shown(found.account.username)}{email}"


def _place(found: "SignedIn") -> str:
    from tools.codabench.account.credentials import file_path

    places = {"the keyring": "in the system's keyring", "a file": f"in {file_path()}, which you alone may read"}
    return places.get(found.kept, found.kept)
