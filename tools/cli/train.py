"""`kit train`."""

import os
import shlex
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tools.cli.data import ImagesKey, LabelsKey, data_path
from tools.cli.options import Format, FormatOption, JsonOption
from tools.cli.output import current, shown_path
from tools.cli.shift import KEY, print_shift, with_shift
from tools.cli.together import COMMAND, processes_wanted, supervise, train_in

if TYPE_CHECKING:
    from training.data.load import Dataset
    from training.options import Options
    from training.parallel.cluster import Cluster
    from training.recipes.recipe import Recipe

RUNS = Path("runs")


def add_to(app: typer.Typer) -> None:
    """Enter the command."""
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


def train(
    recipe: Annotated[str, typer.Argument(metavar="RECIPE", help="Its name: kit recipes lists them.")],
    data: Annotated[str, typer.Option("--data", metavar="DATA", help="An .npz, or the word `sample`.")],
    run: Annotated[
        Path | None, typer.Option("--run", metavar="DIR", help="Where the run goes (default: runs/RECIPE).")
    ] = None,
    epochs: Annotated[
        int | None, typer.Option("--epochs", min=1, help="At most so many in each phase, not the recipe's.")
    ] = None,
    weights: Annotated[
        str | None,
        typer.Option("--weights", metavar="imagenet|FILE|none", help="What a backbone begins with."),
    ] = None,
    teacher: Annotated[
        list[Path] | None,
        typer.Option("--teacher", metavar="RUN", help="A run to learn from, with distillation; again for others."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Decides split, first weights, order, augmentation.")] = 0,
    split: Annotated[
        str, typer.Option("--split", metavar="A/B/C", help="Percent for train/validation/test, or train/test.")
    ] = "64/16/20",
    memory_map: Annotated[
        bool | None,
        typer.Option(
            "--memory-map/--in-memory", help="Read images batch by batch (default: where memory is too small)."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the network, the phases and the expected time; train nothing.")
    ] = False,
    processes: Annotated[
        int,
        typer.Option(
            "--processes",
            min=1,
            help="Train in so many processes on this machine, the batch shared out. Hosts: TF_CONFIG on each "
            "(docs/many_devices.md).",
        ),
    ] = 1,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a run that was interrupted.")] = False,
    images_key: ImagesKey = "images",
    labels_key: LabelsKey = "labels",
    format_: FormatOption = Format.TEXT,
    json_: JsonOption = None,
) -> int:
    """Train a recipe; Ctrl-C or a kill loses at most one epoch, and --resume goes on."""
    from training.data.split import parse_fractions
    from training.options import Options
    from training.run_folder import is_finished

    folder, keys = run or RUNS / recipe, (images_key, labels_key)
    cluster, supervises = processes_wanted(processes)
    options = Options(
        epochs=epochs,
        weights=weights,
        teachers=tuple(teacher or ()),
        seed=seed,
        fractions=parse_fractions(split),
        memory_map=memory_map,
        resume=resume,
        command=os.environ.get(COMMAND) or shlex.join(["kit", *sys.argv[1:]]),
    )
    with data_path(data) as path:
        if dry_run:
            current().document({"schema": 1, "plan": plan_and_print(recipe, path, options, keys)})
            return 0
        if supervises and not (resume and is_finished(folder)):
            _opened(recipe, path, options, keys)
            return supervise(path, folder, options, processes)
        if cluster is not None:
            card = _train_in(cluster, recipe, path, folder, options, keys)
        else:
            card = train_and_print(recipe, path, folder, options, keys)
    if card is None:
        return 0
    current().document({"schema": 1, "path": str(folder), "card": card})
    current().say(f"next: kit build {shown_path(folder)}")
    return 0


def train_and_print(
    recipe: str, path: Path, folder: Path, options: "Options", keys: tuple[str, str] = ("images", "labels")
) -> dict[str, Any]:
    """Train a recipe on a file, print what came out, and return the run's card."""
    chosen, dataset = _opened(recipe, path, options, keys)
    with loading():
        from training.fit import train

    return _print_run(folder, train(chosen, dataset, folder, options=options, reporter=current()))


def _train_in(
    cluster: "Cluster", recipe: str, path: Path, folder: Path, options: "Options", keys: tuple[str, str]
) -> dict[str, Any] | None:
    """The same as one of several processes; None where it is not the one that has the run."""
    chosen, dataset = _opened(recipe, path, options, keys)
    with loading():
        import training.parallel.team  # noqa: F401 - what is slow and noisy in it
    card = train_in(cluster, chosen, dataset, folder, options)
    return None if card is None else _print_run(folder, card)


def _print_run(folder: Path, card: dict[str, Any]) -> dict[str, Any]:
    """Print what a run reached, and measure it on the shift suite; returns the card with those figures."""
    output = current()
    output.say(
        f"{shown_path(folder)}: accuracy {card['accuracy']:.4f}, balanced {card['balanced_accuracy']:.4f} "
        f"on {card['test_images']} test images; {card['epochs_run']} epochs, {card['seconds']:.0f} s"
    )
    output.say(f"figures: {shown_path(folder / 'figures')}")
    card = with_shift(folder, card)
    if shift := card.get(KEY):
        print_shift(folder, shift)
    return card


def plan_and_print(recipe: str, path: Path, options: "Options", keys: tuple[str, str]) -> dict[str, Any]:
    """Print what training would take on this machine, and return it."""
    output = current()
    chosen, dataset = _opened(recipe, path, options, keys)
    with loading():
        from training.plan import plan

    planned = plan(chosen, dataset, options=options, reporter=output)
    train_images, validation, test = planned.images
    output.say(planned.network)
    output.say(f"{planned.parameters:,} weights; images: {train_images} train, {validation} validation, {test} test")
    for stretch in planned.phases:
        phase = stretch.phase
        output.say(
            f"{phase.name}: at most {phase.epochs} epochs at learning rate {phase.learning_rate:g}, "
            f"{stretch.trainable:,} weights trained; {stretch.images_s:.0f} images/s here, "
            f"{stretch.epoch_s:.0f} s an epoch, at most {stretch.seconds / 60:.1f} min"
        )
    whole_s = sum(stretch.seconds for stretch in planned.phases)
    output.say(f"expected: at most {whole_s / 60:.1f} min of training on this machine; nothing was written")
    return asdict(planned) | {"seconds": whole_s}


def _opened(recipe: str, path: Path, options: "Options", keys: tuple[str, str]) -> tuple["Recipe", "Dataset"]:
    """The recipe and the data, checked before the training library is loaded, which takes seconds."""
    from training.data.load import open_dataset
    from training.options import require_weights
    from training.recipes import get
    from training.teachers import require

    chosen = get(recipe)
    if not options.resume:  # a finished run needs none, and is only measured
        require_weights(chosen, options.weights)
    dataset = open_dataset(path, images_key=keys[0], labels_key=keys[1])
    dataset.require_every_class()
    if not options.resume:
        require(chosen, options, dataset)
    return chosen, dataset
