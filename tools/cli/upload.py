"""`kit upload`: from a passed zip to a submission, whatever the network does."""

import shlex
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tools.cli.competitions import SecretOption
from tools.cli.consent import all_answers, given_answers, require_consent
from tools.cli.judged import judged, print_plan
from tools.cli.onward import Onward, upload_again
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
from tools.cli.submissions import LeaderboardOption, TimeoutOption, command, require_seconds

if TYPE_CHECKING:
    from tools.archive import Archive
    from tools.codabench.answers import Competition, Submission
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
    secret_key: SecretOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Ask everything, and send nothing.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Without a passing verdict, and though it was sent before.")
    ] = False,
    yes: YesOption = False,
    wait: Annotated[
        bool,
        typer.Option("--wait", help="Follow it to its score, as kit watch does with --timeout and --leaderboard."),
    ] = False,
    timeout: TimeoutOption = None,
    leaderboard: LeaderboardOption = None,
    host: HostOption = None,
    format_: FormatOption = Format.TEXT,
    json_: JsonOption = None,
) -> int:
    """Send a zip that has passed kit evaluate. Stopped anywhere, the same command goes on with it.

    All that can keep the platform from taking it is asked before a byte is sent. Ends with 1 where it is refused, and
    with --wait with 4 where the submission failed and 5 where it still runs.
    """
    from tools.codabench.sending.preflight import Wanted, ask

    archive, output = _opened(submission), current()
    _require_sense(json_, timeout, leaderboard, wait=wait)
    platform, given = connected(host), given_answers(answer)
    wanted = Wanted(
        zip_path=submission,
        zip_sha256=archive.sha256 or "",
        size_bytes=archive.size_bytes,
        competition=chosen_competition(competition),
        choose=lambda found: chosen_phase(found, phase),
        answer=lambda sheet: all_answers(sheet, given, yes=yes),
        secret_key=secret_key,
        force=force,
    )
    asked = ask(platform.client, wanted)
    document, code = judged(archive, platform.client, asked)
    document["dry_run"] = dry_run
    if code or dry_run:
        if not code:
            print_plan(asked)
        elif asked.earlier and not asked.stopped and not dry_run:  # it was sent, and perhaps stopped at the cleaning
            _clean(platform.client, asked)
        output.document(document)
        return code
    if asked.found and not asked.stopped:
        _go_with(platform.client, asked, asked.found)
        document |= {"submission": {"id": asked.found.id, "file_name": asked.found.filename}}
    else:
        require_consent(asked, yes=yes)
        sent, code = _sent(archive, platform, asked)
        document |= sent
        if code:
            output.document(document)
            return code
    code = _finish(platform, asked, document, Waiting(wait, timeout, leaderboard))
    output.document(document)
    return code


@dataclass(frozen=True)
class Waiting:
    """Whether to follow the submission to its end, for how many seconds at most, and then onto the leaderboard."""

    is_wanted: bool
    timeout_s: float | None
    leaderboard: bool | None


def _opened(submission: Path) -> "Archive":
    """The zip. Raises UsageError for what the platform would fail after minutes, forced or not."""
    from tools.archive import open_archive
    from tools.errors import UsageError

    archive, path = open_archive(submission), shlex.quote(shown_path(submission))
    if archive.is_folder:
        raise UsageError(f"{submission} is a folder, a zip is wanted", f"kit build {path}, then kit evaluate")
    if archive.problem:
        raise UsageError(f"{archive.problem}; the platform takes zips alone", f"kit check {path}")
    return archive


def _require_sense(
    json_: Path | None,
    timeout: float | None,
    leaderboard: bool | None,  # noqa: FBT001 - None, True and False of --leaderboard
    *,
    wait: bool,
) -> None:
    """Raise UsageError for options that would be found wrong, or to be of no use, only after the sending."""
    from tools.errors import UsageError

    require_seconds(timeout)
    if not wait and (timeout is not None or leaderboard is not None):
        name = "--timeout" if timeout is not None else "--leaderboard" if leaderboard else "--no-leaderboard"
        raise UsageError(f"{name} is about the waiting, and --wait is not there", "add --wait, or leave it out")
    if json_ is not None and json_.is_dir():
        raise UsageError(f"--json: {json_} is a folder", "give the name of a file in it")


def _go_with(client: "Client", asked: "Asked", found: "Submission") -> None:
    """Say which submission is there already, and delete what stopped uploads of the same zip have left."""
    told = f"it was sent before, as submission {found.id}, which is {shown(found.status)}: nothing was sent"
    current().say(told)
    _clean(client, asked)


def _clean(client: "Client", asked: "Asked") -> None:
    """Delete what stopped uploads of the zip have left on the platform, if there is anything."""
    from tools.codabench.sending.lock import alone
    from tools.codabench.sending.upload import clean
    from tools.errors import KitError

    output = current()
    with suppress(KitError), alone(asked.parcel):  # where another kit upload is at work, nothing is left behind yet
        clean(client, asked.parcel, lambda text: output.say(shown(text)))


def _sent(archive: "Archive", platform: "Platform", asked: "Asked") -> tuple[Document, int]:
    """Send, or go on with sending. What the platform refuses on the way is told as what it refuses before."""
    from tools.checks import Stage, run_checks
    from tools.codabench.errors import PlatformError
    from tools.codabench.sending.fact_sheet import prepared
    from tools.codabench.sending.lock import alone
    from tools.codabench.sending.preflight import require_unchanged
    from tools.codabench.sending.upload import Sender, clean
    from tools.report.upload_document import upload_document

    output, competition = current(), asked.competition
    assert competition is not None
    title = f"sending {shown(archive.path.name)}"
    try:
        with alone(asked.parcel), output.transfer(title, archive.size_bytes) as progress:
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
        return judged(archive, platform.client, replace(asked, trouble=error))
    except KeyboardInterrupt:
        output.say(f"stopped on its way; next: {upload_again(asked.parcel.phase)}   (goes on where this stopped)")
        raise
    asked = replace(asked, is_sent=True)
    return upload_document(archive, asked, run_checks(Stage.UPLOAD, asked, None), exit_code=0, sent=sent), 0


def _finish(platform: "Platform", asked: "Asked", document: Document, waiting: Waiting) -> int:
    """Say where the submission is, and follow it if that is wanted; enters what became of it into the document."""
    output, competition, number = current(), asked.competition, document["submission"]["id"]
    assert competition is not None
    output.say(f"submission {number}: {asked.host}/competitions/{competition.id}/")
    if not waiting.is_wanted:
        step = _watch(platform.client, competition, number)
        output.say(f"next: {step}")
        document["next"] = step.command
        return 0
    from tools.cli.watch import followed

    code, seen = followed(platform, number, leaderboard=waiting.leaderboard, timeout_s=waiting.timeout_s)
    document |= {"submission": document["submission"] | seen, "exit_code": code}
    return code


def _watch(client: "Client", competition: "Competition", number: int) -> Onward:
    from tools.codabench.answers import RULES_TO_ADD

    board = competition.leaderboard
    adds = board is not None and board.submission_rule in RULES_TO_ADD
    told = ", and puts it on the leaderboard" if adds else ""
    return Onward(command(client, f"watch {number}"), f"follows it to its score{told}")
