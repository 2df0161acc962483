"""`kit demo`: the whole chain on the built-in sample, in two minutes."""

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from tools.cli.options import Format, FormatOption, JsonOption, contract_environment_and_organiser
from tools.cli.output import current, shown_path

CELLS = 1500
EPOCHS = 5
SEED = 0


def add_to(app: typer.Typer) -> None:
    """Enter the command."""
    app.command("demo")(demo)


def demo(
    out: Annotated[
        Path, typer.Option("-o", "--out", metavar="DIR", help="Where everything goes; made anew each time.")
    ] = Path("demo"),
    format_: FormatOption = Format.TEXT,
    json_: JsonOption = None,
) -> int:
    """Sample, inspect, clean, train, build, check, evaluate: from images to a zip with a score, in two minutes."""
    output = current()
    started = time.monotonic()
    document = _chain(out)
    output.document(document)
    shown = document["platform"]["shown_scores"].get("Accuracy", "n/a")
    output.heading(f"done in {time.monotonic() - started:.0f} s")
    output.say(f"zip     {shown_path(out / 'submission.zip')}")
    output.say(f"score   {shown}, as the platform would show it, on drawn cells")
    output.say("next    kit inspect training_set.npz   (your own images; then clean, train, build, check, evaluate)")
    return 0 if document["verdict"] == "pass" else 1


def _chain(out: Path) -> dict[str, Any]:
    """Each step as its own command would do it; the evaluation's document."""
    from tools.archive import open_archive
    from tools.build import expected_of, members_of_run
    from tools.checks import Stage, run_checks, subject_of
    from tools.cli.build import build_and_print
    from tools.cli.data import clean_and_print, inspect_and_print
    from tools.cli.evaluate import evaluate_and_print
    from tools.cli.train import train_and_print
    from tools.competitions import DEFAULT
    from tools.contract import read_contract
    from tools.evaluate import Settings
    from tools.report.text import print_findings
    from tools.runs import read_run
    from training.data.sample import write
    from training.options import Options

    output = current()
    sample, trimmed, folder, archive = (
        out / name for name in ("sample.npz", "training_set_trimmed.npz", "runs/demo", "submission.zip")
    )
    output.heading("1 sample: drawn images in the form of the competition's file")
    drawn = write(sample, CELLS, seed=SEED, reporter=output)
    output.say(f"{shown_path(sample)}: {len(drawn.images)} images")
    output.heading("2 inspect: what is in the file")
    inspect_and_print(sample, out / "inspection")
    output.heading("3 clean: what is no cell, or stands twice, goes")
    clean_and_print(sample, trimmed)
    output.heading("4 train: the report's baseline, a few epochs")
    options = Options(epochs=EPOCHS, seed=SEED, overwrite=True, command="kit demo")
    train_and_print("baseline", trimmed, folder, options)
    output.heading("5 build: the zip")
    run = read_run(folder)
    build_and_print(members_of_run(run, None), expected_of(run, binding=True), archive)
    output.heading("6 check: the zip as it is")
    contract = read_contract(DEFAULT)
    organiser = contract_environment_and_organiser(None)[2]
    subject = subject_of(open_archive(archive), contract, organiser=organiser)
    print_findings(output.console, run_checks(Stage.CHECK, subject, contract))
    output.heading("7 evaluate: both jobs of the platform, on the images held back from training")
    return evaluate_and_print(archive, Settings(data=run.test))
