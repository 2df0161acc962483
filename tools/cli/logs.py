"""`kit logs`: a submission's logs, printed or written, and the cause of its failure."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from tools.cli.options import Format, FormatOption, JsonOption
from tools.cli.output import current, shown_path
from tools.cli.platform import HostOption, connected, shown
from tools.cli.submissions import ForceOption, Run, SubmissionArgument, command, in_words, runs_of, say_hidden

HEAD_BYTES, TAIL_BYTES = 16 << 10, 48 << 10
"""Of a long log on a terminal."""


def add_to(app: typer.Typer) -> None:
    """Enter the command."""
    app.command("logs")(logs)


def logs(
    submission: SubmissionArgument = None,
    folder: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="DIR", help="Write them there as NAME.txt.", show_default=False),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option("--name", metavar="NAME", help="Only this log, such as scoring_stderr.", show_default=False),
    ] = None,
    force: ForceOption = False,
    host: HostOption = None,
    format_: FormatOption = Format.TEXT,
    json_: JsonOption = None,
) -> int:
    """Print a submission's logs, or write them to a folder; the cause of a failure is explained at the end.

    On a terminal a long log is shown by its beginning and end; with -o, and where it is piped on, it is whole.
    """
    from tools.codabench.results.details import HiddenError

    platform = connected(host)
    number, runs = runs_of(platform, submission)
    output, told = current(), []
    try:
        for run in runs:
            names = _chosen_logs(run, name)
            told += list(_write_logs(run, names, run.folder(folder), force=force) if folder else _show(run, names))
        sys.stdout.flush()
    except HiddenError:
        say_hidden(runs)
        raise
    except BrokenPipeError:  # as of `| head`, which has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    if not any(log["bytes"] for log in told) and not all(run.submission.has_ended for run in runs):
        again = command(platform.client, f"watch {number}")
        output.say(f"there is no text yet: the submission is {shown(runs[0].submission.status)}; next: {again}")
    elif not told:
        output.say("there are no logs: the worker sent none")
    explanations = _explain(runs, quietly=name is not None)
    output.document(
        {
            "schema": 1,
            "kind": "logs",
            "host": platform.client.host.url,
            "id": number,
            "logs": told,
            "explanations": explanations,
        }
    )
    return 0


def _chosen_logs(run: Run, name: str | None) -> list[str]:
    """All logs, or the one of --name; "scoring_stderr.txt" is as good. Raises UsageError for one that there is not."""
    from tools.errors import UsageError

    names = list(run.results.logs)
    if name is None:
        return names
    wanted = name.removesuffix(".txt")
    if wanted not in names:
        listed = ", ".join(names) or "none yet"
        raise UsageError(f"submission {run.submission.id} has no log {shown(name)}", f"it has: {listed}")
    return [wanted]


def _write_logs(run: Run, names: list[str], folder: Path, *, force: bool) -> Iterator[dict[str, Any]]:
    """Each log into a file of its own; an empty one, too, and it is said."""
    from tools.codabench.results.fetching import Target, fetch

    output, empty = current(), []
    for name in names:
        target = Target(path=folder / f"{name}.txt", force=force)
        found = fetch(run.results, name, target)
        if found.state == "empty":
            empty.append(name)
        else:
            same = ", as it was" if found.state == "same" else ""
            output.say(f"{shown_path(found.path)}  {in_words(found.size_bytes)}{same}")
        path = None if found.state == "empty" else str(found.path)
        yield _log_document(run, name, found.size_bytes) | {"path": path}
    _say_empty(run, empty)


def _show(run: Run, names: list[str]) -> Iterator[dict[str, Any]]:
    """Each log on stdout; in the document instead where that is what stdout is for."""
    output, empty = current(), []
    is_whole = not output.wants_document and not output.console.is_terminal
    for name in names:
        if is_whole:
            size, text = _stream(run, name, is_alone=len(names) == 1), None
        else:
            ends = run.results.ends(name, HEAD_BYTES, TAIL_BYTES)
            size, text = ends.size_bytes, ends.text
            if size and output.format is None:
                _print_log(run, name, text, size, ends.left_out)
        if not size:
            empty.append(name)
        document = _log_document(run, name, size)
        yield document if text is None else document | {"text": text.decode("utf-8", "replace")}
    _say_empty(run, empty)


def _print_log(run: Run, name: str, text: bytes, size: int, left_out: int) -> None:
    from tools.report.log_text import Readable

    output = current()
    _head(run, name, size)
    readable = Readable()
    sys.stdout.write(readable.feed(text) + readable.end())
    if left_out:
        words = f"logs {run.submission.id} --name {name} -o DIR"
        output.say(f"({in_words(left_out)} of it are left out: {command(run.results.client, words)} writes all of it)")


def _stream(run: Run, name: str, *, is_alone: bool) -> int:
    """A whole log as it comes, readable; gives its size. One that breaks off is said, for it cannot be taken back."""
    from tools.report.log_text import Readable

    readable, size = Readable(), 0

    def write(url: str) -> None:
        nonlocal size
        with run.results.storage.open(url) as answer:
            for chunk in answer.iter_bytes():
                if not size and not is_alone:
                    _head(run, name, None)
                size += len(chunk)
                sys.stdout.write(readable.feed(chunk))

    import httpx

    from tools.codabench.errors import UnreachableError

    try:
        run.results.using(name, write)
    except httpx.TransportError as error:
        raise UnreachableError(
            f"{name} broke off after {in_words(size)}", "the same command again, with -o DIR"
        ) from error
    sys.stdout.write(readable.end())
    return size


def _head(run: Run, name: str, size: int | None) -> None:
    task = f"{shown(run.task)}: " if run.task else ""
    current().heading(f"{task}{name}" + (f" ({in_words(size)})" if size else ""))


def _say_empty(run: Run, empty: list[str]) -> None:
    if empty:
        task = f"{shown(run.task)}: " if run.task else ""
        current().errors.print(f"{task}empty: {', '.join(empty)}", markup=False, soft_wrap=True)


def _log_document(run: Run, name: str, size: int) -> dict[str, Any]:
    return {"submission": run.submission.id, "task": run.task or None, "name": name, "bytes": size}


def _explain(runs: list[Run], *, quietly: bool) -> list[dict[str, Any]]:
    """The cause of each run that failed, in two lines; on stderr where stdout is one log alone."""
    from tools.codabench.following.ending import why
    from tools.report.explained import WHOSE

    output, told = current(), []
    console = output.errors if quietly and not output.console.is_terminal else output.console
    for run in runs:
        if run.submission.status != "Failed":
            continue
        first = why(run.results, run.submission).clues[0]
        text, cause = first.diagnosis.text, first.diagnosis.text.causes[0]
        task = f"{shown(run.task)}: " if run.task else ""
        where = f" at {first.diagnosis.where}" if first.diagnosis.where else ""
        console.print()
        console.print(f"{task}{text.code} {text.title}{where} (by {first.source})", markup=False, soft_wrap=True)
        console.print(f"{WHOSE[cause.whose][0]}: {cause.text}; kit explain {text.code}", markup=False, soft_wrap=True)
        told.append(
            {"submission": run.submission.id, "task": run.task or None, "code": text.code, "title": text.title}
            | {"whose": cause.whose.value, "text": cause.text, "source": first.source}
        )
    return told
