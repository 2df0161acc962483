"""`kit sweep`: one recipe with other values of some of its fields, trial after trial, and what came out."""

import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tools.cli.data import ImagesKey, LabelsKey, data_path
from tools.cli.options import Format, FormatOption, JsonOption
from tools.cli.output import current, shown_path
from tools.cli.shift import with_shift
from tools.cli.tables import print_table
from tools.cli.train import loading

if TYPE_CHECKING:
    from training.data.load import Dataset
    from training.options import Options
    from training.sweep.axis import Axis
    from training.sweep.ledger import Ledger, Trial
    from training.sweep.sweep import Sweep

SWEEPS = Path("sweeps")
Measure = Callable[[Path], None]


def add_to(app: typer.Typer) -> None:
    """Enter the command."""
    app.command("sweep")(sweep)


def sweep(
    recipe: Annotated[str, typer.Argument(metavar="RECIPE", help="Its name: kit recipes lists them.")],
    data: Annotated[str, typer.Option("--data", metavar="DATA", help="An .npz, or the word `sample`.")],
    set_: Annotated[
        list[str],
        typer.Option("--set", metavar="FIELD=A,B|LOW..HIGH", help="Values of a field of the recipe; again for others."),
    ],
    folder: Annotated[
        Path | None, typer.Option("--folder", metavar="DIR", help="Where the trials go (default: sweeps/RECIPE).")
    ] = None,
    trials: Annotated[
        int | None, typer.Option("--trials", min=1, help="At most so many (default: all combinations; of ranges, 20).")
    ] = None,
    epochs: Annotated[
        int | None, typer.Option("--epochs", min=1, help="At most so many in each phase, not the recipe's.")
    ] = None,
    weights: Annotated[
        str | None, typer.Option("--weights", metavar="imagenet|FILE|none", help="What a backbone begins with.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of every trial, and of what is drawn from ranges.")] = 0,
    split: Annotated[
        str, typer.Option("--split", metavar="A/B/C", help="Percent for train/validation/test.")
    ] = "64/16/20",
    shift: Annotated[
        bool, typer.Option("--shift", help="Measure each trial on the shift suite, too; it is not chosen by.")
    ] = False,
    images_key: ImagesKey = "images",
    labels_key: LabelsKey = "labels",
    format_: FormatOption = Format.TEXT,
    json_: JsonOption = None,
) -> int:
    """Train a recipe with other values of its fields; after Ctrl-C or a kill the same command goes on."""
    from training.data.split import parse_fractions
    from training.options import Options

    options = Options(
        epochs=epochs,
        weights=weights,
        seed=seed,
        fractions=parse_fractions(split),
        command=shlex.join(["kit", *sys.argv[1:]]),
    )
    place = folder or SWEEPS / recipe
    with data_path(data) as path:
        dataset, planned = _planned(recipe, path, (images_key, labels_key), set_, trials, options)
        ledger = _run(planned, dataset, place, options, _measure_shift if shift else None)
    return _tell(ledger)


def _planned(
    recipe: str, path: Path, keys: tuple[str, str], words: list[str], trials: int | None, options: "Options"
) -> "tuple[Dataset, Sweep]":
    """The data and the sweep, all values checked before the training library is loaded."""
    from training.data.load import open_dataset
    from training.recipes import get
    from training.sweep.axis import parse
    from training.sweep.sweep import Sweep

    chosen, axes = get(recipe), parse(words)
    dataset = open_dataset(path, images_key=keys[0], labels_key=keys[1])
    dataset.require_every_class()
    return dataset, Sweep(
        recipe=chosen,
        axes=axes,
        data_sha256=dataset.sha256,
        trials=trials,
        epochs=options.epochs,
        seed=options.seed,
        fractions=options.fractions,
        weights=options.weights,
    )


def _measure_shift(folder: Path) -> None:
    """Measure a trial's run on the shift suite."""
    from training import card as cards
    from training.run_folder import CARD

    with_shift(folder, cards.read(folder / CARD))


def _run(planned: "Sweep", dataset: "Dataset", place: Path, options: "Options", measure: Measure | None) -> "Ledger":
    """Run the trials that are left."""
    from training.sweep import table
    from training.sweep.ledger import Ledger

    output, ledger = current(), Ledger(place, planned)
    ended = sum(one.state != "running" for one in ledger.trials())
    if ledger.is_finished():
        with ledger.alone():
            table.write(ledger)  # a kill may have come between the last trial's end and this
        output.say(f"{shown_path(place)} is finished: all {planned.wanted} trials have ended")
        return ledger
    output.say(f"{shown_path(place)}: {planned.wanted} trials, {ended} of them ended")
    if fixed := [f"{axis.field}={axis.spelled}" for axis in planned.axes if axis not in planned.varied_axes]:
        output.say(f"in every trial: {', '.join(fixed)}")
    with loading():
        from training.sweep.search import Search, run

    run(Search(ledger=ledger, dataset=dataset, options=options, reporter=output, measure=measure))
    return ledger


def _tell(ledger: "Ledger") -> int:
    """Show the table, the best values and where the files are; write the document."""
    from training.errors import TrainingError
    from training.sweep import table

    output, found = current(), ledger.trials()
    output.document(table.document(ledger) | {"path": str(ledger.folder)})
    _print(found, ledger.sweep.varied_axes)
    best = table.best(found)
    if not ledger.is_finished():
        output.say("the last trials run in another process")
    if best is not None:
        _tell_best(ledger, best)
    elif ledger.is_finished():
        raise TrainingError(
            f"none of the {len(found)} trials has a result", "look at the reasons above; sweep smaller values"
        )
    return 0


def _tell_best(ledger: "Ledger", best: "Trial") -> None:
    """The best trial's values as a recipe has them, how sure they are, and where everything lies."""
    from training.sweep import table

    output, images = current(), best.facts["validation_images"]
    output.say(
        f"* best by validation accuracy, which {images} images tell to within {table.uncertainty(best):.3f} (95 %): "
        "trials closer together than that may change places"
    )
    output.say(f"in a file of training/recipes/, as {ledger.sweep.recipe.name} but:")
    for line in table.recipe_lines(best):
        output.say(f"    {line}")
    files = (table.CSV, table.JSON, table.PICTURE)
    output.say(f"files: {', '.join(shown_path(ledger.folder / name) for name in files)}")
    output.say(f"next: kit build {shown_path(ledger.folder / best.folder)}")


def _print(trials: "list[Trial]", axes: "tuple[Axis, ...]") -> None:
    """One row a trial, the best first."""
    from training.sweep.axis import text
    from training.sweep.table import best, ranked

    chosen = best(trials)
    measured = ["validation", "test"] + ["shifted"] * any(one.facts.get("shifted_accuracy") for one in trials)
    titles = ["", "trial", *(axis.field for axis in axes), *measured, "parameters", "epochs", "minutes", "ended"]
    rows = []
    for one in ranked(trials):
        mark = "*" if one == chosen else ""
        values = [text(one.values[axis.field]) for axis in axes]
        reached = [_figure(one.facts.get(f"{name}_accuracy")) for name in measured]
        rows.append([mark, one.folder, *values, *reached, *_cost(one.facts), _ending(one)])
    print_table(titles, rows, left=("", "trial", "ended"))


def _figure(share: float | None) -> str:
    return "-" if share is None else f"{share:.4f}"


def _cost(facts: dict[str, Any]) -> list[str]:
    if "seconds" not in facts:
        return ["-", "-", "-"]
    return [f"{facts['parameters']:,}", str(facts["epochs_run"]), f"{facts['seconds'] / 60:.1f}"]


def _ending(one: "Trial") -> str:
    return str(one.facts.get("ended") or one.facts.get("reason") or one.state)
