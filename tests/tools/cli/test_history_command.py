"""`kit history`: verdicts, uploads and what is unfinished, on 100 columns and as JSON, without the network."""

import hashlib
import json
import re
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tools import history
from tools.codabench import journal
from tools.codabench.journal import Parcel, Stage, Upload

pytestmark = pytest.mark.slow  # over sockets, again and again

HOST = "https://www.codabench.org"
SCORES = {
    "scores": {"duration": 3.25, "Accuracy": 0.91253},
    "platform": {"stored_scores": {"Accuracy": "0.9125300000"}},
}


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked for")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    for name in ("CODABENCH_TOKEN", "CODABENCH_HOST"):
        monkeypatch.delenv(name, raising=False)


def zipped(name: str = "submission.zip", content: bytes = b"a zip") -> tuple[Path, str]:
    """A file, and its sha256."""
    Path(name).write_bytes(content)
    return Path(name), hashlib.sha256(content).hexdigest()


def judge(path: Path, sha256: str, verdict: str = "pass", competition: str = "Blood cells", **facts: Any) -> None:
    document = {"zip_sha256": sha256, "verdict": verdict, "findings": []} | SCORES | facts
    history.record_evaluation(document, zip_path=path, competition=competition)


def begun(path: Path, sha256: str, **facts: Any) -> Upload:
    given = {"host": HOST, "competition": 3, "phase": 7, "size_bytes": 5} | facts
    upload = journal.begin_upload(Parcel(**given, zip_sha256=sha256, zip_path=path), "submission-1-k3v9qa.zip")
    return journal.begin(journal.end(upload, Stage.DATA_SET, data_key="a key"), Stage.BODY)


def submitted(path: Path, sha256: str, number: int, status: str = "Finished", **facts: Any) -> Upload:
    upload = journal.end(begun(path, sha256, **facts), Stage.SUBMISSION, submission=number)
    journal.see(upload.host, number, status, None)
    return upload


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def entries_of(text: str) -> list[dict[str, Any]]:
    document = json.loads(text)
    assert (document["schema"], document["kind"]) == (1, "history")
    return document["entries"]


def test_an_empty_history_says_what_begins_it(run) -> None:
    assert run("history") == (0, "nothing is remembered yet; kit evaluate ZIP is what begins it\n", "")
    code, out, _ = run("history", "--format", "json")
    assert (code, json.loads(out)) == (0, {"schema": 1, "kind": "history", "entries": [], "older": 0})
    assert not history.database().exists()


def test_a_zip_is_one_row_with_its_verdict_score_and_submission(run) -> None:
    path, sha256 = zipped()
    judge(path, sha256, "fail")
    judge(path, sha256)
    submitted(path, sha256, 5123)
    journal.record_scores(HOST, 5123, {"Accuracy": 0.87})
    code, out, err = run("history")
    assert (code, err) == (0, "")
    head, row, *more = out.splitlines()
    assert head.split() == ["when", "zip", "local", "score", "platform"]
    local = history.evaluations()[0].at.astimezone()
    assert row.startswith(f"{local:%Y-%m-%d %H:}")
    assert f"submission.zip {sha256[:8]}  pass (2x)  Accuracy 0.9125" in row
    assert "#5123 phase 7 Finished" in row
    assert "duration 3.2500" in more[0]
    assert "Accuracy 0.8700" in squeezed(out)
    assert "goes on" not in out


def test_a_submission_that_was_put_on_the_leaderboard_says_so(run) -> None:
    upload = submitted(*zipped(), 5)
    journal.record_scores(HOST, 5, {"Accuracy": 0.5, "F1": 0.25})
    journal.begin(upload, Stage.LEADERBOARD)
    assert "leaderboard" not in run("history")[1]
    journal.end(upload, Stage.LEADERBOARD)
    assert "Finished Accuracy 0.5000, F1 0.2500, put on the leaderboard" in squeezed(run("history")[1])


def test_what_is_local_only_and_what_was_sent_only_have_a_dash(run) -> None:
    judge(*zipped("judged.zip", b"1"), scores={})
    submitted(*zipped("forced.zip", b"2"), 9, "Failed")
    rows = [line.split() for line in run("history")[1].splitlines()[1:]]
    assert [row[2] for row in rows] == ["forced.zip", "judged.zip"]
    assert rows[0][4:] == ["-", "-", "#9", "phase", "7", "Failed"]
    assert rows[1][4:] == ["pass", "-", "-"]


def test_several_submissions_of_a_zip_are_told_newest_first(run) -> None:
    path, sha256 = zipped()
    submitted(path, sha256, 1, "Cancelled")
    begun(path, sha256)
    submitted(path, sha256, 2, phase=8)
    out = squeezed(run("history")[1])
    assert "#2 phase 8 Finished #1 phase 7 Cancelled" in out.replace("phase 7 stopped at the body ", "")
    for number in range(3, 9):
        submitted(path, sha256, number)
    assert "#8 phase 7 Finished" in run("history")[1]
    assert "and 3 more" in run("history")[1]


def test_a_forecast_is_told_beside_the_score(run) -> None:
    path, sha256 = zipped()
    judge(path, sha256, forecast={"score": 0.71234, "low": 0.5})
    assert "forecast score 0.7123" in run("history")[1]
    judge(path, sha256, forecast=0.5)
    assert "forecast 0.5000" in run("history")[1]
    assert entries_of(run("history", "--format", "json")[1])[0]["evaluations"][0]["forecast"] == 0.5


@pytest.mark.parametrize(
    ("settings", "command"),
    [
        ("", "kit upload submission.zip --competition 3 --phase 7"),
        ("competition = 3\nphase = 7\n", "kit upload submission.zip"),
        (
            'competition = 3\nhost = "http://localhost:8000"\n',
            "kit upload submission.zip --phase 7 --host https://www.codabench.org",
        ),
        ("competition = 'x'\n", "kit upload submission.zip"),
    ],
)
def test_a_stopped_upload_is_told_with_the_command_that_goes_on(settings: str, command: str, run) -> None:
    Path("pyproject.toml").write_text(f"[tool.kit]\n{settings}")
    path, sha256 = zipped()
    begun(path, sha256)
    out = run("history")[1]
    assert "phase 7 stopped at the body" in squeezed(out)
    assert f"{sha256[:8]}: upload stopped at the body: {command} goes on" in out.splitlines()


@pytest.mark.parametrize(
    ("variable", "value", "command"),
    [
        ("CODABENCH_HOST", "http://localhost:8000", "kit watch 5124"),
        ("CODABENCH_TOKEN", "s3cret", "kit watch 5124 --host http://localhost:8000"),
    ],
)
def test_the_command_reaches_the_same_instance_with_the_same_token(
    variable: str, value: str, command: str, run, monkeypatch
) -> None:
    Path("pyproject.toml").write_text('[tool.kit]\nhost = "http://localhost:8000"\n')
    submitted(*zipped(), 5124, "Running", host="http://localhost:8000")
    assert "its end was not seen: kit watch 5124 goes on" in run("history")[1]
    monkeypatch.setenv(variable, value)
    assert f"its end was not seen: {command} goes on" in run("history")[1]


def test_a_stopped_upload_whose_zip_is_gone_or_another_goes_on_with_the_same_zip_alone(run) -> None:
    path, sha256 = zipped()
    begun(path, sha256)
    path.write_bytes(b"a new one")
    assert "submission.zip is another file by now: kit upload goes on with the same zip" in run("history")[1]
    path.write_bytes(b"b zip")
    assert "submission.zip is another file by now" in run("history")[1]
    path.unlink()
    out = run("history")[1]
    assert "submission.zip is gone: kit upload goes on with the same zip" in out
    assert "submission.zip (gone)" in out


def test_an_upload_that_is_at_work_was_not_stopped(run) -> None:
    from tools.codabench.sending.lock import alone

    upload = begun(*zipped())
    with alone(upload):
        out = run("history")[1]
        (entry,) = entries_of(run("history", "--format", "json")[1])
    assert "phase 7 at work at the body" in squeezed(out)
    assert "goes on" not in out
    assert entry["uploads"][0]["is_at_work"]
    (entry,) = entries_of(run("history", "--format", "json")[1])
    assert not entry["uploads"][0]["is_at_work"]
    assert "stopped at the body" in squeezed(run("history")[1])


def test_a_submission_whose_end_was_not_seen_is_told_with_watch(run) -> None:
    submitted(*zipped(), 5124, "Running", host="http://localhost:8000")
    out = run("history")[1].splitlines()
    assert "#5124: its end was not seen: kit watch 5124 --host http://localhost:8000 goes on" in out


def test_many_unfinished_ones_are_not_all_told(run) -> None:
    for number in range(8):
        submitted(*zipped(f"{number}.zip", b"%d" % number), number, "Running")
    out = run("history")[1]
    assert out.count("goes on") == 5
    assert "and 3 more that is unfinished" in out


def test_what_tells_apart_is_named_only_where_there_are_several(run) -> None:
    path, sha256 = zipped()
    judge(path, sha256)
    submitted(path, sha256, 1)
    out = run("history")[1]
    assert "Blood" not in out
    assert "competition" not in out
    assert "codabench.org" not in out
    submitted(path, sha256, 1, host="http://localhost:8000")
    judge(*zipped("other.zip", b"2"), competition="Seeds")
    out = squeezed(run("history")[1])
    assert "for Seeds" in out
    assert "for Blood cells" in out
    assert "localhost:8000 Finished" in out
    assert "www.codabench.org Finished" in out
    assert "competition" not in out.replace("competition 3", "", 2)
    submitted(path, sha256, 2, competition=4)
    assert "#2 competition 4 phase 7" in squeezed(run("history")[1])


def test_no_line_of_the_table_is_longer_than_100_columns(run, monkeypatch) -> None:
    path, sha256 = zipped("a_very_long_name_of_a_zip_that_somebody_has_built_日本語_in_a_hurry.zip")
    judge(path, sha256, scores={f"a score with quite a long name {n}": n / 7 for n in range(9)}, competition="x" * 90)
    judge(*zipped("other.zip", b"2"))
    submitted(path, sha256, 10**9, host="https://" + "codabench." * 8 + "org")
    journal.record_scores("https://" + "codabench." * 8 + "org", 10**9, {"a score with a long name": 1 / 3})
    submitted(path, sha256, 2, competition=10**7, phase=10**7)
    out = run("history")[1]
    assert max(map(len, out.splitlines())) <= 100
    assert "and 6 more" in out
    monkeypatch.setenv("COLUMNS", "40")
    assert run("history")[0] == 0


def test_texts_of_others_cannot_write_to_the_terminal(run) -> None:
    path, sha256 = zipped("x\x1b[2J.zip")
    judge(path, sha256, competition="a\x1b]0;title\x07", scores={"\x1b[1mkey[/red]": 1.0, "b": "\x9b31m"})
    judge(path, sha256, competition="b")
    upload = submitted(path, sha256, 1)
    journal.see(upload.host, 1, "\x1b[5mFinished[bold]", "line\r\n\x1b[8mhidden")
    for words in (("history",), ("history", "--zip", sha256)):
        out = run(*words)[1]
        assert "\x1b" not in out
        assert "\x9b" not in out
        assert "\r" not in out
        assert "[bold]" in out
        assert r"\x1b[5m" in out


def test_one_zip_is_told_whole(run) -> None:
    path, sha256 = zipped()
    judge(path, sha256, "fail", findings=[{"code": "RUN003"}, {"code": "RUN003"}, {"code": "OUT001"}])
    judge(path, sha256)
    journal.give_up(begun(path, sha256))
    upload = submitted(path, sha256, 7, "Failed")
    journal.see(upload.host, 7, "Failed", "Child task failed or non-zero return code")
    judge(*zipped("other.zip", b"2"))
    code, out, _ = run("history", "--zip", path)
    assert code == 0
    assert len(re.findall(rf"submission.zip {sha256[:8]}", out)) == 4
    assert "Child task failed" in out
    assert "stopped at the body" in out
    assert "other.zip" not in out
    (entry,) = entries_of(run("history", "--zip", sha256[:6].upper(), "--format", "json")[1])
    assert [one["verdict"] for one in entry["evaluations"]] == ["pass", "fail"]
    assert entry["evaluations"][1]["codes"] == ["RUN003", "OUT001"]
    assert entry["evaluations"][1]["document"]["findings"][2] == {"code": "OUT001"}
    assert [one["submission"] for one in entry["uploads"]] == [7, None]


def test_a_hostname_is_no_message(run) -> None:
    path, sha256 = zipped()
    upload = submitted(path, sha256, 7)
    journal.see(upload.host, 7, "Finished", "scoring_hostname-worker9")
    assert "hostname" not in run("history", "--zip", path)[1]


def test_a_zip_that_is_gone_is_found_by_its_path_and_another_in_its_place_is_not(run) -> None:
    path, sha256 = zipped()
    judge(path, sha256)
    path.unlink()
    code, out, _ = run("history", "--zip", "./submission.zip")
    assert code == 0
    assert "submission.zip (gone)" in out
    assert sha256[:8] in out
    path.write_bytes(b"another")
    another = hashlib.sha256(b"another").hexdigest()
    told = f"nothing is remembered of {another[:12]}; kit history shows what is\n"
    assert run("history", "--zip", path) == (0, told, "")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("folder", "folder is a folder, a zip is wanted"),
        ("abc", "there is no file 'abc', and it is no sha256"),
        ("submission", "there is no file 'submission', and it is no sha256"),
        ("a" * 65, "and it is no sha256"),
        ("", "--zip: there is no file ''"),
    ],
)
def test_what_is_neither_zip_nor_sha256_is_refused(given: str, told: str, run) -> None:
    Path("folder").mkdir()
    code, _, err = run("history", "--zip", given)
    assert code == 2
    assert told in err
    assert "fix: " in err


@pytest.mark.parametrize("given", ["gone.zip", "deadbeef", "sub/gone"])
def test_what_nothing_is_remembered_of_is_no_error(given: str, run) -> None:
    judge(*zipped())
    code, out, _ = run("history", "--zip", given)
    assert code == 0
    assert out.startswith("nothing is remembered of ")


def test_competitions_and_instances_are_chosen(run) -> None:
    judge(*zipped("a.zip", b"1"), competition="Blood cells")
    submitted(*zipped("b.zip", b"2"), 1, competition=33)
    submitted(*zipped("c.zip", b"3"), 2, host="http://localhost:8000")

    def names(*words: str) -> list[str]:
        return [one["name"] for one in entries_of(run("history", *words, "--format", "json")[1])]

    assert names() == ["c.zip", "b.zip", "a.zip"]
    assert names("--competition", "blood") == ["a.zip"]
    assert names("--competition", "33") == ["b.zip"]
    assert names("--host", "localhost:8000/") == []
    assert names("--host", "http://localhost:8000/api/") == ["c.zip"]
    assert names("--competition", "3", "--host", "www.codabench.org") == []
    code, out, _ = run("history", "--competition", "seeds")
    assert (code, out) == (0, "nothing of that is remembered; kit history shows what is\n")
    assert run("history", "--host", "ftp://x")[0] == 2


def test_the_last_20_are_shown_and_json_has_them_all(run) -> None:
    for number in range(25):
        judge(*zipped(f"{number}.zip", b"%d" % number))
    out = run("history", "--json", "out.json")[1]
    assert out.count(".zip") == 20
    assert out.splitlines()[-1] == "5 older: kit history --limit 25"
    assert len(entries_of(Path("out.json").read_text())) == 25
    document = json.loads(run("history", "--limit", "2", "--format", "json")[1])
    assert [one["name"] for one in document["entries"]] == ["24.zip", "23.zip"]
    assert document["older"] == 23
    assert run("history", "--limit", "30")[1].count(".zip") == 25
    assert run("history", "--limit", "0")[0] == 2


def test_json_holds_everything_of_an_upload(run) -> None:
    path, sha256 = zipped()
    upload = submitted(path, sha256, 7, "Running")
    journal.see(HOST, 7, "Finished", "done")
    journal.record_scores(HOST, 7, {"Accuracy": 0.87})
    begun(path, sha256)
    (entry,) = entries_of(run("history", "--format", "json")[1])
    stopped, sent = entry.pop("uploads")
    assert entry == {
        "zip_sha256": sha256,
        "name": "submission.zip",
        "path": str(path.resolve()),
        "is_there": True,
        "at": entry["at"],
        "local_verdict": None,
        "evaluations": [],
    }
    assert (stopped["is_unfinished"], sent["is_unfinished"]) == (True, False)
    assert (stopped["stage"], stopped["has_ended"], stopped["submission"]) == ("body", False, None)
    assert [one["stage"] for one in sent["stages"]] == ["data set", "data set", "body", "submission"]
    assert [(one["status"], one["status_details"]) for one in sent["statuses"]] == [
        ("Running", None),
        ("Finished", "done"),
    ]
    assert {name: sent[name] for name in ("host", "competition", "phase", "submission", "file_name", "scores")} == {
        "host": HOST,
        "competition": 3,
        "phase": 7,
        "submission": 7,
        "file_name": upload.file_name,
        "scores": {"Accuracy": 0.87},
    }


def test_scores_of_several_tasks_are_named_by_phase_and_task(run) -> None:
    path, sha256 = zipped()
    judge(path, sha256, scores={"Final": {"One": {"a": 0.5}, "Two": {"a": None}}}, platform={"children": []})
    assert "Final / One / a 0.5000" in squeezed(run("history")[1])


@pytest.mark.parametrize("words", [(), ("--format", "json")])
def test_a_broken_file_is_told_with_its_path(words: tuple[str, ...], run) -> None:
    history.database().parent.mkdir(parents=True)
    history.database().write_bytes(b"no database" * 1000)
    code, out, err = run("history", *words)
    assert code == 3
    assert f"{history.database()}, where the kit keeps its history" in err
    assert (json.loads(out)["exit_code"] == 3) if words else not out


def test_the_file_of_the_first_release_is_shown(run) -> None:
    from tests.tools.codabench.test_journal import FIRST_RELEASE

    history.database().parent.mkdir(parents=True)
    connection = sqlite3.connect(history.database())
    connection.executescript(FIRST_RELEASE)
    connection.close()
    (entry,) = entries_of(run("history", "--format", "json")[1])
    assert (entry["zip_sha256"], entry["local_verdict"], entry["uploads"]) == ("abc", "pass", [])


def test_ten_thousand_rows_are_no_matter(run) -> None:
    row = ("/x.zip", "Blood cells", "pass", json.dumps({"scores": {"a": 1.0}, "log": "x" * 2000}))
    with history.opened(history.SCHEMA + journal.SCHEMA) as connection:
        connection.executemany(
            "INSERT INTO evaluation (at, zip_sha256, zip_path, competition, verdict, document) VALUES (?,?,?,?,?,?)",
            ((f"2026-01-01T00:00:00.{n % 1000:03}+00:00", f"{n:064x}", *row) for n in range(10_000)),
        )
    began = time.monotonic()
    out = run("history")[1]
    assert out.splitlines()[-1] == "9980 older: kit history --limit 10000"
    assert time.monotonic() - began < 20, "a second is usual: is every document read?"


def test_the_command_loads_nothing_that_speaks_with_the_network() -> None:
    code = (
        "import sys; from tools.cli import main; main(['history']); "
        "print(sorted({'httpx', 'keyring', 'tools.codabench.transport.wire', 'numpy'} & set(sys.modules)))"
    )
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip().endswith("[]")
