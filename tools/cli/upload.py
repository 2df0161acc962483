"""`kit upload`: from a passed zip to a submission, whatever the network does."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tools.cli.consent import all_answers, given_answers, require_consent
from tools.cli.options import Format, FormatOption, JsonOption
from tools.cli.output import current, shown_path
from tools.cli.platform import (
    CompetitionOption,
    HostOption,
    PhaseOption,
    YesOption,
    chosen_competition,
    chosen_phase,
    connected,
    shown,
)
from tools.cli.submissions import command

if TYPE_CHECKING:
    from tools.archive import Archive
    from tools.checks import Result
    from tools.codabench.client import Client
    from tools.codabench.connect import Platform
    from tools.codabench.sending.preflight import Asked

Document = dict[str, Any]


def add_to(app: typer.Typer) -> None:
    """Enter the command."""
    app.command("upload")(upload)


def upload(
    submission: Annotated[Path, typer.Argument(metavar="ZIP", help="The zip that kit evaluate has passed.")],
    competition: CompetitionOption = None,
    phase: PhaseOption = None,
    answer: Annotated[
        list[str] | None,
        typer.Option("--answer", metavar="KEY=VALUE", help="An answer to the competition's fact sheet; repeat it."),
    ] = None,
    secret_key: Annotated[
        str | None,
        typer.Option("--secret-key", metavar="KEY", help="Of a private competition.", show_default=False),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Ask everything, and send nothing.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Without a passing verdict, and though it was sent before.")
    ] = False,
    yes: YesOption = False,
    wait: Annotated[bool, typer.Option("--wait", help="Follow it to its score, as kit watch does.")] = False,
    timeout: Annotated[
        float | None,
        typer.Option("--timeout", metavar="S", min=0, help="With --wait: stop watching after so many seconds."),
    ] = None,
    leaderboard: Annotated[
        bool | None,
        typer.Option(
            "--leaderboard/--no-leaderboard",
            help="With --wait: put it on the leaderboard, or do not (default: where the rule leaves it to you).",
            show_default=False,
        ),
    ] = None,
    host: HostOption = None,
    format_: FormatOption = Format.TEXT,
    json_: JsonOption = None,
) -> int:
    """Send a zip that has passed kit evaluate. Stopped anywhere, the same command goes on with it.

    All that can keep the platform from taking it is asked before a byte is sent. Ends with 1 where it is refused, and
    with --wait with 4 where the submission failed and 5 where it still runs.
    """
    from tools.archive import open_archive
    from tools.codabench.sending.preflight import Wanted, ask
    from tools.codabench.sending.upload import clean
    from tools.errors import UsageError

    archive, output = open_archive(submission), current()
    if archive.is_folder:
        raise UsageError(f"{submission} is a folder, a zip is wanted", f"kit build {submission}, then kit evaluate")
    platform, given = connected(host), given_answers(answer)
    wanted = Wanted(
        zip_path=submission,
        zip_sha256=archive.sha256 or "",
        size_bytes=archive.size_bytes,
        competition=chosen_competition(competition),
        choose=lambda found: chosen_phase(found, phase),
        answer=lambda sheet: all_answers(sheet, given),
        secret_key=secret_key,
        force=force,
    )
    asked = ask(platform.client, wanted)
    document, code = _judged(archive, platform.client, asked)
    if code or dry_run:
        if not code:
            _print_plan(asked)
        output.document(document | {"dry_run": dry_run})
        return code
    if asked.found and not asked.stopped:
        number = asked.found.id
        output.say(
            f"it was sent before, as submission {number}, which is {shown(asked.found.status)}: nothing was sent"
        )
        document["submission"] = {"id": number, "file_name": asked.found.filename}
        clean(platform.client, asked.parcel, lambda text: output.say(shown(text)))
    else:
        require_consent(asked, yes=yes)
        document, code = _sent(archive, platform, asked)
        if code:
            output.document(document)
            return code
        number = document["submission"]["id"]
    if wait:
        from tools.cli.watch import followed

        code, seen = followed(platform, number, leaderboard=leaderboard, timeout_s=timeout)
        document |= {"submission": document["submission"] | seen, "exit_code": code}
    else:
        _print_next(platform.client, asked, number)
    output.document(document)
    return code


def _judged(archive: "Archive", client: "Client", asked: "Asked") -> tuple[Document, int]:
    """Print what was found; gives the document, and 0 where the zip may be sent."""
    from tools.checks import Stage, run_checks
    from tools.report.text import print_findings
    from tools.report.upload_document import upload_document

    if asked.trouble is not None and asked.trouble.code is None:
        raise asked.trouble
    result = run_checks(Stage.UPLOAD, asked, None)
    code = (asked.trouble.exit_code if asked.trouble else 1) if result.failed() else 0
    if result.findings:
        print_findings(current().console, result)
    if code:
        _print_mend(archive, client, asked, result)
    return upload_document(archive, asked, result, exit_code=code), code


def _print_mend(archive: "Archive", client: "Client", asked: "Asked", result: "Result") -> None:
    """The command to type next, for each refusal that one can do something about."""
    path, codes = shlex.quote(shown_path(archive.path)), {finding.code for finding in result.findings}
    competition = asked.wanted.competition
    again = f"upload {path} --competition {competition}" + (f" --phase {asked.phase.id}" if asked.phase else "")
    commands = {
        "UPL007": f"kit evaluate {path}",
        "UPL001": command(client, "login"),
        "UPL002": command(client, f"join {competition}"),
        "UPL003": command(client, f"show {competition}"),
        "UPL004": command(client, f"show {competition}"),
        "UPL008": command(client, f"watch {asked.earlier[0].id}") if asked.earlier else "",
        "UPL010": command(client, f"show {competition}"),
        "UPL006": f"{command(client, again)}   (goes on where this stopped)",
        "UPL009": f"{command(client, again)}   (goes on where this stopped)",
    }
    for code in sorted(codes & commands.keys(), key=list(commands).index):
        if commands[code]:
            current().say(f"nothing was submitted; next: {commands[code]}")
            return


def _sent(archive: "Archive", platform: "Platform", asked: "Asked") -> tuple[Document, int]:
    """Send, or go on with sending. What the platform refuses on the way is told as what it refuses before."""
    from dataclasses import replace

    from tools.checks import Stage, run_checks
    from tools.codabench.errors import PlatformError
    from tools.codabench.sending.fact_sheet import prepared
    from tools.codabench.sending.lock import alone
    from tools.codabench.sending.preflight import require_unchanged
    from tools.codabench.sending.upload import Sender, clean
    from tools.report.upload_document import upload_document

    output, competition = current(), asked.competition
    assert competition is not None
    try:
        with alone(asked.parcel), output.transfer(f"sending {archive.path.name}", archive.size_bytes) as progress:
            require_unchanged(asked)
            sender = Sender(
                client=platform.client,
                storage=platform.storage,
                answers=prepared(competition.fact_sheet, asked.answers),
                queue=competition.queue.id if competition.queue else None,
                say=lambda text: output.say(shown(text)),
                progress=progress,
            )
            sent = sender.send(asked.parcel)
            clean(platform.client, asked.parcel, sender.say)
    except PlatformError as error:
        return _judged(archive, platform.client, replace(asked, trouble=error))
    result = run_checks(Stage.UPLOAD, asked, None)
    return upload_document(archive, asked, result, exit_code=0, sent=sent), 0


def _print_plan(asked: "Asked") -> None:
    """What would be sent where, for --dry-run."""
    from rich.filesize import decimal

    from tools.codabench.competition.limits import left

    assert asked.phase is not None
    assert asked.competition is not None
    there, wanted = left(asked.phase), asked.wanted
    counts = [
        f"{count} {when}" for count, when in ((there.today, "today"), (there.in_all, "in all")) if count is not None
    ]
    output = current()
    output.say(f"{wanted.zip_path.name}, {decimal(wanted.size_bytes)}, would go to {asked.host}")
    output.say(f"  competition {asked.competition.id}: {shown(asked.competition.title)}")
    output.say(
        f"  phase {asked.phase.id}: {shown(asked.phase.name)}, {', '.join(counts) or 'without a limit'} left before it"
    )
    if asked.found:
        output.say(f"  it is there already, as submission {asked.found.id}: nothing more would be sent")
    elif asked.stopped:
        output.say(f"  going on with the upload that stopped at the {asked.stopped.stage}")
    output.say("nothing was sent")


def _print_next(client: "Client", asked: "Asked", number: int) -> None:
    from tools.codabench.answers import RULES_TO_ADD

    output, competition = current(), asked.competition
    assert competition is not None
    output.say(f"submission {number}: {asked.host}/competitions/{competition.id}/")
    board = competition.leaderboard
    adds = board is not None and board.submission_rule in RULES_TO_ADD
    told = ", and puts it on the leaderboard" if adds else ""
    output.say(f"next: {command(client, f'watch {number}')}   (follows it to its score{told})")
