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

from tools.errors import SandboxError
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
    """Move an output, left as zipped, to where the next job reads it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    output.rename(place)


def as_zipped(root: Path) -> None:
    """Leave of a folder what a zip of it would unpack to.

    Raises SandboxError where it is no folder any more: nothing outside of the job is looked at or changed.
    """
    if root.is_symlink() or not root.is_dir():
        raise SandboxError(
            f"a program has put something else in the place of its folder {root.name}",
            "on the platform that folder cannot be taken away: evaluate with --engine bubblewrap or container",
        )
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
    try:
        target = link.resolve()
        is_inside = target.is_file() and target.is_relative_to(inside)
    except (OSError, RuntimeError):  # a loop
        is_inside = False
    link.unlink()
    if is_inside:
        try:
            os.link(target, link)  # nothing of the disk, however many links there are
        except OSError:
            shutil.copyfile(target, link)
