"""From a run, or a folder as it is, to a zip that has been opened and asked in a fresh process.

The zip takes its place only when that went well, so a zip that is there has answered.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tools.archive import Archive, open_archive
from tools.bundle import open_bundle
from tools.checks import Result, Stage, run_checks, subject_of
from tools.contract import Contract
from tools.errors import KitError, UsageError
from tools.evaluate import ask
from tools.files import replacing
from tools.pack import Packed, files_below, merge, pack, prefixed
from tools.runs import CARD, TrainedRun
from tools.worker.probe import ProbeReport

ENTRY = Path(__file__).resolve().parent.parent / "submission"


class BuildError(KitError):
    """The zip could be written, but does not do what it was made for."""

    exit_code = 1


@dataclass(frozen=True, kw_only=True)
class Built:
    """The zip in its place, and what was seen of it in a fresh process: `different` of `compared` answers."""

    packed: Packed
    archive: Archive
    result: Result
    report: ProbeReport
    compared: int
    different: int


def members_of_run(run: TrainedRun, entry: Path | None) -> dict[str, Path]:
    """The entry's files, the exported graph and the card, by their names in the zip.

    `entry` is a team's own model.py, or a folder that holds one; None takes submission/.
    """
    graph = prefixed("saved_model", files_below(run.saved_model).items())
    return merge(entry_files(entry or ENTRY), graph, {CARD: run.path / CARD})


def model_files(model: Path) -> dict[str, Path]:
    """A model as it is, under its own name: a file, or a SavedModel's folder."""
    return {model.name: model} if model.is_file() else prefixed(model.name, files_below(model).items())


def entry_files(entry: Path) -> dict[str, Path]:
    """A model.py by itself, or every file of the folder that holds it."""
    if entry.is_file():
        return {"model.py": entry}
    files = files_below(entry)
    if "model.py" not in files:
        raise UsageError(f"there is no model.py in {entry}", "give the file, or the folder that holds it at its root")
    return files


@dataclass(frozen=True, kw_only=True)
class Expected:
    """Images uint8 (n, H, W, C) to ask the zip for, and the trained model's own answers int64 (n,), None if unknown.

    They are binding where the zip must give the same; a team's own entry may do more than the model alone.
    """

    images: NDArray[np.uint8]
    answers: NDArray[np.int64] | None
    binding: bool = True


def expected_of(run: TrainedRun, *, binding: bool) -> Expected:
    """A run's test split with the trained model's answers. Raises UsageError where they are not in it."""
    with np.load(run.test, allow_pickle=False) as test:
        if missing := {"images", "predictions"} - set(test.files):
            raise UsageError(f"{run.test} lacks {', '.join(sorted(missing))}", "train the run again")
        return Expected(images=test["images"], answers=test["predictions"], binding=binding)


def build(
    members: dict[str, Path],
    out: Path,
    expected: Expected,
    bundle: Path | None = None,
    stand_in: Contract | None = None,
) -> Built:
    """Pack, check, open in a fresh process, compare; then put the zip into its place.

    `stand_in` is the project's contract, for a bundle that has none, or where no bundle is given. What the entry does
    wrong by itself is in `result` and `report`. Raises UsageError where `out` is a folder, BuildError where the zip
    answers otherwise than the model.
    """
    if out.is_dir():
        raise UsageError(f"{out} is a folder, a zip's path is wanted", f"-o {out / 'submission.zip'}")
    with tempfile.TemporaryDirectory(prefix="kit-") as scratch, replacing(out) as beside:
        packed = pack({name: path for name, path in members.items() if path.resolve() != out.resolve()}, beside)
        archive = open_archive(beside)
        opened = open_bundle(bundle, Path(scratch))
        contract = (stand_in if bundle is None else None) or opened.contract or stand_in
        if contract is None:
            raise UsageError(
                f"{opened.competition.title!r} has no contract.yaml, so nothing says how to ask the zip",
                "write one beside its competition.yaml, or zip the folder's contents by hand",
            )
        result = run_checks(Stage.CHECK, subject_of(archive, contract), contract)
        report, given = _answers(archive, contract, expected)
    compared, different = _compared(expected, given)
    return Built(
        packed=packed,
        archive=open_archive(out),
        result=result,
        report=report,
        compared=compared,
        different=different,
    )


def _answers(archive: Archive, contract: Contract, expected: Expected) -> tuple[ProbeReport, NDArray[np.int64] | None]:
    """Let the zip predict in a fresh process. Raises BuildError where it fails at what the trained model answers."""
    report, given = ask(archive, contract, expected.images)
    if expected.answers is None or not expected.binding:
        return report, given
    if report.complaint:
        where = report.error.where if report.error else None
        raise BuildError(
            f"the zip does not load or predict in a fresh process: {report.complaint}",
            f"mend {where or 'the entry'}, then build again; nothing was written",
        )
    wrong = _compared(expected, given)[1]
    if wrong:
        raise BuildError(
            f"the zip answers otherwise than the trained model on {wrong} of {len(expected.answers)} images",
            "the preprocessing of model.py and of training must be the same: best inside the exported graph",
        )
    return report, given


def _compared(expected: Expected, given: NDArray[np.int64] | None) -> tuple[int, int]:
    """How many answers were compared, and how many differ; all of them where the shape is another."""
    if expected.answers is None or given is None:
        return 0, 0
    count = len(expected.answers)
    return count, int(np.sum(given != expected.answers)) if given.shape == expected.answers.shape else count
