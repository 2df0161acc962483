"""`kit download`: what was submitted, and what came of it, as files."""

from pathlib import Path
from typing import Annotated, Any

import typer

from tools.cli.options import Format, FormatOption, JsonOption
from tools.cli.output import current, shown_path
from tools.cli.platform import HostOption, connected, shown
from tools.cli.submissions import ForceOption, Run, SubmissionArgument, in_words, runs_of, say_hidden


def add_to(app: typer.Typer) -> None:
    """Enter the command."""
    app.command("download")(download)


def download(
    submission: SubmissionArgument = None,
    folder: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="DIR", help="Where to (default: submission-ID here).", show_default=False
        ),
    ] = None,
    zip_: Annotated[bool, typer.Option("--submission", help="The zip that was submitted.")] = False,
    prediction: Annotated[bool, typer.Option("--prediction", help="The prediction's output.")] = False,
    scoring: Annotated[bool, typer.Option("--scoring", help="The scoring's output.")] = False,
    detailed: Annotated[bool, typer.Option("--detailed", help="The page of detailed results.")] = False,
    extract: Annotated[bool, typer.Option("--extract/--no-extract", help="Unpack the zips as well.")] = True,
    force: ForceOption = False,
    host: HostOption = None,
    format_: FormatOption = Format.TEXT,
    json_: JsonOption = None,
) -> int:
    """Download what was submitted and what came of it (default: all that there is); an interrupted one goes on."""
    from tools.codabench.results.details import HiddenError
    from tools.errors import ExistsError

    platform = connected(host)
    number, runs = runs_of(platform, submission)
    below = folder or Path(f"submission-{number}")
    flags = {"submission": zip_, "prediction": prediction, "scoring": scoring, "detailed": detailed}
    wanted = [kind for kind, is_wanted in flags.items() if is_wanted] or list(flags)
    is_explicit = any(flags.values())
    files: list[dict[str, Any]] = []
    missing: list[dict[str, Any]] = []
    in_the_way: list[ExistsError] = []
    try:
        for run in runs:
            for kind in wanted:
                if kind == "submission" and run is not runs[0]:
                    continue  # all tasks run the same zip
                place = below if kind == "submission" else run.folder(below)
                try:
                    _fetch(run, kind, place, files, missing, extract=extract, force=force)
                except ExistsError as error:
                    in_the_way.append(error)
    except HiddenError:
        say_hidden(runs)
        raise
    for one in missing:
        current().say(f"{one['task'] + ': ' if one['task'] else ''}{one['file']}: {one['why']}")
    current().document(
        {
            "schema": 1,
            "kind": "download",
            "host": platform.client.host.url,
            "id": number,
            "folder": str(below),
            "files": files,
            "missing": missing,
            "in_the_way": [str(error) for error in in_the_way],
        }
    )
    if in_the_way:
        raise in_the_way[0]
    return 1 if is_explicit and missing and not files else 0


def _fetch(
    run: Run,
    kind: str,
    folder: Path,
    files: list[dict[str, Any]],
    missing: list[dict[str, Any]],
    *,
    extract: bool,
    force: bool,
) -> None:
    """One file into a folder, unpacked if it is a zip; into `files`, or into `missing` with the reason."""
    from tools.codabench.errors import StorageError
    from tools.codabench.results.details import FILES
    from tools.codabench.results.fetching import Target, fetch

    file_name = FILES[kind][1]
    about = {"submission": run.submission.id, "task": run.task or None, "kind": kind, "file": file_name}
    if run.results.address(kind) is None:
        missing.append(about | {"why": _why_missing(run, kind)})
        return
    output = current()
    try:
        with output.track(file_name, 1) as advance:
            found = fetch(
                run.results,
                kind,
                Target(path=folder / file_name, force=force),
                lambda have, of: advance(0, f"{in_words(have)}{f' of {in_words(of)}' if of else ''}"),
            )
    except StorageError as error:
        missing.append(about | {"why": shown(str(error))})
        return
    if found.state == "empty":
        missing.append(about | {"why": "empty: nothing was written into it"})
        return
    same = ", as it was" if found.state == "same" else ""
    output.say(f"{shown_path(found.path)}  {in_words(found.size_bytes)}{same}")
    about |= {"path": str(found.path), "bytes": found.size_bytes, "state": found.state}
    files.append(about | (_extract(found.path, force=force) if extract and file_name.endswith(".zip") else {}))


def _why_missing(run: Run, kind: str) -> str:
    """Not there, hidden, or not yet."""
    if not run.submission.has_ended:
        return f"not there yet: the submission is {shown(run.submission.status)}"
    if kind == "detailed":
        return "not there: the competition has no detailed results, or hides them"
    return "not there: it was never written, or the phase hides it"


def _extract(path: Path, *, force: bool) -> dict[str, Any]:
    from tools.codabench.results.unpacked import unpack

    output = current()
    found = unpack(path, path.with_suffix(""), force=force)
    if found.problem:
        output.say(f"  not unpacked: {shown(found.problem)}")
        return {"folder": None, "problem": found.problem}
    output.say(f"  {shown_path(found.folder)}/  {found.count} file{'' if found.count == 1 else 's'}")
    for name, why in found.left_out[:10]:
        output.say(f"  left out: {shown(name)}: {shown(why)}")
    if len(found.left_out) > 10:  # noqa: PLR2004 - those shown above
        output.say(f"  and {len(found.left_out) - 10} more")
    left_out = [{"member": name, "why": why} for name, why in found.left_out]
    return {"folder": str(found.folder), "unpacked": found.count, "left_out": left_out}
