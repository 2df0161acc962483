"""`kit watch` follows a submission to its end and explains it; `kit cancel` stops one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tools.cli.asking import is_terminal, require_token
from tools.cli.options import Format, FormatOption, JsonOption
from tools.cli.output import current
from tools.cli.platform import HostOption, YesOption, connected, shown
from tools.cli.screen import Screen
from tools.cli.submissions import (
    LeaderboardOption,
    SubmissionArgument,
    TimeoutOption,
    chosen_submission,
    command,
    evaluation_of,
    require_seconds,
    upload_of,
)

if TYPE_CHECKING:
    from tools.codabench.client import Client
    from tools.codabench.connect import Platform
    from tools.codabench.following.ending import Ending
    from tools.codabench.following.follower import Follower
    from tools.codabench.following.whereabouts import Whereabouts

INTERRUPTED = 130


def add_to(app: typer.Typer) -> None:
    """Enter the commands."""
    app.command("watch")(watch)
    app.command("cancel")(cancel)


def watch(
    submission: SubmissionArgument = None,
    timeout: TimeoutOption = None,
    leaderboard: LeaderboardOption = None,
    host: HostOption = None,
    format_: FormatOption = Format.TEXT,
    json_: JsonOption = None,
) -> int:
    """Follow a submission to its end: its stages, its scores beside those of kit evaluate, or why it failed.

    Ends with 0 where it has its scores, 4 where it failed, 5 where it still runs; the same command goes on with it.
    """
    require_seconds(timeout)
    platform = connected(host)
    number = chosen_submission(platform.client, submission)
    require_token(platform.client)
    return follow(platform, number, leaderboard=leaderboard, timeout_s=timeout)


def cancel(
    submission: Annotated[int, typer.Argument(metavar="ID", min=1, help="The submission.", show_default=False)],
    yes: YesOption = False,
    host: HostOption = None,
    format_: FormatOption = Format.TEXT,
    json_: JsonOption = None,
) -> int:
    """Cancel a submission that waits or runs. It still counts against the limits of the phase."""
    from tools.cli.asking import is_asked
    from tools.codabench.following.whereabouts import whereabouts
    from tools.errors import UsageError
    from tools.project import read_settings

    client, output = connected(host).client, current()
    require_token(client)
    found = client.submission(submission)
    told = {"schema": 1, "kind": "cancel", "host": client.host.url, "id": submission}
    if found.has_ended:
        output.say(f"submission {submission} is {shown(found.status)} already: there is nothing to cancel")
        output.document(told | {"cancelled": False, "status": found.status, "exit_code": 1})
        return 1
    place = whereabouts(client, found, upload_of(client, submission), read_settings().competition)
    output.say(f"submission {submission} is {shown(found.status)}; a cancelled one still counts against the limit")
    output.say(_left(place))
    if not yes and not is_terminal():
        raise UsageError("cancelling asks first, and nobody can answer here", f"kit cancel {submission} --yes")
    if not yes and not is_asked(f"cancel submission {submission}?"):
        output.say("it was left alone")
        output.document(told | {"cancelled": False, "status": found.status, "exit_code": 0})
        return 0
    is_done = client.cancel(submission)
    status = client.submission(submission).status
    is_done = is_done or status == "Cancelled"  # a request that was sent twice is answered no the second time
    if is_done:
        output.say(f"submission {submission} is cancelled")
    else:
        output.say(f"submission {submission} could not be cancelled: it is {shown(status)}")
        output.say(f"next: {command(client, f'watch {submission}')}")
    output.document(told | {"cancelled": is_done, "status": status, "exit_code": 0 if is_done else 1})
    return 0 if is_done else 1


def _left(place: "Whereabouts") -> str:
    """How many submissions are left, as far as it is known."""
    left = place.left
    if left is None or left.least is None:
        known = place.phase is not None and (left is not None and place.phase.used_submissions_per_day is not None)
        return "this phase has no limit" if known else "how many are left is not known"
    return f"left: {left.in_words}"


def follow(platform: "Platform", submission: int, *, leaderboard: bool | None, timeout_s: float | None) -> int:
    """Follow to the end, print, and give the exit code 0, 4 or 5.

    Writes the document of the submission; `followed` leaves that to its caller.
    """
    code, document = followed(platform, submission, leaderboard=leaderboard, timeout_s=timeout_s)
    current().document(document)
    return code


def followed(
    platform: "Platform", submission: int, *, leaderboard: bool | None, timeout_s: float | None
) -> tuple[int, dict[str, Any]]:
    """Follow to the end and print; gives the exit code 0, 4 or 5, and the document, which is not written yet.

    A Ctrl-C says how to go on and writes the document with 130.
    """
    from tools.codabench.following.follower import Follower
    from tools.report.submission_document import submission_document

    client, output = platform.client, current()
    follower = Follower(client, submission)
    screen = Screen(output, follower)
    try:
        place = _watch(platform, follower, screen, timeout_s)
        return _conclude(platform, follower, place, leaderboard)
    except KeyboardInterrupt:
        output.say(f"the submission goes on; {command(client, f'watch {submission}')} goes on watching it")
        document = submission_document(client.host.url, submission, follower.parent, (), exit_code=INTERRUPTED)
        output.document(document)
        raise


def _watch(
    platform: "Platform", follower: "Follower", screen: "Screen", timeout_s: float | None
) -> "Whereabouts | None":
    """Print what happens; gives where the submission runs, which is looked up once it has answered."""
    from tools.codabench.following.whereabouts import whereabouts
    from tools.project import read_settings

    place = None
    with screen.live():
        for event in follower.events(timeout_s):
            parent = follower.parent
            if place is None and parent is not None:
                upload = upload_of(platform.client, parent.submission.parent or follower.number)
                place = whereabouts(platform.client, parent.submission, upload, read_settings().competition)
                if place.phase and place.phase.execution_time_limit:
                    follower.limit_s = place.phase.execution_time_limit
                screen.head(parent, place)
            screen.show(event)
    return place


def _conclude(
    platform: "Platform",
    follower: "Follower",
    place: "Whereabouts | None",
    leaderboard: bool | None,  # noqa: FBT001 - None, True and False of --leaderboard
) -> tuple[int, dict[str, Any]]:
    """Print the end, or that it goes on; keep the scores."""
    from tools.codabench.following.ending import ending
    from tools.codabench.following.outcome import Verdict, exit_code_of
    from tools.codabench.following.whereabouts import Whereabouts, whereabouts
    from tools.project import read_settings
    from tools.report.submission import print_ending, task_name
    from tools.report.submission_document import submission_document

    client, output, parent = platform.client, current(), follower.parent
    upload = upload_of(client, (parent.submission.parent if parent else None) or follower.number)
    is_known = place is not None and place.leaderboard is not None and place.leaderboard.submission_rule
    if parent is not None and not is_known:  # it may be known only at the end
        place = whereabouts(client, parent.submission, upload, read_settings().competition)
    place = place or Whereabouts()
    evaluated = evaluation_of(upload)
    endings = [ending(platform, row, place, evaluated, has_settled=follower.is_settled(row)) for row in follower.leaves]
    code = exit_code_of([one.verdict for one in endings])
    for one in endings:
        if one.verdict is not Verdict.RUNNING:
            print_ending(output.console, one, evaluated, task=task_name(one.row) if follower.children else "")
    if code == Verdict.RUNNING.exit_code:
        status = shown(parent.submission.status) if parent else "unknown, for the platform does not answer"
        output.say(f"still running, its status is {status}; {command(client, f'watch {follower.number}')} goes on")
    else:
        _keep_scores(client, follower.number, endings)
    is_there = None
    if code == 0 and parent is not None:
        from tools.cli.placing import put_and_rank

        is_there = put_and_rank(platform, parent.submission, endings, place, leaderboard)
    elif code == Verdict.FAILED.exit_code:
        output.say(f"next: {command(client, f'logs {follower.number}')}")
    document = submission_document(client.host.url, follower.number, parent, endings, exit_code=code)
    return code, document | ({} if is_there is None else {"on_leaderboard": is_there})


def _keep_scores(client: "Client", number: int, endings: "Sequence[Ending]") -> None:
    """Into the journal, for kit history; of several tasks with the task's name beside the column's."""
    from tools.codabench import journal
    from tools.errors import KitError
    from tools.report.submission import task_name

    scores = {
        key if len(endings) == 1 else f"{key} ({task_name(one.row)})": value
        for one in endings
        for key, value in one.submission.values.items()
    }
    if scores:
        try:
            journal.record_scores(client.host.url, number, scores)
        except KitError as error:
            current().say(f"the scores are not kept: {error}")
