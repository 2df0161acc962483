"""The journal: what was written of an upload is there whenever the run was killed, and whoever else writes."""

import itertools
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tools import history
from tools.codabench import journal
from tools.codabench.journal import Parcel, Stage, Upload
from tools.errors import KitError

ROOT = Path(__file__).resolve().parents[3]
HOST = "https://www.codabench.org"
SHA = "ab" * 32
FIRST_RELEASE = """
CREATE TABLE evaluation (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    zip_sha256 TEXT NOT NULL,
    zip_path TEXT NOT NULL,
    competition TEXT NOT NULL,
    verdict TEXT NOT NULL,
    document TEXT NOT NULL
);
CREATE INDEX evaluation_by_zip ON evaluation (zip_sha256);
INSERT INTO evaluation VALUES (1, '2026-10-01T08:00:00.000+00:00', 'abc', '/x.zip', 'Blood cells', 'pass', '{}');
"""
STEPS = (
    ("data set", False),
    ("data set", True),
    ("body", False),
    ("body", True),
    ("completed", False),
    ("completed", True),
    ("submission", False),
    ("submission", True),
    ("leaderboard", False),
    ("leaderboard", True),
)
KILLED = """
import os, signal, sys
from pathlib import Path
from tools.codabench import journal
from tools.codabench.journal import Parcel, Stage

steps = int(sys.argv[1])
parcel = Parcel(host="h", competition=1, phase=2, zip_sha256="ab", zip_path=Path("x.zip"), size_bytes=3)

def step():
    global steps
    steps -= 1
    if not steps:
        os.kill(os.getpid(), signal.SIGKILL)

upload = journal.begin_upload(parcel, "x-ab.zip")
step()
facts = {Stage.DATA_SET: {"data_key": "key"}, Stage.SUBMISSION: {"submission": 7}}
for stage in Stage:
    if stage is not Stage.DATA_SET:
        upload = journal.begin(upload, stage)
        step()
    upload = journal.end(upload, stage, **facts.get(stage, {}))
    step()
"""
WRITER = """
import sys
from pathlib import Path
from tools.codabench import journal
from tools.codabench.journal import Parcel, Stage

name = sys.argv[1]
for number in range(20):
    parcel = Parcel(host=name, competition=1, phase=2, zip_sha256="ab", zip_path=Path("x.zip"), size_bytes=3)
    upload = journal.begin_upload(parcel, f"{name}-{number}.zip")
    assert upload.file_name == f"{name}-{number}.zip", upload
    upload = journal.end(upload, Stage.SUBMISSION, submission=number)
    journal.see(name, number, "Submitted", None)
    journal.see("shared", 1, str(number), None)
"""


def start(program: str, argument: object, folder: Path) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", program, str(argument)]
    environment = os.environ | {"KIT_DATA_DIR": str(folder)}
    return subprocess.Popen(words, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)


def parcel(**facts: object) -> Parcel:
    given = {"host": HOST, "competition": 3, "phase": 7, "zip_sha256": SHA, "zip_path": Path("x.zip"), "size_bytes": 5}
    return Parcel(**(given | facts))  # type: ignore[arg-type]


def submitted(number: int, host: str = HOST) -> Upload:
    upload = journal.begin_upload(parcel(host=host), f"x-{number}.zip")
    return journal.end(upload, Stage.SUBMISSION, submission=number)


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_what_was_written_before_a_run_was_killed_is_there(tmp_path: Path, monkeypatch) -> None:
    folders = [tmp_path / str(number) for number in range(1, len(STEPS) + 1)]
    children = [start(KILLED, folder.name, folder) for folder in folders]
    for number, child in enumerate(children, start=1):
        _, err = child.communicate(timeout=60)
        assert child.returncode < 0, err
        monkeypatch.setenv("KIT_DATA_DIR", str(folders[number - 1]))
        (found,) = journal.uploads()
        assert (found.stage.value, found.has_ended) == STEPS[number - 1]
        assert found.data_key == ("key" if number >= 2 else None)
        assert found.submission == (7 if number >= 8 else None)
        with history.opened(journal.SCHEMA) as connection:
            rows = connection.execute("SELECT stage, has_ended FROM upload_stage ORDER BY rowid").fetchall()
        assert tuple((row["stage"], bool(row["has_ended"])) for row in rows) == STEPS[:number]


def test_two_processes_write_at_once_and_nothing_is_lost() -> None:
    folder = history.database().parent
    children = [start(WRITER, name, folder) for name in ("a", "b")]
    for child in children:
        _, err = child.communicate(timeout=60)
        assert child.returncode == 0, err
    for name in ("a", "b"):
        found = journal.uploads(host=name)
        assert [one.submission for one in found] == list(reversed(range(20)))
        assert {(one.status, one.has_ended) for one in found} == {("Submitted", True)}
        assert all(one.file_name.startswith(f"{name}-") for one in found)
    seen = [one.status for one in journal.statuses("shared", 1)]
    assert {*seen} == {str(number) for number in range(20)}
    assert all(earlier != later for earlier, later in itertools.pairwise(seen))


def test_uploads_are_found_by_what_they_share_newest_first() -> None:
    first, second = submitted(1), submitted(2)
    other = journal.begin_upload(parcel(host="http://localhost:8000", phase=8, zip_sha256="cd"), "y.zip")
    assert journal.uploads() == [other, second, first]
    assert journal.uploads(zip_sha256=SHA) == [second, first]
    assert journal.uploads(zip_sha256=SHA, submission=1) == [first]
    assert journal.uploads(phase=8) == journal.uploads(host="http://localhost:8000") == [other]
    assert journal.uploads(zip_sha256="gone") == []


def test_a_path_is_kept_whole_and_absolute(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert journal.begin_upload(parcel(zip_path=Path("ä b.zip")), "x.zip").zip_path == tmp_path / "ä b.zip"


def test_an_upload_that_was_given_up_says_so() -> None:
    upload = journal.begin_upload(parcel(), "x.zip")
    assert upload.is_left
    journal.give_up(upload)
    assert not journal.uploads()[0].is_left


def test_a_status_is_written_down_when_it_differs_from_the_last_one_seen() -> None:
    upload = submitted(7)
    for status, details in [
        ("Submitted", None),
        ("Running", "ingestion_hostname-a"),
        ("Running", "ingestion_hostname-a"),
        ("Running", "scoring_hostname-a"),
        ("Failed", "Bad or empty zip file"),
        ("Running", "scoring_hostname-a"),
    ]:
        seen = journal.see(HOST, 7, status, details)
    assert [one.status for one in seen] == ["Submitted", "Running", "Running", "Failed", "Running"]
    assert seen == journal.statuses(HOST, 7)
    assert [one.at for one in seen] == sorted(one.at for one in seen)
    (found,) = journal.uploads()
    assert (found.status, found.status_details) == ("Running", "scoring_hostname-a")
    assert (found.id, found.at) == (upload.id, upload.at)


def test_statuses_and_scores_are_of_one_instance_alone() -> None:
    here, there = submitted(7), submitted(7, host="http://localhost:8000")
    journal.see(HOST, 7, "Finished", None)
    journal.record_scores(HOST, 7, {"Accuracy": 0.1 + 0.2, "duration": 3.0})
    assert journal.statuses(there.host, 7) == []
    assert journal.uploads(host=there.host)[0].scores is None
    assert journal.uploads(host=here.host)[0].scores == {"Accuracy": 0.1 + 0.2, "duration": 3.0}


def test_a_submission_that_was_sent_from_elsewhere_has_its_statuses_alone() -> None:
    assert [one.status for one in journal.see(HOST, 99, "Running", None)] == ["Running"]
    assert journal.uploads() == []


def test_the_file_of_the_first_release_gets_the_new_tables_and_keeps_its_verdicts() -> None:
    path = history.database()
    path.parent.mkdir(parents=True)
    connection = sqlite3.connect(path)
    connection.executescript(FIRST_RELEASE)
    connection.close()
    upload = journal.begin_upload(parcel(zip_sha256="abc"), "x.zip")
    assert journal.uploads(zip_sha256="abc") == [upload]
    assert history.last_verdict("abc") == "pass"
    history.record_evaluation({"zip_sha256": "abc", "verdict": "fail"}, zip_path=Path("x.zip"), competition="c")
    assert [one.verdict for one in history.evaluations("abc")] == ["fail", "pass"]


@pytest.fixture
def locked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Another process is writing, and does not come to an end."""
    submitted(1)
    monkeypatch.setattr(history, "PATIENCE_S", 0.05)
    connection = sqlite3.connect(history.database(), isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    yield
    connection.close()


def everything() -> list[Callable[[], object]]:
    """Each function of the journal, to be called."""
    at = datetime.now(UTC)
    upload = Upload(**vars(parcel()), id=1, file_name="x", stage=Stage.BODY, has_ended=False, at=at)
    return [
        lambda: journal.begin_upload(parcel(), "x.zip"),
        lambda: journal.begin(upload, Stage.BODY),
        lambda: journal.end(upload, Stage.BODY),
        lambda: journal.give_up(upload),
        lambda: journal.see(HOST, 1, "Running", None),
        lambda: journal.record_scores(HOST, 1, {}),
    ]


def assert_told(functions: list[Callable[[], object]], reason: str) -> None:
    for function in functions:
        with pytest.raises(KitError, match=reason) as told:
            function()
        assert str(history.database()) in told.value.what
        assert "KIT_DATA_DIR" in told.value.fix


@pytest.mark.usefixtures("locked")
def test_a_file_that_stays_locked_is_told_with_its_path() -> None:
    assert_told([*everything(), journal.uploads], "locked")


@pytest.mark.parametrize("content", [b"no database at all, and a good deal longer than a header" * 40, b"\x00" * 4096])
def test_a_file_that_is_no_database_is_told_with_its_path(content: bytes) -> None:
    path = history.database()
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    assert_told([*everything(), journal.uploads], "not a database")
    assert path.read_bytes() == content


def test_a_damaged_database_is_told_with_its_path() -> None:
    for number in range(60):
        submitted(number)
    path = history.database()
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    assert_told([journal.uploads], "malformed|corrupt")


@pytest.mark.parametrize("what", ["a folder", "below a file"])
def test_a_place_where_no_file_can_be_is_told_with_its_path(what: str, tmp_path: Path, monkeypatch) -> None:
    if what == "a folder":
        history.database().mkdir(parents=True)
    else:
        (tmp_path / "file").touch()
        monkeypatch.setenv("KIT_DATA_DIR", str(tmp_path / "file" / "data"))
    assert_told([*everything(), journal.uploads], "unable to open|is a directory|Not a directory")


@pytest.fixture
def _read_only(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A file that everybody may read and nobody may write; root may write everything: be nobody for a while."""
    if os.name != "posix":
        pytest.skip("needs POSIX file modes")
    user = os.geteuid()
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setenv("KIT_DATA_DIR", folder)
        submitted(1)
        history.database().chmod(0o444)
        Path(folder).chmod(0o555)
        if user == 0:
            os.seteuid(65534)
        yield
        os.seteuid(user)
        Path(folder).chmod(0o755)


@pytest.mark.usefixtures("_read_only")
def test_a_file_that_may_not_be_written_is_told_with_its_path_and_can_be_read() -> None:
    assert_told(everything(), "readonly")
    assert [one.submission for one in journal.uploads()] == [1]
    assert journal.statuses(HOST, 1) == []
