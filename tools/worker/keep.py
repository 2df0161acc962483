"""What the platform lets one download of a submission, as files: its outputs, its logs, its detailed results."""

import os
import re
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

from tools.bundle import Play
from tools.worker.submission import Run

UNFIT = re.compile(r"[^\w.-]+")


def keep(run: Run, folder: Path, play: Play) -> Path:
    """Write prediction_result.zip, scoring_result.zip, LOG.txt and detailed_results.html below a folder of the play.

    Files of an earlier run are replaced. Raises OSError.
    """
    place = folder / UNFIT.sub("_", play.name)
    place.mkdir(parents=True, exist_ok=True)
    for old in (*place.glob("*_result.zip"), *place.glob("*_std*.txt"), place / "detailed_results.html"):
        old.unlink(missing_ok=True)
    for name, output in (
        ("prediction_result", run.predictions),
        ("scoring_result", run.output if run.is_sent else None),
    ):
        if output is not None:
            _zip(output, place / f"{name}.zip")
    _write_logs(run.logs, place)
    if run.detailed_results is not None:
        shutil.copyfile(run.detailed_results, place / "detailed_results.html")
    return place


def _write_logs(logs: Mapping[str, str], place: Path) -> None:
    """The platform uploads no log that is empty."""
    for name, text in logs.items():
        if text:
            (place / f"{name}.txt").write_text(text, "utf-8")


def _zip(folder: Path, path: Path) -> None:
    """Zip a job's output, which holds no links any more."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as target:
        for file in sorted(folder.rglob("*")):
            target.write(file, os.fsencode(file.relative_to(folder)).decode("utf-8", "replace"))
