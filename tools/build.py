"""From a run, or a folder as it is, to a zip that has been opened and asked in a fresh process.

The zip takes its place only when that went well, so a zip that is there has answered.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tools.archive import Archive, open_archive
from tools.checks import Result, Stage, run_checks
from tools.errors import KitError, UsageError
from tools.evaluate import ask, scratch_folder
from tools.files import replacing
from tools.pack import Packed, files_below, merge, pack, prefixed
from tools.runs import CARD, TrainedRun
from tools.worker.bundle import Bundle, open_bundle
from tools.worker.probe import ProbeReport

ENTRY = Path(__file__).resolve().parent.parent / "submission"


class BuildError(KitError):
    """The zip could be written, but does not do what it was made for."""

    exit_code = 1


@dataclass(frozen=True, kw_only=True)
class Built:
    """The zip in its place, and what was seen of it in a fresh process on `compared` images."""

    packed: Packed
    archive: Archive
    result: Result
    report: ProbeReport
    compared: int


def members_of_run(run: TrainedRun, entry: Path | None) -> dict[str, Path]:
    """The entry's files, the exported graph and the card, by their names in the zip.

    `entry` is a team's own model.py, or a folder that holds one; None takes submission/.
    """
    graph = prefixed("saved_model", files_below(run.saved_model).items())
    return merge(entry_files(entry or ENTRY), graph, {CARD: run.path / CARD})


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
    """Images uint8 (n, H, W, C) to ask the zip for, and the trained model's own answers int64 (n,), None if unknown."""

    images: NDArray[np.uint8]
    answers: NDArray[np.int64] | None


def expected_of(run: TrainedRun) -> Expected:
    """A run's test split with the trained model's answers. Raises UsageError where they are not in it."""
    with np.load(run.test, allow_pickle=False) as test:
        if missing := {"images", "predictions"} - set(test.files):
            raise UsageError(f"{run.test} lacks {', '.join(sorted(missing))}", "train the run again")
        return Expected(images=test["images"], answers=test["predictions"])


def build(members: dict[str, Path], out: Path, expected: Expected, bundle: Path | None = None) -> Built:
    """Pack, check, open in a fresh process, compare; then put the zip into its place.

    Raises UsageError where `out` is a folder, BuildError where the zip answers otherwise than the trained model.
    What the entry does wrong by itself is in `result` and `report`.
    """
    if out.is_dir():
        raise UsageError(f"{out} is a folder, a zip's path is wanted", f"-o {out / 'submission.zip'}")
    with scratch_folder() as scratch, replacing(out) as beside:
        packed = pack({name: path for name, path in members.items() if path.resolve() != out.resolve()}, beside)
        archive = open_archive(beside)
        opened = open_bundle(bundle, scratch)
        result = run_checks(Stage.CHECK, archive, opened.contract)
        report, compared = _answers(archive, opened, expected, scratch)
    return Built(packed=packed, archive=open_archive(out), result=result, report=report, compared=compared)


def _answers(archive: Archive, bundle: Bundle, expected: Expected, scratch: Path) -> tuple[ProbeReport, int]:
    """Let the zip predict in a fresh process. Raises BuildError where it disagrees with the trained model."""
    images, answers = scratch / "images.npy", scratch / "answers.npy"
    np.save(images, expected.images)
    report = ask(archive, bundle, images, answers)
    if expected.answers is None:
        return report, 0
    if report.error:
        raise BuildError(
            f"the zip does not load or predict in a fresh process: {report.error.text}",
            f"mend {report.error.where or 'the entry'}, then build again; nothing was written",
        )
    if not answers.is_file():
        raise BuildError(f"the zip gave no answers; it came as far as {report.reached!r}", "kit evaluate shows its logs")
    given = np.load(answers, allow_pickle=False)
    if given.shape != expected.answers.shape:
        raise BuildError(f"the zip answers with shape {given.shape}, the trained model with {expected.answers.shape}", "return class ids, shape (n,)")
    if wrong := int(np.sum(given != expected.answers)):
        raise BuildError(
            f"the zip answers otherwise than the trained model on {wrong} of {len(given)} images",
            "the preprocessing of model.py and of training must be the same: best inside the exported graph",
        )
    return report, len(given)
