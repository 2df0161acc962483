"""The prediction job's output as the scoring job finds it: zipped by one worker, unzipped by another.

The folder is moved, not copied, after a walk that leaves of it what a zip would have: no exec bits, no links, nothing
that is no file. A link is read through where it stays inside the output, and dropped where it leads out of it: on the
worker's host such a path is another file, or none (codabench.md 1.7).
"""

import os
import shutil
import stat
from pathlib import Path

import yaml

from tools.sandbox.program import Outcome
from tools.worker.status import METADATA_EXISTS, SubmissionError

METADATA = "metadata"
FILE_MODE, FOLDER_MODE = 0o644, 0o755


def write_metadata(output: Path, program: Outcome | None, ingestion: Outcome | None) -> None:
    """Leave exit codes and times beside the output. Raises SubmissionError where a file of that name is there."""
    if os.path.lexists(output / METADATA):
        raise SubmissionError(METADATA_EXISTS)
    told = program or ingestion
    facts = {
        "elapsedTime": told.seconds if told else None,
        "exitCode": program.exit_code if program else None,
        "ingestionElapsedTime": ingestion.seconds if ingestion else None,
        "ingestionExitCode": ingestion.exit_code if ingestion else None,
    }
    (output / METADATA).write_text(yaml.safe_dump(facts), "utf-8")


def hand_over(output: Path, place: Path) -> None:
    """Move an output to where the next job reads it, as if it had been zipped and unzipped."""
    as_zipped(output)
    place.parent.mkdir(parents=True, exist_ok=True)
    output.rename(place)


def as_zipped(root: Path) -> None:
    """Leave of a folder what a zip of it would unpack to."""
    inside = root.resolve()
    root.chmod(FOLDER_MODE)
    for place, folders, files in os.walk(root):
        for name in folders:
            path = Path(place, name)
            if path.is_symlink():
                path.unlink()
                path.mkdir()
            path.chmod(FOLDER_MODE)
        for name in files:
            path = Path(place, name)
            mode = path.lstat().st_mode
            if stat.S_ISLNK(mode):
                _read_through(path, inside)
            elif not stat.S_ISREG(mode):
                path.unlink()
            elif stat.S_IMODE(mode) != FILE_MODE:
                path.chmod(FILE_MODE)


def _read_through(link: Path, inside: Path) -> None:
    """Put the file in the place of a link to it, if it lies inside."""
    target = link.resolve()
    link.unlink()
    if target.is_file() and target.is_relative_to(inside):
        shutil.copyfile(target, link)
