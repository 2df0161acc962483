"""`kit build`: a run or several, a model trained elsewhere, or a folder as it is, into the zip."""

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tools.cli.ensemble import of_runs
from tools.cli.options import (
    BundleOption,
    EnvironmentOption,
    Format,
    FormatOption,
    JsonOption,
    PythonOption,
    chosen_bundle,
    inline_contract,
)
from tools.cli.output import current, shown_path
from tools.cli.reporting import IgnoreOption, check_again, chosen_selection, with_commands
from tools.cli.train import RUNS

if TYPE_CHECKING:
    from tools.build import Built, Expected, Target

OUT = Path("submission.zip")
SAMPLE_COUNT = 64
MOST_IMAGES = 2000


def add_to(app: typer.Typer) -> None:
    """Enter the command."""
    app.command("build")(build)


def build(
    sources: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="RUN...|DIR", help="A run of kit train, several to be averaged, or a folder to pack as it is."
        ),
    ] = None,
    model: Annotated[
        Path | None, typer.Option("--model", metavar="FILE", help="A model trained elsewhere: .keras, .h5, SavedModel.")
    ] = None,
    entry: Annotated[
        Path | None, typer.Option("--entry", metavar="model.py", help="Your own model.py, or the folder that holds it.")
    ] = None,
    out: Annotated[Path, typer.Option("-o", "--out", metavar="ZIP", help="Where the zip goes.")] = OUT,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            metavar="NPZ",
            help="Rows to try --model or DIR on (default: the bundle's, or drawn); labelled images to measure several "
            "RUNs on (default: their common test split).",
        ),
    ] = None,
    rescale: Annotated[
        str | None, typer.Option("--rescale", metavar="0..1|-1..1", help="What --model was fed, if not raw 0..255.")
    ] = None,
    bundle: BundleOption = None,
    environment: EnvironmentOption = None,
    python: PythonOption = None,
    ignore: IgnoreOption = None,
    format_: FormatOption = Format.TEXT,
    json_: JsonOption = None,
) -> int:
    """Build the zip, open it in a fresh process, and compare its answers with the trained model's.

    Several runs become one graph that averages their probabilities; what it reaches and costs is measured beside each.
    The process has the evaluator's packages: those of --environment, else the contract's if they are built already.
    """
    from tools.build import Target
    from tools.engines import Wish
    from tools.errors import UsageError

    if bool(sources) == (model is not None):
        raise UsageError(
            "give either runs or a folder, or --model FILE",
            "kit build runs/baseline, or: kit build --model model.keras (it becomes a run), or: kit build my_folder",
        )
    bundle = chosen_bundle(bundle)
    target = Target(
        bundle=bundle,
        stand_in=inline_contract(),
        wish=Wish(environment=environment, python=python),
        selection=chosen_selection(None, ignore),
        say=current().say,
    )
    with tempfile.TemporaryDirectory(prefix="kit-") as scratch:
        more: dict[str, Any] = {}
        if model is not None:
            files, expected = _of_model(model, entry, data, rescale, bundle)
        elif len(sources or ()) > 1:
            files, expected, more = of_runs(sources or [], entry, data, bundle, Path(scratch))
        else:
            assert sources
            files, expected = _of_source(sources[0], entry, data, bundle)
        document = build_and_print(files, expected, out, target) | more
    current().document(document)
    return int(document["exit_code"])


def _of_source(
    source: Path, entry: Path | None, data: Path | None, bundle: Path | None
) -> tuple[dict[str, Path], "Expected"]:
    """The members of a run, or of a folder as it is, and what to ask of the zip."""
    from tools.build import entry_files, expected_of, members_of_run
    from tools.errors import UsageError
    from tools.runs import is_run, read_run

    if source.is_file():
        raise UsageError(f"{source} is a file, a folder is wanted", f"for a trained model: kit build --model {source}")
    has_entry = (source / "model.py").is_file()
    if source.is_dir() and not has_entry and not any((source / part).exists() for part in ("card.json", "checkpoint")):
        raise UsageError(
            f"{source} is neither a run of kit train (no card.json) nor a submission (no model.py)",
            "put a model.py at its root, or give a run: kit build runs/baseline",
        )
    if is_run(source) or not has_entry:
        run = read_run(source)
        return members_of_run(run, entry), expected_of(run, binding=entry is None)
    if entry is not None:
        raise UsageError(f"{source} has its own model.py, and --entry names another", "leave one of them out")
    return entry_files(source), _unanswered(data, bundle)


def _of_model(
    model: Path, entry: Path | None, data: Path | None, rescale: str | None, bundle: Path | None
) -> tuple[dict[str, Path], "Expected"]:
    """The members for a model trained elsewhere: with the team's own entry as it is, else exported as a run."""
    from tools.build import entry_files, expected_of, members_of_run, model_files
    from tools.errors import ExistsError, UsageError
    from tools.pack import merge
    from tools.runs import is_run, read_run

    if not model.exists():
        raise UsageError(f"there is no model {model}", "give the .keras or .h5 file, or the SavedModel's folder")
    if entry is not None:
        return merge(entry_files(entry), model_files(model)), _unanswered(data, bundle)
    from training.adopt import Examples, adopt

    images, labels = _labelled(data)
    target = RUNS / model.stem
    if target.exists() and (not is_run(target) or read_run(target).card.get("recipe")):
        raise ExistsError(f"{target} is in the way of the run that {model} becomes", "rename one of the two")
    RUNS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=RUNS, prefix=".adopted-") as folder:
        examples = Examples(images=images, labels=labels)
        adopted = adopt(model, Path(folder) / "run", examples, rescale=rescale, reporter=current())
        if target.exists():
            shutil.rmtree(target)
        adopted.rename(target)
    run = read_run(target)
    return members_of_run(run, None), expected_of(run, binding=True)


def _unanswered(data: Path | None, bundle: Path | None) -> "Expected":
    """What to try an entry on whose answers nobody knows: images, or under another bundle the rows of its form."""
    from tools.build import Expected

    if bundle is None:
        return Expected(images=_labelled(data)[0], answers=None)
    from tools.bundle import open_bundle
    from tools.example import example_rows

    with tempfile.TemporaryDirectory(prefix="kit-") as folder:
        opened = open_bundle(bundle, Path(folder))
        opened = replace(opened, contract=opened.contract or inline_contract())
        rows, origin = example_rows(opened, data, Path(folder))
        current().say(f"tried on {len(rows)} rows: {origin}")
        return Expected(images=rows, answers=None)


def _labelled(data: Path | None) -> tuple[Any, Any]:
    """Images and labels of a file, evenly spaced where it has many; drawn images without labels where none is given."""
    if data is not None:
        from training.data.load import open_dataset

        dataset = open_dataset(data)
        step = -(-dataset.count // MOST_IMAGES)
        rows = range(0, dataset.count, step)
        return dataset.load(rows), dataset.labels[::step]
    from training.data.sample import draw

    current().say(f"tried on {SAMPLE_COUNT} drawn cells (give your own images with --data)")
    return draw(SAMPLE_COUNT).images[:SAMPLE_COUNT], None


def build_and_print(
    files: dict[str, Path], expected: "Expected", out: Path, target: "Target | None" = None
) -> dict[str, Any]:
    """Build, print what was seen, and return the document."""
    from tools.build import ANYBODY
    from tools.build import build as make
    from tools.report.document import checked
    from tools.report.text import print_findings

    output, target = current(), target or ANYBODY
    with output.track("build: pack, open in a fresh process, compare", 1) as advance:
        built = make(files, out, expected, target)
        advance(1)
    size = built.archive.size_bytes
    output.say(
        f"{shown_path(out)}: {len(built.packed.names)} files, {size / 1e6:.2f} MB, sha256 {built.archive.sha256}"
    )
    if built.packed.left_out:
        output.say(f"left out: {', '.join(built.packed.left_out)}")
    _print_answers(built, len(expected.images))
    selection = target.selection
    again = check_again(out, target.bundle, target.wish.environment)
    result = with_commands(selection.apply(built.result), again)
    if result.findings or result.ignored:
        print_findings(output.console, result, selection.unused(result))
    failed = result.failed() or built.report.complaint is not None
    output.say(f"next: {'mend it, then build again' if failed else f'kit evaluate {shown_path(out)}'}")
    document = checked(built.archive, result, selection=selection)
    return document | {
        "verdict": "fail" if failed else "unknown",
        "exit_code": int(failed),
        "size_bytes": size,
        "compared": built.compared,
        "different": built.different,
        "error": built.report.complaint,
    }


def _print_answers(built: "Built", count: int) -> None:
    output = current()
    report = built.report
    place = f"in a fresh process ({built.environment})" if built.environment else "in a fresh process"
    if report.complaint:
        where = f" ({report.error.where})" if report.error and report.error.where else ""
        output.say(f"{place} {report.complaint}{where}")
    elif built.compared:
        same = "the same answers as" if not built.different else f"{built.different} answers other than"
        output.say(f"{place}: {same} the trained model's on {built.compared} images")
    else:
        output.say(f"{place}: answered {count} rows (no trained answers to compare with)")
