"""`kit train` and `kit recipes`."""

import os
import shlex
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from tools.cli.data import ImagesKey, LabelsKey, data_path
from tools.cli.options import Format, FormatOption, JsonOption
from tools.cli.output import current, shown_path

RUNS = Path("runs")


def add_to(app: typer.Typer) -> None:
    """Enter the commands."""
    app.command("recipes")(recipes)
    app.command("train")(train)


@contextmanager
def loading() -> Iterator[None]:
    """Keep what TensorFlow's native code logs at every start (CPU features, no GPU) off the terminal.

    Where the import fails, what was held back is shown.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    current().say("loading the training library (some seconds)")
    sys.stderr.flush()
    stderr = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            held.seek(0)
            os.write(stderr, held.read())
            raise
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)


def recipes(
    format_: FormatOption = Format.TEXT,
    json_: JsonOption = None,
) -> int:
    """List the recorded experiments, with what they scored and cost."""
    from training.recipes import get, names, record

    output = current()
    for name in names():
        output.heading(name)
        output.say(record(name))
    output.document({"schema": 1, "recipes": {name: get(name).settings for name in names()}})
    return 0


def train(
    recipe: Annotated[str, typer.Argument(metavar="RECIPE", help="Its name: kit recipes lists them.")],
    data: Annotated[str, typer.Option("--data", metavar="DATA", help="An .npz, or the word `sample`.")],
    run: Annotated[
        Path | None, typer.Option("--run", metavar="DIR", help="Where the run goes (default: runs/RECIPE).")
    ] = None,
    epochs: Annotated[int | None, typer.Option("--epochs", min=1, help="At most so many, not the recipe's.")] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Decides split, first weights, order, augmentation.")] = 0,
    split: Annotated[
        str, typer.Option("--split", metavar="A/B/C", help="Percent for train/validation/test, or train/test.")
    ] = "64/16/20",
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a run that was interrupted.")] = False,
    images_key: ImagesKey = "images",
    labels_key: LabelsKey = "labels",
    format_: FormatOption = Format.TEXT,
    json_: JsonOption = None,
) -> int:
    """Train a recipe; Ctrl-C or a kill loses at most one epoch, and --resume goes on."""
    folder = run or RUNS / recipe
    with data_path(data) as path:
        card = train_and_print(
            recipe,
            path,
            folder,
            epochs=epochs,
            seed=seed,
            split=split,
            resume=resume,
            keys=(images_key, labels_key),
        )
    current().document({"schema": 1, "path": str(folder), "card": card})
    current().say(f"next: kit build {shown_path(folder)}")
    return 0


def train_and_print(
    recipe: str,
    path: Path,
    folder: Path,
    *,
    epochs: int | None = None,
    seed: int = 0,
    split: str = "64/16/20",
    resume: bool = False,
    overwrite: bool = False,
    keys: tuple[str, str] = ("images", "labels"),
) -> dict[str, Any]:
    """Train a recipe on a file, print what came out, and return the run's card."""
    from training.data.load import open_dataset
    from training.data.split import parse_fractions
    from training.recipes import get

    output = current()
    chosen, fractions = get(recipe), parse_fractions(split)
    dataset = open_dataset(path, images_key=keys[0], labels_key=keys[1])
    dataset.require_every_class()
    with loading():
        from training.fit import Options, train

    card: dict[str, Any] = train(
        chosen,
        dataset,
        folder,
        options=Options(
            epochs=epochs,
            seed=seed,
            fractions=fractions,
            resume=resume,
            overwrite=overwrite,
            command=shlex.join(["kit", *sys.argv[1:]]),
        ),
        reporter=output,
    )
    output.say(
        f"{shown_path(folder)}: accuracy {card['accuracy']:.4f}, balanced {card['balanced_accuracy']:.4f} "
        f"on {card['test_images']} test images; {card['epochs_run']} epochs, {card['seconds']:.0f} s"
    )
    output.say(f"figures: {shown_path(folder / 'figures')}")
    return card
