"""`kit competitions`, `kit join`: which competitions there are, and taking part in one."""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tools.cli.asking import is_asked, paragraphs
from tools.cli.options import Format, FormatOption, JsonOption
from tools.cli.output import current
from tools.cli.platform import HostOption, YesOption, chosen_competition, connected, shown

if TYPE_CHECKING:
    from tools.codabench.answers import Competition, Listed
    from tools.codabench.client import Client

MOST_SHOWN = 100
IdArgument = Annotated[
    int | None,
    typer.Argument(metavar="ID", help="The competition's number (default: the project's).", show_default=False),
]
SecretOption = Annotated[
    str | None,
    typer.Option("--secret-key", metavar="KEY", help="What a private competition is opened with.", show_default=False),
]


def add_to(app: typer.Typer) -> None:
    """Enter the commands."""
    app.command("competitions")(competitions)
    app.command("join")(join)


def competitions(
    search: Annotated[
        str | None,
        typer.Option("--search", metavar="TEXT", help="A part of the title or description.", show_default=False),
    ] = None,
    public: Annotated[bool, typer.Option("--public", help="Those that everybody sees.")] = False,
    mine: Annotated[bool, typer.Option("--mine", help="Those that you organise.")] = False,
    host: HostOption = None,
    format_: FormatOption = Format.TEXT,
    json_: JsonOption = None,
) -> int:
    """List competitions: those that you take part in, unless another list is asked for."""
    from tools.cli.asking import require_token
    from tools.errors import UsageError

    output = current()
    if public and mine:
        raise UsageError("--public and --mine are two lists", "give one of them")
    client = connected(host).client
    if mine:
        require_token(client)
    if client.wire.token is None and not public:
        output.say(f"you are not signed in to {client.host.name} (kit login), so these are the public ones")
        public = True
    found = _found(client, search, public=public, mine=mine)
    shown_ones = list(islice(found, MOST_SHOWN))
    is_cut = next(found, None) is not None
    which = "public" if public else "mine" if mine else "participating"
    output.document(
        {
            "schema": 1,
            "kind": "competitions",
            "host": client.host.url,
            "which": which,
            "search": search,
            "is_cut": is_cut,
            "competitions": [_document(one) for one in shown_ones],
        }
    )
    _print(shown_ones, which, search)
    if is_cut:
        output.say(f"there are more than {MOST_SHOWN}: narrow them down with --search TEXT")
    if shown_ones:
        output.say("next: kit show ID")
    return 0


def _found(client: "Client", search: str | None, *, public: bool, mine: bool) -> "Iterator[Listed]":
    filters = {"search": search} if search else {}
    if public:
        return client.public_competitions(**filters)
    return client.competitions(**filters, **({"mine": "true"} if mine else {"participating_in": "true"}))


def _print(found: "list[Listed]", which: str, search: str | None) -> None:
    from rich.table import Table
    from rich.text import Text

    output = current()
    if not found:
        among = {"public": "there is no public competition", "mine": "you organise no competition"}
        told = among.get(which, "you take part in no competition")
        output.say(f"{told} with {search!r} in its title or description" if search else told)
        if which == "participating":
            output.say("next: kit competitions --public, then: kit join ID")
        return
    table = Table(box=None, pad_edge=False, header_style="")
    for title in ("id", "title", "organiser", "my status", "participants"):
        table.add_column(title, overflow="fold", justify="right" if title in {"id", "participants"} else "left")
    for one in found:
        count = "-" if one.participants_count is None else f"{one.participants_count:,}"
        status = one.participant_status or ("taking part" if which == "participating" else "-")
        texts = (str(one.id), shown(one.title), shown(one.created_by), shown(status), count)
        table.add_row(*(Text(text) for text in texts))
    output.console.print(table)


def _document(one: "Listed") -> dict[str, Any]:
    return {
        "id": one.id,
        "title": one.title,
        "organiser": one.created_by,
        "my_status": one.participant_status,
        "participants": one.participants_count,
        "submissions": one.submissions_count,
        "type": one.competition_type,
    }


def join(
    number: IdArgument = None,
    secret_key: SecretOption = None,
    yes: YesOption = False,
    host: HostOption = None,
    format_: FormatOption = Format.TEXT,
    json_: JsonOption = None,
) -> int:
    """Ask to take part in a competition, once its terms are read and accepted."""
    from tools.cli.asking import require_token

    output = current()
    client = connected(host).client
    require_token(client)
    competition = client.competition(chosen_competition(number), secret_key)
    had_asked = bool(competition.participant_status)
    status = competition.participant_status or _join(client, competition, secret_key, yes=yes)
    output.say(f"{shown(competition.title)} (competition {competition.id}, by {shown(competition.created_by)})")
    output.say(_in_words(status, had_asked=had_asked))
    output.document(
        {
            "schema": 1,
            "kind": "joined",
            "host": client.host.url,
            "competition": competition.id,
            "title": competition.title,
            "my_status": status,
            "had_asked_before": had_asked,
        }
    )
    output.say(f"next: kit init {competition.id}" if status == "approved" else f"next: kit show {competition.id}")
    return 0


def _join(client: "Client", competition: "Competition", secret_key: str | None, *, yes: bool) -> str:
    """Ask to take part; whoever has asked meanwhile, in a browser or in a request whose answer was lost, may know."""
    from tools.codabench.errors import RejectedError

    _consent(competition, yes=yes)
    try:
        return client.register(competition.id, secret_key)
    except RejectedError:
        status = client.competition(competition.id, secret_key).participant_status
        if status:
            return status
        raise


def _consent(competition: "Competition", *, yes: bool) -> None:
    """Show the terms and have them accepted. Raises UsageError where nobody can answer, Abort for a no."""
    from tools.errors import UsageError

    output = current()
    if not competition.terms.strip():
        return
    output.heading(f"The terms of {shown(competition.title)}")
    output.console.print(paragraphs(competition.terms), markup=False)
    output.console.print()
    if yes:
        output.say("--yes: accepted")
    elif not is_asked("Do you accept these terms?"):
        raise UsageError(
            "the competition's terms are not accepted, so nothing was sent",
            "read them above, then: kit join --yes, which accepts them",
        )


def _in_words(status: str, *, had_asked: bool) -> str:
    words = {
        "approved": "you take part" if had_asked else "you take part now",
        "pending": "you have asked to take part; the organiser has to approve it, and you will get an e-mail",
        "denied": "the organiser has refused that you take part; only they can change that",
    }
    before = " (you had asked before: nothing was sent)" if had_asked else ""
    return words.get(status, f"the platform says: {shown(status) or 'nothing'}") + before
