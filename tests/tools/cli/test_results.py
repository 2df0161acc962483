"""`kit logs` and `kit download` against a platform on this machine: what is printed, written, missing and hidden."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from tests.tools.codabench.platform import Fault, Platform, plans
from tests.tools.codabench.sent import ZIP, client_of, note_upload, of, submit, zipped
from tools.cli import output

pytestmark = pytest.mark.slow  # over sockets, again and again


def ended(platform: Platform, plan, **more) -> int:
    """A submission that has come to its plan's end."""
    number = submit(platform, plan, **more)
    for _ in range(2):  # the children come a moment after it
        client_of(platform).submission(number)
    platform.finish(of(platform, number))
    return number


@pytest.fixture
def failed(platform) -> int:
    """A submission whose predict has raised."""
    return ended(platform, plans.predict_raises())


@pytest.fixture
def logs(run, platform):
    return lambda *words: run("logs", *words, "--host", platform.url)


@pytest.fixture
def download(run, platform):
    return lambda *words: run("download", *words, "--host", platform.url)


def fill(platform: Platform, number: int, name: str, content: bytes) -> None:
    stored = of(platform, number).logs[name]
    stored.content, stored.size = content, len(content)


def files(folder: str) -> dict[str, int]:
    return {str(path.relative_to(folder)): path.stat().st_size for path in Path(folder).rglob("*") if path.is_file()}


# ---- logs


def test_all_logs_are_printed_the_likeliest_first_and_the_empty_ones_named(logs, failed) -> None:
    code, out, err = logs(failed)
    assert code == 0
    assert out.index("prediction_ingestion_stderr") < out.index("scoring_stderr")
    assert "\nValueError: matmul: Input operand 1" in out
    assert "empty: prediction_stderr, prediction_stdout" in err
    last = out.rstrip().splitlines()[-2:]
    assert last[0].startswith("SRV096")
    assert "model.py:17" in last[0]
    assert last[1].startswith("yours: ")


def test_one_log_alone_can_be_piped_on(logs, platform, failed) -> None:
    fill(platform, failed, "scoring_stderr", b"only\tthis\n")
    code, out, err = logs(failed, "--name", "scoring_stderr.txt")
    assert (code, out) == (0, "only\tthis\n")
    assert "SRV096" in err


def test_a_log_that_there_is_not_names_those_there_are(logs, failed) -> None:
    code, _, err = logs(failed, "--name", "stderr")
    assert code == 2
    assert "scoring_stderr" in err


def test_a_piped_log_is_whole_and_obeys_nothing(logs, platform, failed) -> None:
    fill(platform, failed, "scoring_stderr", b"\x1b[31mred\x1b[0m \x1b]0;t\x07\n" + b"line\n" * 100_000 + b"end")
    out = logs(failed, "--name", "scoring_stderr")[1]
    assert out.startswith("red \\x1b]0;t\\x07\n")
    assert out.count("line\n") == 100_000
    assert out.endswith("end\n")


def test_a_huge_log_shows_its_ends_on_a_terminal(logs, platform, failed, monkeypatch) -> None:
    real = output.Output.__init__

    def with_a_terminal(self, arguments=()) -> None:
        real(self, arguments)
        self.console = Console(file=sys.stdout, force_terminal=True, width=120, highlight=False)

    monkeypatch.setattr(output.Output, "__init__", with_a_terminal)
    fill(platform, failed, "scoring_stderr", b"first\n" + b"line\n" * 100_000 + b"last\n")
    out = logs(failed, "--name", "scoring_stderr")[1]
    assert "first\n" in out
    assert "last\n" in out
    assert len(out) < 80_000
    assert "[...]" in out
    assert f"kit logs {failed} --name scoring_stderr -o DIR --host {platform.url} writes all of it" in out


def test_logs_are_written_byte_for_byte_for_kit_explain(logs, run, platform, failed) -> None:
    raw = b"\x1b[31mraw\xff\r\n" * 10
    fill(platform, failed, "scoring_stdout", raw)
    code, out, err = logs(failed, "-o", "there/logs")
    assert code == 0
    assert Path("there/logs/scoring_stdout.txt").read_bytes() == raw
    assert "there/logs/prediction_ingestion_stderr.txt  394 bytes" in out
    assert "empty: " in err
    assert run("explain", "there/logs")[1].startswith("SRV096")
    assert "as it was" in logs(failed, "-o", "there/logs")[1]


def test_logs_of_another_submission_are_not_overwritten(logs, platform, failed) -> None:
    logs(failed, "-o", "logs")
    before = files("logs")
    other = ended(platform, plans.wrong_shape())
    code, _, err = logs(other, "-o", "logs")
    assert code == 2
    assert "another content" in err
    assert {name: size for name, size in files("logs").items() if name in before} == before
    assert logs(other, "-o", "logs", "--force")[0] == 0


def test_logs_of_several_tasks_come_with_their_names(logs, platform) -> None:
    competition = platform.add_competition(tasks=2)
    bad = competition.tasks[1]
    number = ended(
        platform,
        lambda one: plans.import_error() if one.tasks[0] == bad.id else plans.good(),
        competition=competition,
    )
    code, out, _ = logs(number)
    assert code == 0
    assert f"{bad.name}: prediction_ingestion_stderr" in out
    assert f"{bad.name}: SRV061" in out
    logs(number, "-o", "logs")
    folders = {name.split("/")[0] for name in files("logs")}
    assert len(folders) == 2
    assert all(name.startswith(str(number + place)) for place, name in enumerate(sorted(folders), start=1))


def test_the_document_holds_the_logs(logs, failed) -> None:
    code, out, _ = logs(failed, "--format", "json")
    told = json.loads(out)
    assert code == 0
    assert (told["schema"], told["kind"], told["id"]) == (1, "logs", failed)
    by_name = {log["name"]: log for log in told["logs"]}
    assert by_name["prediction_ingestion_stderr"]["text"].startswith("Traceback")
    assert by_name["prediction_stderr"]["bytes"] == 0
    assert told["explanations"][0]["code"] == "SRV096"
    assert told["explanations"][0]["whose"] == "you"
    logs(failed, "-o", "logs", "--json", "out.json")
    assert json.loads(Path("out.json").read_text())["logs"][0]["path"] == "logs/prediction_ingestion_stderr.txt"


def test_a_run_that_goes_on_says_that_its_logs_are_to_come(logs, platform) -> None:
    code, out, _ = logs(submit(platform, plans.stuck_in("Submitted")))
    assert code == 0
    assert "there is no text yet: the submission is Submitted; next: kit watch" in out


@pytest.mark.parametrize("command", ["logs", "download"])
def test_a_phase_that_hides_its_output_says_so_and_the_status_is_explained(run, platform, failed, command) -> None:
    platform.competition.phases[0].hide_output = True
    code, out, err = run(command, failed, "--host", platform.url)
    assert code == 1
    assert "SRV010" in out
    assert "the organiser hides the logs" in err


@pytest.mark.parametrize("command", ["logs", "download"])
def test_the_last_upload_is_meant_where_none_is_named(run, platform, failed, command) -> None:
    assert run(command, "--host", platform.url)[0] == 2
    note_upload(platform, failed)
    code, out, _ = run(command, "--host", platform.url)
    assert code == 0
    assert out


@pytest.mark.parametrize("command", ["logs", "download"])
def test_who_is_not_signed_in_and_a_wrong_number_are_told(run, platform, monkeypatch, command) -> None:
    code, _, err = run(command, 4711, "--host", platform.url)
    assert code == 1
    assert "No Submission matches" in err
    monkeypatch.delenv("CODABENCH_TOKEN")
    assert "kit login" in run(command, 1, "--host", platform.url)[2]


def test_an_expired_address_is_asked_for_again(logs, platform, failed) -> None:
    platform.fail("get", Fault.expired(), times=1, after=1)
    code, out, _ = logs(failed)
    assert code == 0
    assert "ValueError: matmul" in out


def test_a_log_that_breaks_off_while_it_is_printed_is_told(logs, platform, failed) -> None:
    fill(platform, failed, "prediction_ingestion_stderr", b"x" * 1_000_000)
    platform.fail("get", Fault.cut_answer(50), times=1)
    code, _, err = logs(failed, "--name", "prediction_ingestion_stderr")
    assert code == 3
    assert "broke off" in err


def test_a_reader_that_has_seen_enough_is_no_error(platform, failed) -> None:
    fill(platform, failed, "scoring_stderr", b"line\n" * 200_000)
    words = f"logs {failed} --name scoring_stderr --host {platform.url}"
    kit = f"'{sys.executable}' -c 'import sys; from tools.cli import main; sys.exit(main())' {words}"
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
    shell = ["bash", "-o", "pipefail", "-c", f"{kit} | head -1"]
    done = subprocess.run(shell, capture_output=True, text=True, env=environment, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "line\n", "")


# ---- download


def test_all_that_there_is_is_downloaded_and_unpacked(download, platform) -> None:
    platform.competition.enable_detailed_results = True
    number = ended(platform, plans.good())
    code, out, err = download(number)
    assert (code, err) == (0, "")
    found = files(f"submission-{number}")
    assert set(found) == {
        "submission.zip",
        "submission/model.py",
        "prediction_result.zip",
        "prediction_result/metadata",
        "prediction_result/metadata.json",
        "prediction_result/model.py",
        "prediction_result/prediction",
        "scoring_result.zip",
        "scoring_result/metadata",
        "scoring_result/scores.json",
        "detailed_results.html",
    }
    assert Path(f"submission-{number}/submission.zip").read_bytes() == ZIP
    assert f"submission-{number}/scoring_result/  2 files" in out


def test_only_what_is_asked_for_is_downloaded(download, platform) -> None:
    number = ended(platform, plans.good())
    assert download(number, "-o", "here", "--submission", "--scoring", "--no-extract")[0] == 0
    assert set(files("here")) == {"submission.zip", "scoring_result.zip"}


def test_what_is_missing_is_named_with_the_reason(download, platform, failed) -> None:
    code, out, _ = download(failed)
    assert code == 0
    assert "scoring_result.zip: empty" in out
    assert "detailed_results.html: not there" in out
    assert download(failed, "--detailed")[0] == 1
    waiting = submit(platform, plans.stuck_in("Submitting"))
    assert "not there yet: the submission is Submitting" in download(waiting)[1]


def test_a_second_time_changes_nothing(download, failed) -> None:
    download(failed)
    before = {path: path.stat().st_mtime_ns for path in Path().rglob("*")}
    code, out, _ = download(failed)
    assert code == 0
    assert "as it was" in out
    assert {path: path.stat().st_mtime_ns for path in Path().rglob("*") if path.is_file()} == {
        path: at for path, at in before.items() if path.is_file()
    }


def test_files_of_ones_own_are_not_overwritten(download, failed) -> None:
    mine = Path(f"submission-{failed}")
    (mine / "submission").mkdir(parents=True)
    (mine / "submission.zip").write_bytes(b"mine")
    (mine / "prediction_result").mkdir()
    (mine / "prediction_result/model.py").write_text("mine")
    code, out, err = download(failed, "--json", "out.json")
    assert code == 2
    assert "--force replaces it" in err
    assert "left out: model.py" in out
    assert (mine / "submission.zip").read_bytes() == b"mine"
    assert (mine / "prediction_result/model.py").read_text() == "mine"
    assert (mine / "prediction_result.zip").exists()
    assert json.loads(Path("out.json").read_text())["in_the_way"]
    assert download(failed, "--force")[0] == 0
    assert (mine / "submission.zip").read_bytes() == ZIP


def test_results_of_several_tasks_have_folders_of_their_own(download, platform) -> None:
    competition = platform.add_competition(tasks=2)
    number = ended(platform, plans.good(), competition=competition)
    assert download(number, "--submission", "--prediction", "--no-extract")[0] == 0
    assert sorted(files(f"submission-{number}")) == [
        f"{number + 1}-Wheat_Seed_Developement_Task/prediction_result.zip",
        f"{number + 2}-Wheat_Seed_Developement_Task_2/prediction_result.zip",
        "submission.zip",
    ]


def test_a_connection_that_breaks_is_gone_on_with(download, platform, failed) -> None:
    platform.fail("get", Fault.cut_answer(50), times=2)
    assert download(failed, "--submission")[0] == 0
    assert Path(f"submission-{failed}/submission.zip").read_bytes() == ZIP


def test_a_hostile_zip_stays_in_its_folder(download, platform, failed) -> None:
    hostile = zipped({"../../evil\x1b[2J.py": "x", "/abs.py": "x", "ok.py": "x"})
    stored = of(platform, failed).prediction_result
    stored.content, stored.size = hostile, len(hostile)
    code, out, _ = download(failed, "--prediction")
    assert code == 0
    assert "\x1b" not in out
    assert set(files(".")) == {
        f"submission-{failed}/prediction_result.zip",
        f"submission-{failed}/prediction_result/evil\x1b[2J.py",
        f"submission-{failed}/prediction_result/abs.py",
        f"submission-{failed}/prediction_result/ok.py",
    }


def test_what_is_no_zip_is_kept_and_told(download, platform, failed) -> None:
    stored = of(platform, failed).prediction_result
    stored.content, stored.size = b"not a zip", 9
    code, out, _ = download(failed, "--prediction")
    assert code == 0
    assert "not unpacked: " in out
    assert files(".") == {f"submission-{failed}/prediction_result.zip": 9}


def test_the_document_tells_each_file(download, failed) -> None:
    code, out, _ = download(failed, "--format", "json")
    told = json.loads(out)
    assert code == 0
    assert (told["schema"], told["kind"], told["folder"]) == (1, "download", f"submission-{failed}")
    first = told["files"][0]
    assert (first["kind"], first["bytes"], first["state"], first["unpacked"]) == ("submission", len(ZIP), "new", 1)
    assert [one["kind"] for one in told["missing"]] == ["scoring", "detailed"]
