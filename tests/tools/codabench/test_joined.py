"""What is remembered of a zip: joined by its sha256, newest first, with what is unfinished."""

import hashlib
from pathlib import Path

import pytest

from tools import history
from tools.codabench import journal
from tools.codabench.joined import Entry, Wanted, documents, entries, is_same_file, scores, stages, statuses
from tools.codabench.journal import Parcel, Stage, Upload
from tools.errors import KitError

HOST = "https://www.codabench.org"


def judge(sha256: str, verdict: str = "pass", competition: str = "Blood cells", path: str = "x.zip") -> None:
    history.record_evaluation({"zip_sha256": sha256, "verdict": verdict}, zip_path=Path(path), competition=competition)


def begun(sha256: str, path: str = "x.zip", **facts: object) -> Upload:
    given = {"host": HOST, "competition": 3, "phase": 7, "size_bytes": 5}
    return journal.begin_upload(Parcel(**(given | facts), zip_sha256=sha256, zip_path=Path(path)), "x-1.zip")  # type: ignore[arg-type]


def submitted(sha256: str, number: int, status: str | None = "Finished", **facts: object) -> Upload:
    upload = journal.end(begun(sha256, **facts), Stage.SUBMISSION, submission=number)  # type: ignore[arg-type]
    if status:
        journal.see(upload.host, number, status, None)
    return upload


def zips(wanted: Wanted | None = None) -> list[str]:
    return [entry.zip_sha256 for entry in entries(wanted)]


def the(sha256: str) -> Entry:
    (entry,) = entries(Wanted(sha256=sha256))
    return entry


def test_without_a_file_there_is_nothing_and_no_file_is_made() -> None:
    assert entries() == []
    assert not history.database().parent.exists()


def test_verdicts_and_uploads_meet_by_the_zip_newest_first() -> None:
    judge("aa", "fail")
    judge("bb")
    judge("aa", "pass")
    submitted("aa", 1)
    submitted("cc", 2)
    judge("bb", "fail")
    assert zips() == ["bb", "cc", "aa"]
    assert [one.verdict for one in the("aa").verdicts] == ["pass", "fail"]
    assert [one.submission for one in the("aa").uploads] == [1]
    assert [one.verdict for one in the("bb").verdicts] == ["fail", "pass"]
    assert (the("cc").verdicts, the("bb").uploads) == ((), ())


def test_the_path_is_where_the_zip_was_last(tmp_path: Path) -> None:
    judge("aa", path=str(tmp_path / "old.zip"))
    begun("aa", path=str(tmp_path / "new.zip"))
    assert the("aa").zip_path == tmp_path / "new.zip"
    assert not the("aa").is_there
    (tmp_path / "new.zip").touch()
    assert the("aa").is_there


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(sha256="aa"), ["aabb"]),
        (Wanted(sha256="a"), ["acdc", "aabb"]),
        (Wanted(sha256="abb"), []),
        (Wanted(path=Path("/y.zip")), ["bbbb"]),
        (Wanted(path=Path("/z.zip")), []),
        (Wanted(competition="BLOOD"), ["aabb"]),
        (Wanted(competition="seeds"), ["bbbb"]),
        (Wanted(competition="o"), ["bbbb", "aabb"]),
        (Wanted(competition="3"), ["aabb"]),
        (Wanted(competition="33"), ["acdc"]),
        (Wanted(competition="4"), []),
        (Wanted(host=HOST), ["acdc", "aabb"]),
        (Wanted(host="http://localhost"), ["bbbb"]),
        (Wanted(host=HOST, competition="33"), ["acdc"]),
        (Wanted(host=HOST, competition="blood"), ["aabb"]),
        (Wanted(host=HOST, competition="seeds"), []),
    ],
)
def test_only_zips_of_which_something_is_wanted_are_found(wanted: Wanted, found: list[str]) -> None:
    judge("aabb", competition="Blood cells")
    submitted("aabb", 1)
    judge("bbbb", competition="Oddly shaped seeds", path="/y.zip")
    submitted("bbbb", 2, host="http://localhost", path="/y.zip", competition=5)
    submitted("acdc", 3, competition=33)
    assert zips(wanted) == found


def test_of_a_found_zip_only_what_was_asked_for_is_shown() -> None:
    judge("aa", competition="Blood cells")
    judge("aa", competition="Seeds")
    submitted("aa", 1, competition=3)
    submitted("aa", 2, competition=4)
    (entry,) = entries(Wanted(competition="seeds"))
    assert [one.competition for one in entry.verdicts] == ["Seeds"]
    assert len(entry.uploads) == 2
    (entry,) = entries(Wanted(competition="4"))
    assert [one.submission for one in entry.uploads] == [2]
    assert len(entry.verdicts) == 2


def test_of_each_phase_the_last_stopped_upload_can_be_gone_on_with() -> None:
    begun("aa")
    last, other = begun("aa"), begun("aa", phase=8)
    elsewhere = begun("aa", host="http://localhost")
    assert the("aa").stopped == (elsewhere, other, last)
    assert the("aa").unwatched == ()


def test_what_was_stopped_is_no_more_once_there_is_a_submission_or_it_was_given_up() -> None:
    begun("aa")
    submitted("aa", 1)
    journal.give_up(begun("bb"))
    assert the("aa").stopped == the("bb").stopped == ()


@pytest.mark.parametrize(
    ("status", "is_unwatched"),
    [
        (None, True),
        ("Submitted", True),
        ("Scoring", True),
        ("Finished", False),
        ("Failed", False),
        ("Cancelled", False),
    ],
)
def test_a_submission_whose_end_was_not_seen_is_unwatched(status: str | None, is_unwatched: bool) -> None:
    submitted("aa", 1, status)
    assert bool(the("aa").unwatched) is is_unwatched


def test_a_file_is_the_same_only_with_the_same_content(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(b"12345")
    upload = begun(hashlib.sha256(b"12345").hexdigest(), path=str(path))
    assert is_same_file(upload)
    path.write_bytes(b"12346")
    assert not is_same_file(upload)
    path.write_bytes(b"123456")
    assert not is_same_file(upload)
    path.unlink()
    assert not is_same_file(upload)
    path.mkdir()
    assert not is_same_file(upload)


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ({}, {}),
        ({"scores": []}, {}),
        ({"scores": {"a": 1, "b": 2}}, {"a": 1, "b": 2}),
        ({"scores": {"a": 1, "b": 2}, "platform": {"stored_scores": {"b": "2", "a": "1"}}}, {"b": 2, "a": 1}),
        ({"scores": {"a": 1, "b": 2}, "platform": {"stored_scores": {"sum": "3", "b": "2"}}}, {"b": 2, "a": 1}),
        ({"scores": {"a": None}, "platform": {"stored_scores": {}}}, {"a": None}),
        ({"scores": {"Phase": {"Task": {"a": 1}}}, "platform": {"children": []}}, {"Phase": {"Task": {"a": 1}}}),
        ({"scores": {"a": 1}, "platform": None}, {"a": 1}),
    ],
)
def test_the_first_score_is_the_first_that_a_column_took(document: dict[str, object], found: dict[str, object]) -> None:
    assert list(scores(document).items()) == list(found.items())


def test_a_document_that_cannot_be_read_is_empty() -> None:
    judge("aa")
    judge("bb")
    judge("cc")
    with history.opened() as connection:
        connection.execute("UPDATE evaluation SET document = '{' WHERE zip_sha256 = 'bb'")
        connection.execute("UPDATE evaluation SET document = '[]' WHERE zip_sha256 = 'cc'")
    verdicts = [one for entry in entries() for one in entry.verdicts]
    assert {one.zip_sha256: document.get("verdict") for one, document in documents(verdicts)} == {
        "aa": "pass",
        "bb": None,
        "cc": None,
    }


def test_stages_and_statuses_are_told_by_upload() -> None:
    first, second = submitted("aa", 1, "Running"), submitted("aa", 1, None, host="http://localhost")
    journal.see(HOST, 1, "Finished", None)
    third = begun("aa")
    told = stages([first, third])
    assert [(one["stage"], one["has_ended"]) for one in told[first.id]] == [("data set", False), ("submission", True)]
    assert second.id not in told
    seen = statuses([first, second, third])
    assert {number: [one.status for one in many] for number, many in seen.items()} == {
        first.id: ["Running", "Finished"],
        second.id: [],
    }


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE upload SET stage = 'beamed'",
        "UPDATE upload SET scores = 'x'",
        "UPDATE evaluation SET at = 'x'",
        "ALTER TABLE upload ADD later TEXT",
    ],
)
def test_rows_of_another_kit_are_told_with_the_path(change: str) -> None:
    judge("aa")
    begun("aa")
    with history.opened(journal.SCHEMA) as connection:
        connection.execute(change)
    with pytest.raises(KitError, match="holds what it cannot read") as told:
        entries()
    assert str(history.database()) in told.value.what
