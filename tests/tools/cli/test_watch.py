"""`kit watch` and `kit cancel` against a platform on this machine: what is printed, kept, put on the board, and why."""

import json
import re
import signal
import sys
import threading
import time
from pathlib import Path

import pytest
from rich.console import Console

from tests.tools.codabench.platform import Column, Fault, Plan, Result, Step, plans
from tests.tools.codabench.platform.messages import Answer
from tests.tools.codabench.sent import client_of, note_evaluation, note_upload, of, submit
from tools.cli import output
from tools.codabench import journal

pytestmark = pytest.mark.slow  # over sockets, again and again


@pytest.fixture
def watch(run, platform):
    """Run `kit watch`; exit code, output and error text."""
    return lambda *words: run("watch", *words, "--host", platform.url)


@pytest.fixture
def document(watch):
    """Run `kit watch` for its document; exit code and document."""

    def call(*words: object) -> tuple[int, dict]:
        code, out, _ = watch(*words, "--format", "json")
        return code, json.loads(out)

    return call


def settled(watch, platform, plan, **more) -> tuple[int, str]:
    number = submit(platform, plan, **more)
    note_upload(platform, number, **more)
    code, out, _ = watch(number)
    return code, out


def test_a_good_one_shows_its_stages_its_scores_and_its_place(watch, platform) -> None:
    number = submit(platform, plans.good())
    note_upload(platform, number)
    note_evaluation({"accuracy": 0.06, "duration": 0.2})
    code, out, err = watch(number)
    assert (code, err) == (0, "")
    stages = re.findall(r"^\d\d:\d\d:\d\d  (\w+)", out, re.MULTILINE)
    assert stages == ["Submitted", "Preparing", "Scoring", "Running", "Finished"]
    assert "predicts, on worker vm" in out
    assert "scoring, on worker vm" in out
    assert "hostname" not in out
    assert re.search(r"Prediction score \(accuracy\) +0\.0500 +0\.0600 +-0\.0100", out)
    assert "of Classify Wheat Seeds" in out
    assert "place 1 of 1" in out
    assert "lower" not in out
    assert journal.uploads(submission=number)[0].scores == {"accuracy": 0.05, "duration": 0.056742191300}


def test_the_last_upload_is_watched_where_none_is_named(watch, platform) -> None:
    numbers = [submit(platform, plans.good()) for _ in range(2)]
    for number in numbers:
        note_upload(platform, number)
    assert f"submission {numbers[-1]}," in watch()[1]


def test_nothing_to_watch_says_what_to_give(watch) -> None:
    code, _, err = watch()
    assert code == 2
    assert "which submission?" in err


def test_the_document_holds_all_of_it(document, platform) -> None:
    number = submit(platform, plans.good({"accuracy": 0.5, "duration": 1}))
    note_upload(platform, number)
    note_evaluation({"accuracy": 0.95, "f1": 0.4}, forecast={"score": 0.8, "interval": [0.7, 0.9]})
    code, told = document(number)
    assert code == told["exit_code"] == 0
    assert (told["schema"], told["kind"], told["host"], told["id"]) == (1, "submission", platform.url, number)
    assert (told["status"], told["status_details"]) == ("Finished", "scoring_hostname-vm")
    assert told["scores"] == {"accuracy": 0.5, "duration": 1.0}
    assert told["local_scores"] == {"accuracy": 0.95}
    assert told["differences"] == {"accuracy": pytest.approx(-0.45)}
    assert [one["status"] for one in told["timeline"]] == ["Submitted", "Preparing", "Scoring", "Running", "Finished"]
    assert set(told["timeline"][0]) == {"at", "status", "status_details", "seconds"}
    assert told["on_leaderboard"] is True
    assert told["children"] == []
    assert told["explanations"] == []


def test_a_remarkable_difference_and_a_forecast_are_told(watch, platform) -> None:
    number = submit(platform, plans.good({"accuracy": 0.5, "duration": 30}))
    note_upload(platform, number)
    note_evaluation(
        {"accuracy": 0.95, "duration": 1},
        forecast={"score": 0.8, "interval": [0.7, 0.9]},
        environment={"wanted": "an2dl-2024", "used": "newest"},
    )
    out = watch(number)[1]
    assert "Prediction score is 0.450 lower there than here" in out
    assert "(newest here, an2dl-2024 there)" in out
    assert "0.8000 (0.7000 to 0.9000)" in out
    assert "Duration is" not in out


def test_a_difference_of_two_hundredths_is_not_remarkable(watch, platform) -> None:
    number = submit(platform, plans.good({"accuracy": 0.5, "duration": 30}))
    note_upload(platform, number)
    note_evaluation({"accuracy": 0.52})
    assert "lower" not in watch(number)[1]


def test_local_scores_of_several_tasks_are_found_by_phase_and_task(document, platform) -> None:
    competition = platform.add_competition(tasks=2)
    names = [task.name for task in competition.tasks]
    number = submit(platform, plans.good(), competition=competition)
    note_upload(platform, number, competition=competition)
    note_evaluation({"Development Phase": {names[0]: {"accuracy": 0.1}, names[1]: {"accuracy": 0.2}}})
    code, told = document(number)
    assert code == 0
    assert told["local_scores"] == {names[0]: {"accuracy": 0.1}, names[1]: {"accuracy": 0.2}}


@pytest.mark.parametrize("plan", [plans.scores_late(polls=3), plans.failed_then_finished()], ids=lambda plan: plan.name)
def test_what_ends_well_in_the_end_is_good(watch, platform, plan) -> None:
    assert settled(watch, platform, plan)[0] == 0


FAILURES = {
    "model_missing": ("SRV060", "prediction_ingestion_stderr", "you"),
    "nested_folder": ("SRV060", "prediction_ingestion_stderr", "you"),
    "predict_raises": ("SRV096", "prediction_ingestion_stderr", "you"),
    "import_error": ("SRV061", "prediction_ingestion_stderr", "you"),
    "weights_relative": ("SRV091", "prediction_ingestion_stderr", "you"),
    "wrong_shape": ("SRV092", "scoring_stderr", "you"),
    "sigkill": ("SRV080", "metadata of prediction_result.zip", "you"),
    "not_a_zip": ("SRV005", "status_details", "you"),
    "time_limit": ("SRV009", "prediction_ingestion_stderr", "you"),
    "pull_failed": ("SRV015", "status_details", "organiser"),
    "no_scores_file": ("SRV012", "status_details", "you"),
    "finished_then_failed": ("SRV012", "status_details", "you"),
    "failed_then_running_then_failed": ("SRV090", "scoring_stderr", "you"),
    "finished_without_scores": ("SRV024", "the status", "organiser"),
}


@pytest.mark.parametrize(
    ("name", "expected", "profile"),
    [(name, expected, "2026-03") for name, expected in FAILURES.items()]
    + [(name, FAILURES[name], "2026-05") for name in ("not_a_zip", "pull_failed", "no_scores_file")],
)
def test_each_recorded_failure_is_explained_by_its_cause(document, platform, name, expected, profile) -> None:
    platform.settings.worker_profile = profile
    number = submit(platform, plans.NAMED[name]())
    note_upload(platform, number)
    code, told = document(number)
    first = told["explanations"][0]
    assert code == told["exit_code"] == 4
    assert (first["code"], first["source"], first["whose"]) == expected
    assert first["text"]
    assert all(one["follows"] for one in told["explanations"][1:])


def test_a_failure_is_printed_with_whose_it_is_what_to_run_and_the_logs(watch, platform) -> None:
    code, out = settled(watch, platform, plans.predict_raises())
    assert code == 4
    assert "SRV096" in out
    assert "yours: " in out
    assert "run     kit evaluate submission.zip" in out
    assert "model.py:17" in out
    assert "SRV010" in out
    assert out.rstrip().splitlines()[-1] == f"next: kit logs 1 --host {platform.url}"


def test_a_passing_verdict_here_is_told_with_what_differed(watch, platform) -> None:
    note_evaluation(
        {"accuracy": 0.9},
        environment={"wanted": "an2dl-2024", "used": "newest"},
        enforced={"time_limit_s": 600, "memory_limit_mb": None},
    )
    out = " ".join(settled(watch, platform, plans.import_error())[1].split())
    assert "kit evaluate passed this zip on" in out
    assert "newest's packages here, an2dl-2024 there" in out
    assert "time limit: 600 s" in out
    assert "--worker-profile 2026-05" in out


def test_a_failing_verdict_here_is_told_as_well(watch, platform) -> None:
    note_evaluation({}, verdict="fail")
    out = " ".join(settled(watch, platform, plans.import_error())[1].split())
    assert "kit evaluate said fail of this zip" in out
    assert "kit evaluate passed" not in out


def test_finished_without_scores_names_the_keys(watch, platform) -> None:
    code, out = settled(watch, platform, plans.finished_without_scores())
    assert code == 4
    assert "SCO004" in out
    assert "scores.json has Accuracy; the leaderboard has accuracy, duration" in out


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({}, "SCO001"),
        ({"scores.json": "[1]"}, "SCO002"),
        ({"scores.txt": "accuracy:0.9"}, "SCO002"),
        ({"scores.json": '{"accuracy": NaN}'}, "SCO003"),
    ],
)
def test_what_is_wrong_with_a_scores_file_is_told(document, platform, files, code) -> None:
    finished = Step("Finished", scoring=Result(exit_code=0, files=files))
    number = submit(platform, Plan("odd scores", (*plans.good().steps[:-1], finished)))
    assert [fault["code"] for fault in document(number)[1]["faults"]] == [code]


def test_a_column_without_a_score_is_named(watch, platform) -> None:
    code, out = settled(watch, platform, plans.good({"accuracy": 0.5}))
    assert code == 0
    assert "no score for Duration" in out


def test_of_several_tasks_each_has_its_result(watch, document, platform) -> None:
    competition = platform.add_competition(tasks=2)
    names = [task.name for task in competition.tasks]

    def plan_for(submission):
        return plans.predict_raises() if submission.tasks[0] == competition.tasks[1].id else plans.good()

    number = submit(platform, plan_for, competition=competition)
    note_upload(platform, number, competition=competition)
    code, out, _ = watch(number)
    assert code == 4
    assert f"{names[0]}: scored" in out
    assert f"{names[1]}: failed" in out
    assert re.search(rf"{names[1]}  Failed", out)
    code, told = document(number)
    assert code == 4
    assert told["status"] == "Finished"
    assert [child["outcome"] for child in told["children"]] == ["scored", "failed"]
    assert told["scores"] == {names[0]: {"accuracy": 0.05, "duration": pytest.approx(0.0567, abs=1e-4)}, names[1]: {}}
    assert {one["task"] for one in told["explanations"]} == {names[1]}
    kept = journal.uploads(submission=number)[0].scores
    assert set(kept) == {f"accuracy ({names[0]})", f"duration ({names[0]})"}


def test_one_task_of_several_can_be_watched_alone(watch, platform) -> None:
    competition = platform.add_competition(tasks=2)
    parent = submit(platform, plans.good(), competition=competition)
    note_upload(platform, parent, competition=competition)
    for _ in range(2):  # the children come a moment after it
        client_of(platform).submission(parent)
    child = of(platform, parent).children[0].id
    code, out, _ = watch(child)
    assert code == 0
    assert f"one task of submission {parent}" in out


def test_hidden_logs_are_told_and_the_status_is_explained(watch, document, platform) -> None:
    platform.competition.phases[0].hide_output = True
    number = submit(platform, plans.predict_raises())
    note_upload(platform, number)
    code, out, _ = watch(number)
    assert code == 4
    assert "the phase hides what the logs would tell" in out
    assert "SRV010" in out
    told = document(number)[1]
    assert told["logs_hidden"] is True
    assert told["explanations"][0]["code"] == "SRV010"


def test_scores_that_the_phase_hides_are_no_failure(watch, platform) -> None:
    platform.competition.phases[0].hide_output = True
    code, out = settled(watch, platform, plans.finished_without_scores())
    assert code == 0
    assert "hides its scores" in out


def test_logs_that_cannot_be_fetched_leave_the_verdict(watch, platform) -> None:
    number = submit(platform, plans.predict_raises())
    platform.fail("details", Fault.status(502), times=None)
    code, out, _ = watch(number)
    assert code == 4
    assert "not all of the logs could be fetched" in " ".join(out.split())
    assert "SRV010" in out


def test_an_address_that_has_expired_is_asked_for_again(document, platform) -> None:
    number = submit(platform, plans.predict_raises())
    note_upload(platform, number)
    platform.fail("get", Fault.expired(), times=1)
    assert document(number)[1]["explanations"][0]["code"] == "SRV096"


def test_a_hostname_is_never_shown_as_an_error(watch, platform) -> None:
    code, out = settled(watch, platform, plans.failed_with(None))
    assert code == 4
    assert "hostname" not in out.replace("hostname-{host}", "")
    assert "SRV026" in out


def test_cancelled_is_told_with_what_it_costs(watch, platform) -> None:
    number = submit(platform, plans.stuck_in("Submitted"))
    client_of(platform).cancel(number)
    code, out, _ = watch(number)
    assert code == 4
    assert "SRV027" in out


def test_a_time_out_ends_with_5_and_the_command_that_goes_on(watch, document, platform) -> None:
    number = submit(platform, plans.stuck_in("Submitted"))
    code, out, _ = watch(number, "--timeout", "0.1")
    assert code == 5
    assert re.search(rf"its status is \w+; kit watch {number} --host {platform.url} goes on", out)
    code, told = document(number, "--timeout", "0")
    assert code == told["exit_code"] == 5
    assert told["status"] in out or told["status"] == "Running"


@pytest.mark.parametrize("value", ["nan", "inf", "-1", "x"])
def test_a_time_out_that_is_no_number_of_seconds_is_refused(watch, platform, value) -> None:
    assert watch(submit(platform, plans.good()), f"--timeout={value}")[0] == 2


def test_what_stays_is_explained_while_it_stays(watch, platform) -> None:
    number = submit(platform, plans.stuck_in("Submitted"))
    out = watch(number, "--timeout", "0.9")[1]
    assert out.count("SRV021") == 1
    assert "no worker has taken it" in out


def test_a_restart_is_told_and_outlasted(watch, platform) -> None:
    number = submit(platform, plans.good())
    platform.fail("submission", Fault.status(502), times=3, after=2)
    code, out, err = watch(number)
    assert code == 0
    assert out.count("no answer for") == 1
    assert out.count("it answers again") == 1
    assert "502" not in err


def test_half_an_hour_of_silence_ends_with_3(watch, platform, monkeypatch) -> None:
    monkeypatch.setenv("KIT_HTTP_PACE", "0.0002")
    number = submit(platform, plans.good())
    platform.fail("submission", Fault.status(502), times=None)
    code, _, err = watch(number)
    assert code == 3
    assert "UPL009" in err
    assert f"kit watch {number} goes on" in err


def test_who_is_not_signed_in_is_told_so(watch, platform, monkeypatch) -> None:
    monkeypatch.delenv("CODABENCH_TOKEN")
    code, _, err = watch(submit(platform, plans.good()))
    assert code == 1
    assert "kit login" in err
    monkeypatch.setenv("CODABENCH_TOKEN", "0" * 40)
    assert watch(1)[0] == 1


def test_a_wrong_number_is_told(watch) -> None:
    code, _, err = watch(4711)
    assert code == 1
    assert "No Submission matches" in err


def test_ctrl_c_leaves_the_submission_and_says_how_to_go_on(watch, platform) -> None:
    number = submit(platform, plans.stuck_in("Running"))
    already = len(platform.requests)

    def interrupt() -> None:
        """Once the submission is followed."""
        ends = time.monotonic() + 20
        while len(platform.requests) <= already + 1 and time.monotonic() < ends:
            time.sleep(0.01)
        signal.raise_signal(signal.SIGINT)

    threading.Thread(target=interrupt).start()
    code, out, _ = watch(number, "--json", "out.json")
    assert code == 130
    assert f"kit watch {number} --host {platform.url} goes on" in out
    told = json.loads(Path("out.json").read_text())
    assert (told["kind"], told["exit_code"]) == ("submission", 130)
    assert platform.asked("cancel") == []


def test_nothing_of_the_platform_is_obeyed_by_the_terminal(watch, platform) -> None:
    hostile = "bad\x1b]0;title\x07\x1b[2J\nthing"
    code, out = settled(watch, platform, plans.failed_with(hostile))
    assert code == 4
    assert all(letter.isprintable() or letter == "\n" for letter in out)


def test_on_a_terminal_the_same_lines_stay(watch, platform, monkeypatch) -> None:
    real = output.Output.__init__

    def with_a_terminal(self, arguments=()) -> None:
        real(self, arguments)
        self.console = Console(file=sys.stdout, force_terminal=True, width=100)

    monkeypatch.setattr(output.Output, "__init__", with_a_terminal)
    out = watch(submit(platform, plans.good().slower(3)))[1]
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", out)
    stages = re.findall(r"\d\d:\d\d:\d\d  (\w+)", plain)
    assert stages == ["Submitted", "Preparing", "Scoring", "Running", "Finished"]
    assert "scored" in plain


# ---- onto the leaderboard


@pytest.fixture
def adding(platform):
    """A competition whose users choose what is on the leaderboard."""
    return platform.add_competition(rule="Add")


def sent(platform, competition, accuracy, *, on_board=False, noted=True) -> int:
    number = submit(platform, plans.good({"accuracy": accuracy, "duration": 1}), competition=competition)
    if noted:
        note_upload(platform, number, competition=competition)
    if on_board:
        for _ in range(2):  # the children come a moment after it
            client_of(platform).submission(number)
        platform.finish(of(platform, number))
        client_of(platform).put_on_board(number)
    return number


def test_the_first_one_is_put_on_the_leaderboard(watch, document, platform, adding) -> None:
    number = sent(platform, adding, 0.5)
    code, out, _ = watch(number)
    assert code == 0
    assert "put on the leaderboard" in out
    assert "place 1 of 1" in out
    assert of(platform, number).on_leaderboard
    assert len(platform.asked("connection")) == 1
    assert document(number)[1]["on_leaderboard"] is True
    assert len(platform.asked("connection")) == 1


@pytest.mark.parametrize(("accuracy", "is_put"), [(0.9, True), (0.8512, True), (0.8511, False), (0.1, False)])
def test_a_better_one_is_not_pushed_out(watch, platform, adding, accuracy, is_put) -> None:
    before = sent(platform, adding, 0.8512, on_board=True)
    number = sent(platform, adding, accuracy)
    code, out, _ = watch(number)
    assert code == 0
    assert of(platform, number).on_leaderboard is is_put
    assert of(platform, before).on_leaderboard is not is_put
    if not is_put:
        assert f"push out submission {before}, which is better" in out
        assert f"kit leaderboard --add {number}" in out


def test_where_less_is_better_the_smaller_one_stays(watch, platform) -> None:
    columns = [Column(900, "accuracy", "Loss", 0, sorting="asc"), Column(901, "duration", "Duration", 1)]
    competition = platform.add_competition(rule="Add_And_Delete", columns=columns)
    before = sent(platform, competition, 0.2, on_board=True)
    worse, better = sent(platform, competition, 0.3), sent(platform, competition, 0.1)
    watch(worse)
    assert of(platform, before).on_leaderboard
    watch(better)
    assert of(platform, better).on_leaderboard


def test_a_rule_that_takes_several_pushes_nothing_out(watch, platform) -> None:
    competition = platform.add_competition(rule="Add_And_Delete_Multiple")
    before = sent(platform, competition, 0.9, on_board=True)
    number = sent(platform, competition, 0.1)
    assert "place 2 of 2" in watch(number)[1]
    assert of(platform, before).on_leaderboard
    assert of(platform, number).on_leaderboard


def test_other_peoples_submissions_are_no_rivals(watch, platform, adding) -> None:
    of(platform, sent(platform, adding, 0.9, on_board=True)).owner = "somebody"
    number = sent(platform, adding, 0.1)
    assert "place 2 of 2" in watch(number)[1]


def test_the_options_overrule(watch, platform, adding) -> None:
    before = sent(platform, adding, 0.9, on_board=True)
    number = sent(platform, adding, 0.1)
    out = watch(number, "--no-leaderboard")[1]
    assert "as you asked; kit leaderboard --add" in out
    assert of(platform, before).on_leaderboard
    watch(number, "--leaderboard")
    assert of(platform, number).on_leaderboard
    assert not of(platform, before).on_leaderboard


def test_a_forced_rule_needs_nothing(watch, platform) -> None:
    number = submit(platform, plans.good())
    note_upload(platform, number)
    watch(number, "--leaderboard")
    assert platform.asked("connection") == []


def test_a_rule_that_is_not_known_is_left_to_the_user(watch, platform, adding) -> None:
    number = sent(platform, adding, 0.5, noted=False)
    platform.fail("details", Fault.html(), times=None)
    out = watch(number)[1]
    assert "the rule of the leaderboard is not known; kit leaderboard --add" in out
    assert not of(platform, number).on_leaderboard


def test_a_leaderboard_that_cannot_be_seen_is_not_risked(watch, platform, adding) -> None:
    number = sent(platform, adding, 0.5)
    platform.fail("leaderboard", Fault.html(), times=None)
    out = watch(number)[1]
    assert "cannot be seen" in out
    assert not of(platform, number).on_leaderboard


def test_a_failed_one_is_never_put_there(watch, platform, adding) -> None:
    number = submit(platform, plans.predict_raises(), competition=adding)
    note_upload(platform, number, competition=adding)
    assert watch(number, "--leaderboard")[0] == 4
    assert platform.asked("connection") == []


def test_several_tasks_count_together(watch, platform) -> None:
    competition = platform.add_competition(tasks=2, rule="Add")
    before = sent(platform, competition, 0.8, on_board=True)
    worse, better = sent(platform, competition, 0.7), sent(platform, competition, 0.9)
    out = watch(worse)[1]
    assert f"push out submission {before}, which is better: 1.6 against 1.4" in out
    watch(better)
    assert all(child.on_leaderboard for child in of(platform, better).children)


# ---- cancel


def test_cancelling_says_what_it_costs_first_and_needs_a_yes(run, platform) -> None:
    number = submit(platform, plans.stuck_in("Submitted"))
    note_upload(platform, number)
    code, out, err = run("cancel", number, "--host", platform.url)
    assert code == 2
    assert "still counts against the limit" in out
    assert "left: 4 today, 99 in all" in out
    assert f"kit cancel {number} --yes" in err
    assert platform.asked("cancel") == []
    code, out, _ = run("cancel", number, "--yes", "--host", platform.url, "--json", "out.json")
    assert code == 0
    assert f"submission {number} is cancelled" in out
    told = json.loads(Path("out.json").read_text())
    assert (told["kind"], told["cancelled"], told["status"]) == ("cancel", True, "Cancelled")


def test_what_has_ended_cannot_be_cancelled(run, platform) -> None:
    number = submit(platform, plans.good())
    platform.finish(of(platform, number))
    code, out, _ = run("cancel", number, "--yes", "--host", platform.url)
    assert code == 1
    assert "is Finished already" in out
    assert platform.asked("cancel") == []


def test_what_the_platform_does_not_cancel_is_told(run, platform) -> None:
    number = submit(platform, plans.stuck_in("Running"))
    platform.fail("cancel", Fault(name="no", answer=Answer.json({"canceled": False})))
    code, out, _ = run("cancel", number, "--yes", "--host", platform.url)
    assert code == 1
    assert f"submission {number} could not be cancelled: it is Preparing" in out
    assert f"next: kit watch {number} --host {platform.url}" in out


def test_a_cancel_whose_answer_was_lost_is_still_told_right(run, platform) -> None:
    number = submit(platform, plans.stuck_in("Running"))
    platform.fail("cancel", Fault.cut_processed())
    code, out, _ = run("cancel", number, "--yes", "--host", platform.url)
    assert code == 0
    assert "is cancelled" in out


def test_a_no_leaves_it_alone(run, platform, monkeypatch) -> None:
    from tools.cli import asking

    number = submit(platform, plans.stuck_in("Submitted"))
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(asking, "is_asked", lambda _question: False)
    code, out, _ = run("cancel", number, "--host", platform.url)
    assert code == 0
    assert "left alone" in out
    assert platform.asked("cancel") == []
