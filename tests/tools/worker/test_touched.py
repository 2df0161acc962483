"""What programs of the prediction job changed where they should only read: told, if it was there before."""

import os
from pathlib import Path

import pytest

from tools.worker.layout import Job
from tools.worker.touched import Before, look_before

NAMES = ("model.py", "weights/a.bin", "weights/b.bin", "__pycache__/model.pyc")


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """A job with a submission, written a while ago."""
    made = Job(root=tmp_path / "prediction", scoring=False)
    for name in NAMES:
        path = made.program / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("1")
        os.utime(path, (1_600_000_000, 1_600_000_000))
    return made


def told(before: Before) -> tuple[str, ...]:
    return tuple(what.removeprefix("/app/ingested_program/") for what in before.touched("/app/ingested_program"))


def test_what_is_overwritten_and_what_is_removed_is_told(job: Job) -> None:
    before = look_before(job)
    assert set(before.folders) == {"/app/ingested_program"}
    (job.program / "weights/a.bin").write_text("2")
    (job.program / "weights/b.bin").unlink()
    assert told(before) == ("weights/a.bin was overwritten", "weights/b.bin was removed")


@pytest.mark.parametrize(
    "change",
    [
        Path.exists,
        lambda folder: (folder / "new.txt").write_text("1"),
        lambda folder: (folder / "model.py").read_text(),
        lambda folder: (folder / "model.py").chmod(0o600),
        lambda folder: (folder / "__pycache__/model.pyc").write_text("2"),
        lambda folder: os.utime(folder / "model.py", (4_000_000_000, 4_000_000_000)),
    ],
    ids=["nothing", "a new file", "reading", "another mode", "Python's cache", "a time to come"],
)
def test_what_changes_no_file_that_was_there_is_not(change, job: Job) -> None:
    before = look_before(job)
    change(job.program)
    assert told(before) == ()


def test_a_folder_that_is_gone_or_closed_is_survived(job: Job) -> None:
    before = look_before(job)
    for path in sorted(job.program.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    job.program.rmdir()
    assert told(before) == ("model.py was removed", "weights/a.bin was removed", "weights/b.bin was removed")
