"""`kit evaluate`: the zip through both jobs of the platform, on this machine."""

import math
import shlex
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tools.cli.options import (
    BundleOption,
    EnvironmentOption,
    JsonOption,
    PythonOption,
    StrictOption,
    chosen_bundle,
    inline_contract,
)
from tools.cli.output import current, shown_path
from tools.cli.reporting import (
    IgnoreOption,
    ReportFormat,
    ReportFormatOption,
    SelectOption,
    check_again,
    chosen_selection,
    same_again,
    with_commands,
)

if TYPE_CHECKING:
    from tools.archive import Archive
    from tools.evaluate import Settings

SAMPLE_COUNT = 512
SAMPLE_SEED = 4430


class EngineChoice(StrEnum):
    """Where programs run."""

    AUTO = "auto"
    CONTAINER = "container"
    BUBBLEWRAP = "bubblewrap"
    PROCESS = "process"


class ProfileChoice(StrEnum):
    """Which version of the platform's worker is played."""

    SNAPSHOT = "2026-03"
    LATER = "2026-05"


def add_to(app: typer.Typer) -> None:
    """Enter the command."""
    app.command("evaluate")(evaluate)


def evaluate(
    submission: Annotated[
        Path | None, typer.Argument(metavar="ZIP", help="The zip that would be uploaded.", show_default=False)
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data", metavar="NPZ", help="Labelled images (default: the run's test split, else a drawn sample)."
        ),
    ] = None,
    bundle: BundleOption = None,
    phase: Annotated[
        str | None, typer.Option("--phase", metavar="N|NAME", help="Which phase, or all (default: the first).")
    ] = None,
    task: Annotated[
        str | None, typer.Option("--task", metavar="N|NAME", help="Which task (default: all of the phase).")
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="Show what the bundle holds, and evaluate nothing.")] = False,
    engine: Annotated[
        EngineChoice, typer.Option("--engine", help="Where programs run; auto takes the first that works.")
    ] = EngineChoice.AUTO,
    environment: EnvironmentOption = None,
    python: PythonOption = None,
    network: Annotated[bool, typer.Option("--network", help="Leave the network on, as the platform does.")] = False,
    profile: Annotated[
        ProfileChoice, typer.Option("--worker-profile", help="Which version of the platform's worker.")
    ] = ProfileChoice.SNAPSHOT,
    time_limit: Annotated[
        float | None,
        typer.Option("--time-limit", metavar="S", min=1, help="Seconds for each job (default: the phase's)."),
    ] = None,
    memory_limit: Annotated[
        int | None,
        typer.Option("--memory-limit", metavar="MB", min=16, help="Memory of each program (default: no limit)."),
    ] = None,
    probes: Annotated[bool, typer.Option("--probes/--no-probes", help="Ask the entry step by step as well.")] = True,
    keep: Annotated[
        Path | None, typer.Option("--keep", metavar="DIR", help="Keep both outputs, the logs and detailed results.")
    ] = None,
    strict: StrictOption = False,
    select: SelectOption = None,
    ignore: IgnoreOption = None,
    format_: ReportFormatOption = ReportFormat.TEXT,
    json_: JsonOption = None,
) -> int:
    """Play the platform for a zip: prediction, scoring, and what it would show; then name what is wrong."""
    from tools.engines import Wish
    from tools.errors import UsageError
    from tools.evaluate import Settings
    from tools.project import read_settings
    from tools.sandbox.program import Limits

    if time_limit is not None and not math.isfinite(time_limit):
        raise UsageError(f"--time-limit is {time_limit}, a number of seconds is wanted", "leave it out for the phase's")
    chosen = chosen_bundle(bundle)
    if list_:
        if format_ not in (ReportFormat.TEXT, ReportFormat.JSON):
            raise UsageError(f"--list has no findings to write as {format_.value}", "--format text or json")
        return list_bundle(chosen)
    if submission is None:
        raise UsageError("which zip?", "kit evaluate submission.zip; kit evaluate --list shows what the bundle holds")
    settings = Settings(
        bundle=chosen,
        contract=inline_contract(),
        data=data,
        phase=phase,
        task=task,
        wish=Wish(
            engine=engine.value,
            environment=environment,
            python=python,
            network=network,
            container=read_settings().container,
        ),
        limits=Limits(wall_s=time_limit, memory_mb=memory_limit),
        profile=profile.value,
        probes=probes,
        keep=keep,
        selection=chosen_selection(select, ignore),
        say=current().say,
    )
    commands = (check_again(submission, bundle, environment), same_again(current().arguments))
    document = evaluate_and_print(submission, settings, strict=strict, commands=commands)
    current().document(document)
    return int(document["exit_code"])


def list_bundle(path: Path | None) -> int:
    """Print what a bundle holds."""
    from tools.bundle import open_bundle
    from tools.report.bundle import bundle_document, print_bundle
    from tools.sandbox.scratch import scratch_folder

    output = current()
    with scratch_folder() as scratch:
        bundle = open_bundle(path, scratch.path)
        output.document(bundle_document(bundle))
        print_bundle(output.console, bundle)
    return 0


def evaluate_and_print(
    submission: Path,
    settings: "Settings",
    *,
    strict: bool = False,
    commands: tuple[Sequence[str], Sequence[str]] = ((), ()),
) -> dict[str, Any]:
    """Evaluate, print what was seen, keep the verdict, and return the document.

    `commands` show a finding again: one of the check, and one of the evaluation.
    """
    from dataclasses import replace

    from tools.archive import open_archive
    from tools.errors import KitError, UsageError
    from tools.evaluate import evaluate as play
    from tools.history import record_evaluation
    from tools.report.document import evaluated
    from tools.report.text import print_evaluated, print_findings
    from tools.sandbox.scratch import scratch_folder

    output = current()
    archive = open_archive(submission)
    if archive.is_folder:
        raise UsageError(f"{submission} is a folder, a zip is wanted", f"kit build {submission}")
    with scratch_folder() as scratch:
        settings = with_data(settings, archive, scratch.path)
        with output.track("evaluate: prediction, then scoring", 1) as advance:
            seen = play(archive, settings)
            advance(1)
    seen = replace(seen, result=with_commands(seen.result, *commands))
    print_evaluated(output.console, seen)
    print_findings(output.console, seen.result, settings.selection.unused(seen.result))
    document = evaluated(archive, seen, strict=strict)
    try:
        if document["verdict"] != "unknown":
            record_evaluation(document, zip_path=submission, competition=seen.bundle.competition.title)
    except (OSError, KitError) as error:
        output.say(f"the verdict could not be kept ({error}); an upload will ask for it")
    if document["verdict"] == "unknown":
        output.say("only some checks were asked for, so this is no verdict: an upload wants one of them all")
    if document["verdict"] == "fail":
        again = commands[1] or ("evaluate", shown_path(submission))
        output.say(f"next: mend it, then: {shlex.join(['kit', *again])}")
    return document


def with_data(settings: "Settings", archive: "Archive", scratch: Path) -> "Settings":
    """Settings with data: what was given, else the run's own test split, else a drawn sample; it says which."""
    from dataclasses import replace

    from tools.runs import card_of, test_split_of

    output = current()
    if settings.data is not None or settings.bundle is not None:
        return settings
    test = test_split_of(card_of(archive), Path("runs"))
    if test is not None:
        output.say(f"data: the run's own test split, {shown_path(test)}")
        return replace(settings, data=test)
    import numpy as np

    from training.data.sample import draw

    output.say(f"data: {SAMPLE_COUNT} drawn cells (give your own images with --data)")
    drawn = draw(SAMPLE_COUNT, seed=SAMPLE_SEED)
    np.savez(scratch / "sample.npz", images=drawn.images[:SAMPLE_COUNT], labels=drawn.labels[:SAMPLE_COUNT])
    return replace(settings, data=scratch / "sample.npz", is_drawn=True)
