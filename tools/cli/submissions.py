"""What the commands about one submission share: which one is meant, and the command line that goes on with it."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tools.cli.output import current
from tools.cli.platform import shown

if TYPE_CHECKING:
    from tools.codabench.answers import Submission
    from tools.codabench.client import Client
    from tools.codabench.connect import Platform
    from tools.codabench.journal import Upload
    from tools.codabench.results.details import Results
    from tools.history import Evaluated

SubmissionArgument = Annotated[
    int | None,
    typer.Argument(
        metavar="[ID]", min=1, help="The submission (default: the last one sent from here).", show_default=False
    ),
]
TimeoutOption = Annotated[
    float | None,
    typer.Option("--timeout", metavar="S", min=0, help="Stop watching after so many seconds.", show_default=False),
]
LeaderboardOption = Annotated[
    bool | None,
    typer.Option(
        "--leaderboard/--no-leaderboard",
        help="Put it on the leaderboard, or do not (default: where the rule leaves it to you, unless it is worse).",
        show_default=False,
    ),
]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace files that are there with another content.")]


def chosen_submission(client: "Client", given: int | None) -> int:
    """The submission that is meant: the one given, else the last that was sent to this instance from here."""
    from tools.codabench import journal
    from tools.errors import UsageError

    if given is not None:
        return given
    sent = [upload.submission for upload in journal.uploads(host=client.host.url) if upload.submission is not None]
    if not sent:
        raise UsageError(
            f"which submission? None was sent to {client.host.name} from here",
            "give its number, which the competition's page shows under My Submissions",
        )
    return sent[0]


def require_seconds(timeout: float | None) -> None:
    """Raise UsageError for a --timeout that is no number of seconds."""
    from tools.errors import UsageError

    if timeout is not None and not math.isfinite(timeout):
        raise UsageError(f"--timeout is {timeout}, a number of seconds is wanted", "leave it out to wait for the end")


def upload_of(client: "Client", number: int) -> "Upload | None":
    """The upload that became a submission, if it was sent from here and the journal can be read."""
    from tools.codabench import journal
    from tools.errors import KitError

    try:
        found = journal.uploads(host=client.host.url, submission=number)
    except KitError:
        return None
    return found[0] if found else None


def evaluation_of(upload: "Upload | None") -> "Evaluated | None":
    """The latest evaluation of exactly the zip that was sent."""
    from tools import history
    from tools.errors import KitError

    try:
        return history.last_evaluation(upload.zip_sha256) if upload else None
    except KitError:
        return None


def command(client: "Client", words: str) -> str:
    """A command line that speaks with the same instance."""
    from tools.codabench.instance import needs_naming

    return f"kit {words} --host {client.host.url}" if needs_naming(client.host) else f"kit {words}"


@dataclass(frozen=True)
class Run:
    """One task's run: the submission itself, or a child. `task` is "" where there is only one."""

    submission: "Submission"
    results: "Results"
    task: str

    def folder(self, below: Path) -> Path:
        """Where its files go: a folder of its own where there are several tasks."""
        from tools.codabench.results.fetching import safe_name

        return below / safe_name(f"{self.submission.id}-{self.task}") if self.task else below


def runs_of(platform: "Platform", given: int | None) -> tuple[int, list[Run]]:
    """The submission that is meant, and its run, or those of its tasks where there are several."""
    from tools.cli.asking import require_token
    from tools.codabench.results.details import Results

    client = platform.client
    number = chosen_submission(client, given)
    require_token(client)
    parent = client.submission(number)
    if not parent.children:
        return number, [Run(parent, Results(client, platform.storage, number), "")]
    children = [client.submission(child) for child in parent.children]
    named = [(child, (child.task.name if child.task else "") or str(child.id)) for child in children]
    return number, [Run(child, Results(client, platform.storage, child.id), task) for child, task in named]


def say_hidden(runs: list[Run]) -> None:
    """Say what there is to say where the organiser hides logs and results."""
    from tools.codabench.following.outcome import clues

    for run in runs:
        if run.submission.status in {"Failed", "Cancelled"}:
            first = clues(run.submission, {}, is_hidden=True)[0]
            told = f"its status: {shown(run.submission.status)}"
            told += f", {shown(run.submission.status_details)}" if run.submission.status_details else ""
            current().say(f"{told}: {first.code} {first.diagnosis.text.title}")


def in_words(count: int) -> str:
    """Bytes in words: `331 bytes`, `1.2 MB`."""
    for unit, scale in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= scale:
            return f"{count / scale:.1f} {unit}"
    return f"{count} byte{'' if count == 1 else 's'}"
