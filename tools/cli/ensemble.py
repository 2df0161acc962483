"""Several runs for one zip: what `kit build RUN RUN ...` packs, and the table of what each reaches and costs."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.cli.options import contract_environment_and_organiser
from tools.cli.output import current, shown_path

if TYPE_CHECKING:
    from tools.build import Expected
    from training.ensemble import Rate


def of_runs(
    folders: Sequence[Path], entry: Path | None, data: Path | None, bundle: Path | None, scratch: Path
) -> tuple[dict[str, Path], "Expected", dict[str, Any]]:
    """The members of the zip, what to ask of it, and the document's `ensemble`; graph and card lie in `scratch`.

    Raises UsageError where one of them is no finished run or is named twice, InputError where they do not fit together.
    """
    from tools.build import Expected, members_of
    from training.data.load import open_dataset
    from training.ensemble import combine

    for folder in folders:
        _require_run(folder)
    dataset = open_dataset(data) if data is not None else None
    with current().track(f"average {len(folders)} runs: one graph, asked and timed beside each", 1) as advance:
        made = combine(folders, scratch, data=dataset, reporter=current())
        advance(1)
    hidden = hidden_size(bundle)
    print_rates(made.rates, hidden)
    expected = Expected(images=made.images, answers=made.predictions, binding=entry is None)
    document = {"rates": [asdict(rate) for rate in made.rates], "hidden_size": hidden}
    return members_of(made.saved_model, made.card, entry), expected, {"ensemble": document}


def _require_run(folder: Path) -> None:
    """Raise UsageError unless it is a finished run: a folder of files as they are cannot be averaged."""
    from tools.errors import UsageError
    from tools.runs import read_run

    if folder.is_file():
        raise UsageError(
            f"{folder} is a file, and only runs are averaged",
            "name the runs that the zip was built from"
            if folder.suffix == ".zip"
            else f"kit build --model {folder}, then name runs/{folder.stem}",
        )
    if (folder / "model.py").is_file():
        raise UsageError(
            f"{folder} has its own model.py, and only runs are averaged",
            f"pack it alone: kit build {folder}; its models can be averaged inside of its model.py",
        )
    read_run(folder)


def hidden_size(bundle: Path | None) -> int | None:
    """How many rows are hidden, as the contract says; None where nobody knows."""
    contract, _, _ = contract_environment_and_organiser(bundle)
    return contract.hidden_size if contract else None


def print_rates(rates: Sequence["Rate"], hidden: int | None) -> None:
    """One line each, the ensemble last: accuracy, size, images a second, and the time for the hidden images."""
    names = [shown_path(Path(rate.name)) for rate in rates[:-1]] + [rates[-1].name]
    width = max(map(len, names))
    for name, rate in zip(names, rates, strict=True):
        accuracy = "not known" if rate.accuracy is None else f"{rate.accuracy:.4f}"
        cost = f"{rate.size_bytes / 1e6:7.2f} MB  {rate.images_s:7.0f} images/s"
        seconds = "" if hidden is None else f"{hidden / rate.images_s:9.1f} s"
        current().say(f"{name:{width}}  accuracy {accuracy}  {cost}{seconds}")
    if hidden is not None:
        current().say(f"the last column: {hidden} hidden images, on this machine, without the start")
