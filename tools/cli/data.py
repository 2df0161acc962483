"""`kit sample`, `kit inspect`, `kit clean`: the images, before anything is trained on them."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tools.cli.options import Format, FormatOption, JsonOption
from tools.cli.output import current, shown_path

if TYPE_CHECKING:
    from training.data.clean import Plan
    from training.data.inspection import Inspection

SAMPLE = "sample"
SAMPLE_CELLS = 2400

DataArgument = Annotated[
    str, typer.Argument(metavar="DATA", help="An .npz with images and labels; the word `sample` draws one.")
]
ImagesKey = Annotated[str, typer.Option("--images-key", metavar="K", help="Name of the array of images.")]
LabelsKey = Annotated[str, typer.Option("--labels-key", metavar="K", help="Name of the array of labels.")]


def add_to(app: typer.Typer) -> None:
    """Enter the commands."""
    app.command("sample")(sample)
    app.command("inspect")(inspect)
    app.command("clean")(clean)


@contextmanager
def data_path(data: str) -> Iterator[Path]:
    """The file that DATA names; for the word `sample` one that is drawn now and goes afterwards."""
    if data != SAMPLE or Path(data).exists():
        yield Path(data)
        return
    from training.data.sample import write

    with tempfile.TemporaryDirectory(prefix="kit-") as folder:
        path = Path(folder) / "sample.npz"
        write(path, SAMPLE_CELLS, reporter=current())
        yield path


def sample(
    out: Annotated[Path, typer.Option("-o", "--out", metavar="FILE", help="Where to write the .npz.")],
    count: Annotated[
        int, typer.Option("--count", help="Cells to draw; the pictures that are none come on top.")
    ] = SAMPLE_CELLS,
    seed: Annotated[int, typer.Option("--seed", help="The same seed and count give the same bytes.")] = 0,
    format_: FormatOption = Format.TEXT,
    json_: JsonOption = None,
) -> int:
    """Draw blood smears in eight classes, with the real file's disease, to try the chain on."""
    from training.data.sample import write

    output = current()
    drawn = write(out, count, seed=seed, reporter=output)
    output.document({"schema": 1, "path": str(out), "images": len(drawn.images), "seed": seed})
    output.say(f"{shown_path(out)}: {len(drawn.images)} images, of which {count} are cells")
    output.say(f"next: kit inspect {shown_path(out)}")
    return 0


def inspect(
    data: DataArgument,
    out: Annotated[Path, typer.Option("-o", "--out", metavar="DIR", help="Where the page and figures go.")] = Path(
        "inspection"
    ),
    images_key: ImagesKey = "images",
    labels_key: LabelsKey = "labels",
    format_: FormatOption = Format.TEXT,
    json_: JsonOption = None,
) -> int:
    """Look at the images: counts, duplicates, conflicting labels, near duplicates, outliers; figures and one page."""
    with data_path(data) as path:
        found = inspect_and_print(path, out, images_key=images_key, labels_key=labels_key)
    current().document({"schema": 1, **found.as_json()})
    current().say(f"next: {'kit clean sample' if data == SAMPLE else found.clean_command}")
    return 0


def inspect_and_print(path: Path, out: Path, *, images_key: str = "images", labels_key: str = "labels") -> "Inspection":
    """Inspect a file, print the summary, and return it."""
    from training.data.inspect import inspect as look
    from training.data.load import open_dataset

    output = current()
    found = look(open_dataset(path, images_key=images_key, labels_key=labels_key), out, output)
    for line in found.lines():
        output.say(line)
    output.say(f"page: {shown_path(found.page)}")
    return found


def clean(
    data: DataArgument,
    out: Annotated[Path, typer.Option("-o", "--out", metavar="FILE", help="Where the kept rows go.")] = Path(
        "training_set_trimmed.npz"
    ),
    cutoff_idx: Annotated[
        int | None,
        typer.Option("--cutoff-idx", metavar="ROW", help="Instead of the rule: drop this row and all after."),
    ] = None,
    images_key: ImagesKey = "images",
    labels_key: LabelsKey = "labels",
    format_: FormatOption = Format.TEXT,
    json_: JsonOption = None,
) -> int:
    """Drop what is no cell or stands twice: repeated pictures, conflicting labels, the second of a pair."""
    with data_path(data) as path:
        told = clean_and_print(path, out, cutoff_idx=cutoff_idx, images_key=images_key, labels_key=labels_key)
    current().document({"schema": 1, **told})
    current().say(f"next: kit train baseline --data {shown_path(out)}")
    return 0


def clean_and_print(
    path: Path, out: Path, *, cutoff_idx: int | None = None, images_key: str = "images", labels_key: str = "labels"
) -> dict[str, Any]:
    """Clean a file, print what goes, and return it as JSON-able values."""
    from training.data.clean import plan, write
    from training.data.load import open_dataset

    output = current()
    dataset = open_dataset(path, images_key=images_key, labels_key=labels_key)
    decided = plan(dataset, cutoff_idx=cutoff_idx, reporter=output)
    written = write(decided, dataset, out, output)
    _print_plan(decided)
    output.say(f"{shown_path(out)}: {written.count} of {dataset.count} rows stay, {written.size_bytes / 1e6:.0f} MB")
    if written.left_out:
        output.say(f"not carried over (no row an image): {', '.join(written.left_out)}")
    return {
        "path": str(out),
        "images": written.count,
        "dropped": [{"reason": drop.reason, "count": len(drop.rows), "rows": drop.ranges} for drop in decided.dropped],
    }


def _print_plan(plan: "Plan") -> None:
    output = current()
    if not plan.dropped:
        output.say("nothing to drop")
    for drop in plan.dropped:
        output.say(f"dropped {len(drop.rows)} rows, {drop.reason}: {drop.ranges}")
