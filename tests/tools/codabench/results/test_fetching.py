"""A file of a submission is fetched whole or not at all, goes on where it broke off, and overwrites nothing else."""

from pathlib import Path

import pytest

from tests.tools.codabench.platform import Fault, Platform, plans
from tests.tools.codabench.platform.messages import Answer
from tests.tools.codabench.sent import ZIP, client_of, of, storage_of, submit
from tools.codabench.errors import AbsentError, PlatformError, StorageError, UnreachableError
from tools.codabench.results.details import HiddenError, Results, read_ends, read_logs
from tools.codabench.results.fetching import Target, fetch, safe_name
from tools.errors import ExistsError


@pytest.fixture
def results(platform) -> Results:
    """Those of a submission that has ended well, with a scoring log of a million lines."""
    number = submit(platform, plans.good())
    platform.finish(of(platform, number))
    return Results(client_of(platform), storage_of(), number)


def fill(platform: Platform, results: Results, content: bytes, name: str = "scoring_stderr") -> None:
    stored = of(platform, results.number).logs[name]
    stored.content, stored.size = content, len(content)


def parts(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.endswith(".part")]


def test_a_file_comes_whole(results, tmp_path) -> None:
    target = tmp_path / "new" / "submission.zip"
    found = fetch(results, "submission", Target(path=target))
    assert (found.state, found.size_bytes) == ("new", len(ZIP))
    assert target.read_bytes() == ZIP
    assert parts(target.parent) == []


@pytest.mark.parametrize("percent", [0, 1, 50, 99])
def test_a_connection_that_breaks_is_gone_on_with(platform, results, tmp_path, percent) -> None:
    platform.fail("get", Fault.cut_answer(percent), times=2)
    fetch(results, "submission", Target(path=tmp_path / "x.zip"))
    assert (tmp_path / "x.zip").read_bytes() == ZIP


def test_an_interrupted_file_is_gone_on_with_by_the_next_command(platform, results, tmp_path) -> None:
    platform.fail("get", Fault.cut_answer(60), times=None)
    with pytest.raises(UnreachableError, match=r"x\.zip"):
        fetch(results, "submission", Target(path=tmp_path / "x.zip"))
    platform.heal()
    assert not (tmp_path / "x.zip").exists()
    assert len(parts(tmp_path)) == 1
    begun = next(tmp_path.glob(".x.zip.*.part")).stat().st_size
    again = Results(results.client, storage_of(), results.number)
    fetch(again, "submission", Target(path=tmp_path / "x.zip"))
    assert (tmp_path / "x.zip").read_bytes() == ZIP
    assert parts(tmp_path) == []
    assert platform.asked("get")[-1].headers["Range"] == f"bytes={begun}-"


def test_a_part_of_another_content_is_never_gone_on_with(results, tmp_path) -> None:
    (tmp_path / ".x.zip.0123456789abcdef.part").write_bytes(b"of something else")
    fetch(results, "submission", Target(path=tmp_path / "x.zip"))
    assert (tmp_path / "x.zip").read_bytes() == ZIP
    assert parts(tmp_path) == []


def test_a_storage_that_knows_no_ranges_sends_all_again(platform, results, tmp_path) -> None:
    tag = of(platform, results.number).dataset.stored.md5
    (tmp_path / f".x.zip.{tag}.part").write_bytes(ZIP[:20])
    platform.fail("get", Fault(name="200 for a range", answer=Answer(200, ZIP, "application/zip")), after=1)
    fetch(results, "submission", Target(path=tmp_path / "x.zip"))
    assert (tmp_path / "x.zip").read_bytes() == ZIP
    assert len(platform.asked("get")) == 2


def test_a_content_that_changes_in_between_is_not_mixed(platform, results, tmp_path) -> None:
    stored = of(platform, results.number).dataset.stored
    (tmp_path / f".x.zip.{stored.md5}.part").write_bytes(ZIP[:20])
    other = bytes(reversed(ZIP))
    part = {"ETag": '"another"', "Content-Range": f"bytes 20-{len(ZIP) - 1}/{len(ZIP)}"}
    platform.fail("get", Fault(name="another", answer=Answer(206, other[20:], "application/zip", part)), after=1)
    fetch(results, "submission", Target(path=tmp_path / "x.zip"))
    assert (tmp_path / "x.zip").read_bytes() == ZIP


def test_a_part_that_is_whole_already_is_only_put_in_its_place(platform, results, tmp_path) -> None:
    tag = of(platform, results.number).dataset.stored.md5
    (tmp_path / f".x.zip.{tag}.part").write_bytes(ZIP)
    assert fetch(results, "submission", Target(path=tmp_path / "x.zip")).state == "new"
    assert (tmp_path / "x.zip").read_bytes() == ZIP


def test_the_same_content_is_left_and_another_is_not_overwritten(results, tmp_path) -> None:
    target = tmp_path / "x.zip"
    target.write_bytes(ZIP)
    assert fetch(results, "submission", Target(path=target)).state == "same"
    for other in (b"mine", bytes(len(ZIP))):
        target.write_bytes(other)
        with pytest.raises(ExistsError, match="another content"):
            fetch(results, "submission", Target(path=target))
        assert target.read_bytes() == other
        assert parts(tmp_path) == []
    assert fetch(results, "submission", Target(path=target, force=True)).state == "new"
    assert target.read_bytes() == ZIP


def test_a_folder_or_a_link_in_the_way_stays_even_with_force(results, tmp_path) -> None:
    (tmp_path / "folder.zip").mkdir()
    (tmp_path / "mine.txt").write_text("mine")
    (tmp_path / "link.zip").symlink_to(tmp_path / "mine.txt")
    for name in ("folder.zip", "link.zip"):
        with pytest.raises(ExistsError):
            fetch(results, "submission", Target(path=tmp_path / name, force=True))
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_an_empty_file_is_not_kept(results, tmp_path) -> None:
    assert fetch(results, "scoring_stderr", Target(path=tmp_path / "x.txt")).state == "empty"
    assert list(tmp_path.iterdir()) == []


def test_an_address_that_has_expired_is_asked_for_again_once(platform, results, tmp_path) -> None:
    platform.advance(6 * 86400) if results.details else None
    fetch(results, "submission", Target(path=tmp_path / "x.zip"))
    assert (tmp_path / "x.zip").read_bytes() == ZIP
    assert len(platform.asked("details")) == 2
    platform.fail("get", Fault.expired(), times=None)
    with pytest.raises(StorageError):
        fetch(results, "scoring", Target(path=tmp_path / "y.zip"))
    assert len(platform.asked("details")) == 3


def test_what_the_storage_does_not_have_is_told(platform, results, tmp_path) -> None:
    del platform.objects[of(platform, results.number).scoring_result.path]
    with pytest.raises(StorageError, match="404"):
        fetch(results, "scoring", Target(path=tmp_path / "x.zip"))
    assert list(tmp_path.iterdir()) == []


def test_the_storage_never_gets_the_token(platform, results, tmp_path) -> None:
    fetch(results, "submission", Target(path=tmp_path / "x.zip"))
    assert all("Authorization" not in record.headers for record in platform.requests if record.server == "storage")


def test_the_ends_of_a_long_log_are_asked_for_alone(platform, results) -> None:
    text = b"first\n" + b"middle\n" * 1_000_000 + b"last\n"
    fill(platform, results, text)
    ends = results.ends("scoring_stderr", 100, 50)
    assert ends.head == text[:100]
    assert ends.tail == text[-50:]
    assert ends.size_bytes == len(text)
    assert b"[...]" in ends.text
    assert platform.asked("get")[-1].headers["Range"] == f"bytes={len(text) - 50}-"


@pytest.mark.parametrize("size", [0, 1, 149, 150, 151, 10_000])
def test_ends_hold_every_byte_of_a_short_log(platform, results, size) -> None:
    text = bytes(65 + number % 26 for number in range(size))
    fill(platform, results, text)
    ends = results.ends("scoring_stderr", 100, 50)
    assert ends.size_bytes == size
    assert ends.head + ends.tail == (text if size <= 150 else text[:100] + text[-50:])
    assert ends.left_out == max(0, size - 150)


def test_ends_survive_a_connection_that_breaks(platform, results) -> None:
    fill(platform, results, b"x" * 100_000 + b"end")
    platform.fail("get", Fault.cut_answer(10), times=2)
    assert read_ends(results.storage, results.address("scoring_stderr"), 10, 3).tail == b"end"


def test_logs_with_text_are_read_and_one_that_is_gone_is_left_out(platform, results) -> None:
    assert set(read_logs(results)) == {"prediction_ingestion_stdout", "scoring_stdout"}
    del platform.objects[of(platform, results.number).logs["scoring_stdout"].path]
    assert set(read_logs(results)) == {"prediction_ingestion_stdout"}


def test_a_log_whose_name_is_no_name_is_left_out(platform, results) -> None:
    def add(row) -> None:
        row["logs"].append({"name": "../../etc/passwd", "data_file": "http://127.0.0.1:1/"})
        row["logs"].append({"name": "extra_log", "data_file": row["logs"][0]["data_file"]})

    platform.fail("details", Fault.mutated(add))
    assert results.logs[0] == "prediction_ingestion_stderr"
    assert results.logs[-1] == "extra_log"
    assert not [name for name in results.logs if "/" in name]


def test_the_exit_code_is_read_from_the_predictions_metadata(platform) -> None:
    number = submit(platform, plans.sigkill())
    platform.finish(of(platform, number))
    results = Results(client_of(platform), storage_of(), number)
    assert results.ingestion_exit_code() == 137
    for content in (b"", b"no zip", ZIP):
        stored = of(platform, number).prediction_result
        stored.content, stored.size = content, len(content)
        assert results.ingestion_exit_code() is None


def test_a_phase_that_hides_its_output_says_so(platform, results) -> None:
    platform.competition.phases[0].hide_output = True
    with pytest.raises(HiddenError, match="organiser hides"):
        _ = results.logs


def test_a_foreign_submission_is_absent_not_hidden(platform) -> None:
    with pytest.raises(AbsentError):
        _ = Results(client_of(platform), storage_of(), 4711).logs


def test_an_unknown_log_is_told(results) -> None:
    with pytest.raises(PlatformError, match="has no such_log"):
        results.ends("such_log")


@pytest.mark.parametrize(
    ("text", "name"),
    [("12-Task A", "12-Task_A"), ("../../x", "x"), ("", "unnamed"), ("\x00/..", "unnamed"), ("a" * 99, "a" * 60)],
)
def test_a_text_of_the_platform_becomes_one_part_of_a_path(text, name) -> None:
    assert safe_name(text) == name
