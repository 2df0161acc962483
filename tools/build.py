"""From a run, or a folder as it is, to a zip that has been opened and asked in a fresh process.

The zip takes its place only when that went well, so a zip that is there has answered.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tools.archive import Archive, open_archive
from tools.bundle import open_bundle
from tools.checks import Result, Stage, run_checks, subject_of
from tools.checks.organiser import organiser_of
from tools.checks.selection import EVERYTHING, Selection
from tools.contract import Contract
from tools.engines import Wish
from tools.environments.installed import Installed
from tools.errors import UsageError
from tools.evaluate import ask
from tools.evaluator import BuildError, Evaluator, evaluator_of, refuse_by_reading, refuse_by_running
from tools.files import replacing
from tools.pack import Packed, files_below, merge, pack, prefixed
from tools.runs import CARD, TrainedRun
from tools.sandbox.process import ProcessEngine
from tools.worker.probe_report import ProbeReport

ENTRY = Path(__file__).resolve().parent.parent / "submission"
ROUNDING = 0.005
"""The share of answers that another TensorFlow may give otherwise: of two classes nearly equal, the other."""


@dataclass(frozen=True, kw_only=True)
class Built:
    """The zip in its place, and what was seen of it in a fresh process: `different` of `compared` answers.

    `environment` names the evaluator's packages that the process had, None where they were the kit's own.
    """

    packed: Packed
    archive: Archive
    result: Result
    report: ProbeReport
    compared: int
    different: int
    environment: str | None = None


def members_of_run(run: TrainedRun, entry: Path | None) -> dict[str, Path]:
    """The members for a run, as `members_of` has them."""
    return members_of(run.saved_model, run.path / CARD, entry)


def members_of(saved_model: Path, card: Path, entry: Path | None) -> dict[str, Path]:
    """The entry's files, the exported graph and the card, by their names in the zip.

    `entry` is a team's own model.py, or a folder that holds one; None takes submission/.
    """
    graph = prefixed("saved_model", files_below(saved_model).items())
    return merge(entry_files(entry or ENTRY), graph, {CARD: card})


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


@dataclass(frozen=True, kw_only=True)
class Target:
    """For whom the zip is: which bundle, and which packages its evaluator has.

    `stand_in` is the project's contract, for a bundle that has none, or where no bundle is given. The zip is asked with
    the packages that `wish` names, built first if need be, else the evaluator's where they are built already, else the
    kit's own. Findings that `selection` ignores do not stop the build.
    """

    bundle: Path | None = None
    stand_in: Contract | None = None
    wish: Wish = field(default_factory=Wish)
    selection: Selection = EVERYTHING
    say: Callable[[str], None] = lambda _: None


ANYBODY = Target()


def build(members: dict[str, Path], out: Path, expected: Expected, target: Target = ANYBODY) -> Built:
    """Pack, check, open in a fresh process, compare; then put the zip into its place.

    What the entry does wrong by itself is in `result` and `report`. Raises UsageError where `out` is a folder,
    BuildError where the zip answers otherwise than the model, or where the evaluator cannot open it.
    """
    if out.is_dir():
        raise UsageError(f"{out} is a folder, a zip's path is wanted", f"-o {out / 'submission.zip'}")
    with tempfile.TemporaryDirectory(prefix="kit-") as scratch, replacing(out) as beside:
        packed = pack({name: path for name, path in members.items() if path.resolve() != out.resolve()}, beside)
        archive = open_archive(beside)
        opened = open_bundle(target.bundle, Path(scratch))
        contract = (target.stand_in if target.bundle is None else None) or opened.contract or target.stand_in
        if contract is None:
            raise UsageError(
                f"{opened.competition.title!r} has no contract.yaml, so nothing says how to ask the zip",
                "write one beside its competition.yaml, or zip the folder's contents by hand",
            )
        evaluator = evaluator_of(target.wish, replace(opened, contract=contract), target.say)
        organiser = organiser_of(opened, Path(scratch)) if contract is opened.contract else None
        subject = subject_of(archive, contract, environment_name=evaluator.name, organiser=organiser)
        result = run_checks(Stage.CHECK, subject, contract)
        if evaluator.installed is None:
            refuse_by_reading(target.selection.apply(result), evaluator)
        report, given, installed = _answers(archive, contract, expected, evaluator)
    compared, different = _compared(expected, given)
    return Built(
        packed=packed,
        archive=open_archive(out),
        result=result,
        report=report,
        compared=compared,
        different=different,
        environment=installed.name if installed else None,
    )


def _answers(
    archive: Archive, contract: Contract, expected: Expected, evaluator: Evaluator
) -> tuple[ProbeReport, NDArray[np.int64] | None, Installed | None]:
    """Let the zip predict in a fresh process, with the evaluator's packages where they are there; it says with which.

    Raises BuildError where it fails with those, or at what the trained model answers.
    """
    used = evaluator.installed
    report, given = ask(archive, contract, expected.images, engine=ProcessEngine(used) if used else None)
    if used and evaluator.may_have(report):
        used = None
        report, given = ask(archive, contract, expected.images)
    if used:
        refuse_by_running(report, evaluator)
    if expected.answers is not None and expected.binding:
        _require_the_same(expected, report, given, share=ROUNDING if used else 0.0)
    return report, given, used


def _require_the_same(
    expected: Expected, report: ProbeReport, given: NDArray[np.int64] | None, *, share: float
) -> None:
    """Raise BuildError unless all answers are the trained model's, but for a share of them."""
    if report.complaint:
        where = report.error.where if report.error else None
        raise BuildError(
            f"the zip does not load or predict in a fresh process: {report.complaint}",
            f"mend {where or 'the entry'}, then build again; nothing was written",
        )
    count, wrong = _compared(expected, given)
    if wrong > share * count:
        raise BuildError(
            f"the zip answers otherwise than the trained model on {wrong} of {count} images",
            "the preprocessing of model.py and of training must be the same: best inside the exported graph",
        )


def _compared(expected: Expected, given: NDArray[np.int64] | None) -> tuple[int, int]:
    """How many answers were compared, and how many differ; all of them where the shape is another."""
    if expected.answers is None or given is None:
        return 0, 0
    count = len(expected.answers)
    return count, int(np.sum(given != expected.answers)) if given.shape == expected.answers.shape else count
