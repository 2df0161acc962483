"""`kit init`: a project for a competition: its settings, the organiser's public files, and what a contract can say."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tools.cli.asking import is_asked
from tools.cli.competitions import SecretOption
from tools.cli.options import Format, FormatOption, JsonOption
from tools.cli.organiser_files import placed_document, print_placed, print_reading
from tools.cli.output import current, shown_path
from tools.cli.platform import HostOption, YesOption, chosen_phase, connected, shown

if TYPE_CHECKING:
    from tools.codabench.answers import Competition, Phase
    from tools.codabench.connect import Platform
    from tools.codabench.ingestion.reading import Reading
    from tools.codabench.project.bundle_folder import BundleFolder, Placed, Written
    from tools.codabench.project.settings_file import Change

FAILED = 3


def add_to(app: typer.Typer) -> None:
    """Enter the command."""
    app.command("init")(init)


def init(
    number: Annotated[int, typer.Argument(metavar="ID", help="The competition's number.")],
    phase: Annotated[
        str | None,
        typer.Option(
            "--phase", metavar="ID|NAME", help="Keep to this phase (default: whichever is open).", show_default=False
        ),
    ] = None,
    secret_key: SecretOption = None,
    bundle_folder: Annotated[
        Path | None,
        typer.Option(
            "--bundle-folder",
            metavar="DIR",
            help="Where the organiser's files go (default: competition-ID).",
            show_default=False,
        ),
    ] = None,
    download: Annotated[bool, typer.Option("--download/--no-download", help="Fetch the public files.")] = True,
    yes: YesOption = False,
    host: HostOption = None,
    format_: FormatOption = Format.TEXT,
    json_: JsonOption = None,
) -> int:
    """Set this project up for a competition: its settings, the public programs and data, and a contract if it can."""
    from tools.codabench.project.bundle_folder import BundleFolder

    output, platform = current(), connected(host)
    competition = platform.client.competition(number, secret_key)
    output.say(f"{shown(competition.title)} (competition {competition.id}, by {shown(competition.created_by)})")
    chosen = chosen_phase(competition, phase) if phase is not None else None
    path = _settle(competition, platform, chosen, yes=yes)
    document: dict[str, Any] = {
        "schema": 1,
        "kind": "project",
        "host": platform.client.host.url,
        "competition": competition.id,
        "title": competition.title,
        "phase": chosen.id if chosen else None,
        "project_file": str(path),
    }
    code = 0
    if download:
        folder = BundleFolder(bundle_folder or Path(f"competition-{competition.id}"))
        told, code = _fill(folder, platform, competition, path, yes=yes)
        document |= told
    output.document(document)
    _next(competition, is_signed_in=platform.client.wire.token is not None)
    return code


def _settle(competition: "Competition", platform: "Platform", phase: "Phase | None", *, yes: bool) -> Path:
    """Write host, competition and phase into the project's file. Raises UsageError where values would be lost."""
    from tools.codabench.project.settings_file import plan, project_file
    from tools.project import read_settings

    path, before = project_file(), read_settings()
    wanted: dict[str, int | str | None] = {"host": platform.client.host.url, "competition": competition.id}
    if phase is not None:
        wanted["phase"] = phase.id
    elif before.competition != competition.id:
        wanted["phase"] = None  # a phase of another competition
    change = plan(path, wanted)
    _show(change)
    if change.replaced and not (yes or is_asked("Replace what stands there?")):
        raise _lost(change)
    _write(change)
    if before.bundle is not None and before.competition not in {None, competition.id}:
        current().say(f"bundle is still {shown_path(before.bundle)}, what was set before")
    return path


def _show(change: "Change") -> None:
    output = current()
    if change.is_none:
        output.say(f"{shown_path(change.path)} says so already")
        return
    output.say(f"{shown_path(change.path)}{' (new)' if change.before is None else ''}:")
    for line in change.diff:
        output.say(f"  {line}")


def _lost(change: "Change") -> Exception:
    from tools.errors import UsageError

    told = ", ".join(f"{key} = {value!r}" for key, value in change.replaced.items())
    return UsageError(
        f"{shown_path(change.path)} holds {told}, which would be replaced; nothing was written",
        "the same command with --yes replaces it",
    )


def _write(change: "Change") -> None:
    """Write, and tell what is read back."""
    from tools.codabench.project.settings_file import write

    if change.is_none:
        return
    write(change, Path.cwd())
    kept = ", ".join(f"{key} = {value!r}" for key, value in change.wanted.items() if value is not None)
    current().say(f"written and read back: {kept}")


def _fill(
    folder: "BundleFolder", platform: "Platform", competition: "Competition", path: Path, *, yes: bool
) -> tuple[dict[str, Any], int]:
    """Fetch what is public, write what can be written, and set `bundle` where it can be played."""
    from tools.codabench.project.bundle_folder import write_bundle

    folder.open()
    placed = _fetch(folder, platform, competition)
    reading = _read(folder, placed, competition)
    written = write_bundle(folder, competition, platform.client.host.url, placed, reading)
    print_placed(folder, placed)
    for name, told in written.files.items():
        current().say(f"  {name}: {told}")
    print_reading(reading, folder)
    is_set = _settle_bundle(folder, written, path, yes=yes)
    document = {
        "folder": str(folder.root.resolve()),
        "parts": [placed_document(one) for one in placed],
        "written": written.files,
        "is_playable": written.is_playable,
        "why_not_playable": written.why_not or None,
        "is_bundle_set": is_set,
        "contract": {
            "facts": reading.facts,
            "sources": reading.sources,
            "unknown": list(reading.unknown),
            "missing": list(reading.missing),
        },
    }
    return document, FAILED if any(one.state == "failed" for one in placed) else 0


def _fetch(folder: "BundleFolder", platform: "Platform", competition: "Competition") -> "tuple[Placed, ...]":
    """One part after the other; each is in its place, whole, before the next begins."""
    from tools.codabench.competition.overview import size_in_words
    from tools.codabench.project.public_parts import parts_of

    output, placed = current(), []
    output.heading(f"{shown_path(folder.root)}/")
    for part in parts_of(competition):
        if not part.is_given or folder.place_of(part):
            placed.append(folder.place(platform, part, lambda _: None))
            continue
        with output.track(f"  {part.name}", part.size_bytes or 0) as advance:
            arrived = 0

            def progress(count: int) -> None:
                nonlocal arrived
                advance(count - arrived, detail=size_in_words(count))
                arrived = count

            placed.append(folder.place(platform, part, progress))
    return tuple(placed)


def _read(folder: "BundleFolder", placed: "tuple[Placed, ...]", competition: "Competition") -> "Reading":
    """What the first ingestion program that is there says of a contract."""
    from tools.codabench.ingestion.reading import Reading, read_from

    programs = [one for one in placed if one.part.kind == "ingestion_program"]
    for one in programs:
        if one.place and (folder.root / one.place).is_dir():
            return read_from(folder.root / one.place, competition.docker_image)
    why = "it is not public" if programs else "the platform tells of none; perhaps results are submitted, not code"
    return Reading(facts={}, sources={}, missing=(f"the ingestion program: {why}",))


def _settle_bundle(folder: "BundleFolder", written: "Written", path: Path, *, yes: bool) -> bool:
    """Set `bundle` if the folder can be played; True if it is set then."""
    from os.path import relpath

    from tools.codabench.project.settings_file import plan

    output = current()
    output.console.print()
    if not written.is_playable:
        output.say(f"it cannot be played here: {shown(written.why_not)}")
        output.say("so `bundle` is not set, and what `kit evaluate` would show stays unknown until the upload")
        if written.bundle is not None and written.bundle.contract is not None:
            output.say(f"next: kit check ZIP --bundle {shown_path(folder.root)}")
        return False
    change = plan(path, {"bundle": Path(relpath(folder.root.resolve(), path.parent)).as_posix()})
    if change.is_none:
        output.say(f"bundle is {shown_path(folder.root)} already")
        return True
    _show(change)
    if change.replaced and not (yes or is_asked("Replace the bundle?")):
        output.say("bundle stays as it was; the same command with --yes replaces it")
        return False
    _write(change)
    output.say("next: kit evaluate ZIP")
    return True


def _next(competition: "Competition", *, is_signed_in: bool) -> None:
    """What is still to do before an upload."""
    output = current()
    if not is_signed_in:
        output.say("next: kit login, before an upload")
    elif competition.participant_status != "approved":
        output.say(f"next: kit join {competition.id}, before an upload")
