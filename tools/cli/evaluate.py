"""`kit evaluate`: the zip through both jobs of the platform, on this machine."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from tools.cli.options import BundleOption, Format, FormatOption, JsonOption, StrictOption
from tools.cli.output import current, shown_path

SAMPLE_COUNT = 512
SAMPLE_SEED = 4430


def add_to(app: typer.Typer) -> None:
    """Enter the command."""
    app.command("evaluate")(evaluate)


def evaluate(
    submission: Annotated[Path, typer.Argument(metavar="ZIP", help="The zip that would be uploaded.")],
    data: Annotated[
        Path | None,
        typer.Option(
            "--data", metavar="NPZ", help="Labelled images [default: the run's test split, else a drawn sample]."
        ),
    ] = None,
    bundle: BundleOption = None,
    profile: Annotated[
        str, typer.Option("--worker-profile", help="Which behaviour of the worker: 2026-03 or 2026-05.")
    ] = "2026-03",
    time_limit: Annotated[
        float | None,
        typer.Option("--time-limit", metavar="S", min=1, help="Seconds for each job [default: the phase's]."),
    ] = None,
    probes: Annotated[bool, typer.Option("--probes/--no-probes", help="Ask the entry step by step as well.")] = True,
    strict: StrictOption = False,
    format_: FormatOption = Format.TEXT,
    json_: JsonOption = None,
) -> int:
    """Play the platform for a zip: prediction, scoring, and what it would show; then name what is wrong."""
    from tools.errors import UsageError
    from tools.evaluate import Settings

    if profile not in ("2026-03", "2026-05"):
        raise UsageError(f"--worker-profile is {profile!r}", "2026-03 or 2026-05")
    chosen: Literal["2026-03", "2026-05"] = "2026-03" if profile == "2026-03" else "2026-05"
    settings = Settings(bundle=bundle, data=data, limit_s=time_limit, profile=chosen, probes=probes)
    document = evaluate_and_print(submission, settings, strict=strict)
    current().document(document)
    return 0 if document["verdict"] == "pass" else 1


def evaluate_and_print(submission: Path, settings: Any, *, strict: bool = False) -> dict[str, Any]:
    """Evaluate, print what was seen, keep the verdict, and return the document."""
    import sqlite3

    from tools.archive import open_archive
    from tools.errors import UsageError
    from tools.evaluate import evaluate as play
    from tools.evaluate import scratch_folder
    from tools.history import record_evaluation
    from tools.report.document import evaluated
    from tools.report.text import print_findings, print_platform

    output = current()
    archive = open_archive(submission)
    if archive.is_folder:
        raise UsageError(f"{submission} is a folder, a zip is wanted", f"kit build {submission}")
    with scratch_folder() as scratch:
        settings = with_data(settings, archive, scratch)
        with output.track("evaluate: prediction, then scoring", 1) as advance:
            evaluation, result, bundle = play(archive, settings)
            advance(1)
    print_platform(output.console, evaluation)
    print_findings(output.console, result)
    document = evaluated(archive, result, evaluation, strict=strict)
    try:
        record_evaluation(document, zip_path=submission, competition=bundle.competition.title)
    except (OSError, sqlite3.Error) as error:
        output.say(f"the verdict could not be kept ({error}); an upload will ask for it")
    if document["verdict"] == "fail":
        output.say(f"next: mend it, then: kit evaluate {shown_path(submission)}")
    return document


def with_data(settings: Any, archive: Any, scratch: Path) -> Any:
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
    return replace(settings, data=scratch / "sample.npz")
