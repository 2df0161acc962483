"""`kit history`: what the kit remembers of each zip: its verdicts, its uploads, and what is unfinished. Offline."""

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tools.cli.options import Format, FormatOption, JsonOption
from tools.cli.output import current, shown_path
from tools.cli.platform import shown

if TYPE_CHECKING:
    from tools.codabench.joined import Entry, Wanted
    from tools.codabench.journal import Upload

SHOWN_ZIPS = 20
SHOWN_HINTS = 5
SHORTEST_SHA, LONGEST_SHA = 4, 64


def add_to(app: typer.Typer) -> None:
    """Enter the command."""
    app.command("history")(history)


def history(
    zip_: Annotated[
        str | None,
        typer.Option(
            "--zip",
            metavar="ZIP|SHA",
            help="One zip and everything of it: a file, a path where one was, or the first digits of a sha256.",
            show_default=False,
        ),
    ] = None,
    competition: Annotated[
        str | None,
        typer.Option(
            "--competition",
            metavar="TEXT|ID",
            help="Zips that were evaluated for a title with this text in it, or uploaded to this id.",
            show_default=False,
        ),
    ] = None,
    host: Annotated[
        str | None,
        typer.Option("--host", metavar="URL", help="Zips that were uploaded to this instance.", show_default=False),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help=f"The last N zips (default: {SHOWN_ZIPS} as text, all in JSON).",
            show_default=False,
        ),
    ] = None,
    format_: FormatOption = Format.TEXT,
    json_: JsonOption = None,
) -> int:
    """Show what was evaluated and uploaded, newest first, and what is unfinished. The platform is not asked."""
    from tools.codabench.host import read_host
    from tools.codabench.joined import Wanted, entries
    from tools.report.history import history_document

    output = current()
    sha256, path = _chosen_zip(zip_)
    url = read_host(host).url if host else None
    wanted = Wanted(sha256=sha256, path=path, competition=competition, host=url)
    found = entries(wanted)
    if output.wants_document:
        told = found[:limit]
        output.document(history_document(told, len(found) - len(told), is_whole=zip_ is not None))
    if output.format is None:
        _print(wanted, found, limit or SHOWN_ZIPS)
    return 0


def _print(wanted: "Wanted", found: Sequence["Entry"], most: int) -> None:
    """The table, what is unfinished in it, and how much was left out."""
    from tools.report.history import print_history

    output, few = current(), found[:most]
    if not few:
        output.say(_nothing(wanted))
        return
    print_history(output.console, few, every=bool(wanted.sha256 or wanted.path))
    _print_hints(few)
    if older := len(found) - len(few):
        output.say(f"{older} older: kit history --limit {len(found)}")


def _chosen_zip(given: str | None) -> tuple[str | None, Path | None]:
    """The sha256 of `--zip`, or its first digits; else the path where a zip was. Raises UsageError for neither."""
    import hashlib

    from tools.errors import UsageError

    if given is None:
        return None, None
    path = Path(given)
    try:
        if path.is_file():
            with path.open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest(), None
        if given and path.is_dir():
            raise UsageError(f"{given} is a folder, a zip is wanted", "a folder has no sha256 to be remembered by")
    except (OSError, ValueError) as error:
        raise UsageError(f"--zip: {given!r:.200} cannot be read: {error}", "check the path") from error
    digits = given.lower()
    if SHORTEST_SHA <= len(digits) <= LONGEST_SHA and not set(digits) - set("0123456789abcdef"):
        return digits, None
    if path.suffix or path.name != given != "":
        return None, path
    raise UsageError(
        f"--zip: there is no file {given!r:.200}, and it is no sha256",
        f"give a path, or at least {SHORTEST_SHA} of the digits that kit history shows",
    )


def _nothing(wanted: "Wanted") -> str:
    if wanted == type(wanted)():
        return "nothing is remembered yet; kit evaluate ZIP is what begins it"
    if wanted.sha256 or wanted.path:
        of = wanted.sha256[:12] if wanted.sha256 else str(wanted.path)
        return f"nothing is remembered of {shown(of)}; kit history shows what is"
    return "nothing of that is remembered; kit history shows what is"


def _print_hints(found: Sequence["Entry"]) -> None:
    output = current()
    hints = [hint for entry in found for hint in _hints(entry)]
    for hint in hints[:SHOWN_HINTS]:
        output.say(hint)
    if len(hints) > SHOWN_HINTS:
        output.say(f"and {len(hints) - SHOWN_HINTS} more that is unfinished; --json FILE has all")


def _hints(entry: "Entry") -> Iterator[str]:
    """What of a zip is unfinished, each with the command that goes on with it."""
    from tools.codabench.joined import is_at_work, is_same_file
    from tools.report.history import SHA_DIGITS

    for one in entry.stopped:
        what, path = (
            f"{entry.zip_sha256[:SHA_DIGITS]}: upload stopped at the {one.stage.value}",
            shown_path(one.zip_path),
        )
        if is_at_work(one):
            continue
        if is_same_file(one):
            yield shown(f"{what}: {_again('upload', path, one)} goes on")
        else:
            where = "is another file by now" if one.zip_path.exists() else "is gone"
            yield shown(f"{what}, and {path} {where}: kit upload goes on with the same zip from anywhere")
    for one in entry.unwatched:
        yield shown(f"#{one.submission}: its end was not seen: {_again('watch', str(one.submission), one)} goes on")


def _again(command: str, what: str, one: "Upload") -> str:
    """A command line, with the options that neither the settings nor the environment say already."""
    from tools.codabench.host import Host
    from tools.codabench.instance import needs_naming
    from tools.errors import UsageError
    from tools.project import read_settings

    words = ["kit", command, what]
    try:
        settings = read_settings()
        is_named = needs_naming(Host(one.host))
    except UsageError:
        return shlex.join(words)
    if command == "upload":
        words += [] if settings.competition == one.competition else ["--competition", str(one.competition)]
        words += [] if settings.phase == one.phase else ["--phase", str(one.phase)]
    return shlex.join(words + (["--host", one.host] if is_named else []))
