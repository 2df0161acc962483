"""What the end of a submission means: verdicts, the cause before what followed, statuses in words, the leaderboard."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.tools.codabench.platform import texts
from tools.codabench.answers import Column, Submission
from tools.codabench.following.compared import compare, local_scores
from tools.codabench.following.ending import scores_faults
from tools.codabench.following.outcome import Verdict, clues, exit_code_of, verdict_of
from tools.codabench.following.ranking import Rival, decide, primary_column
from tools.codabench.following.timeline import message, stretch, stretches
from tools.codabench.journal import Seen
from tools.report.log_text import Readable
from tools.report.submission import spoken

COLUMNS = (Column(key="accuracy", title="Accuracy", index=0), Column(key="loss", index=1, sorting="asc", hidden=True))
DOWN = "Child task failed or non-zero return code"


def submission(status="Failed", details=None, **more) -> Submission:
    return Submission(id=7, status=status, status_details=details, **more)


SCORE = [{"column_key": "accuracy", "score": "0.5"}]


@pytest.mark.parametrize(
    ("one", "hides", "verdict", "code"),
    [
        (submission("Finished", scores=SCORE), False, Verdict.SCORED, 0),
        (submission("Finished"), True, Verdict.HIDDEN, 0),
        (submission("Finished"), False, Verdict.SCORELESS, 4),
        (submission("Failed"), True, Verdict.FAILED, 4),
        (submission("Failed", scores=SCORE), False, Verdict.FAILED, 4),
        (submission("Cancelled"), False, Verdict.CANCELLED, 4),
        (submission("Running"), False, Verdict.RUNNING, 5),
        (submission("A new status"), False, Verdict.RUNNING, 5),
    ],
)
def test_each_end_has_its_verdict(one, hides, verdict, code) -> None:
    assert verdict_of(one, hides_scores=hides) is verdict
    assert verdict.exit_code == code


def test_an_end_that_may_still_change_is_none_yet() -> None:
    assert verdict_of(submission("Failed"), has_settled=False) is Verdict.RUNNING
    assert verdict_of(submission("Cancelled"), has_settled=False) is Verdict.CANCELLED


def test_of_several_the_worst_counts_and_what_runs_before_it() -> None:
    assert exit_code_of([Verdict.SCORED, Verdict.SCORED]) == 0
    assert exit_code_of([Verdict.SCORED, Verdict.FAILED]) == 4
    assert exit_code_of([Verdict.FAILED, Verdict.RUNNING]) == 5
    assert exit_code_of([]) == 5


def codes(*arguments, **options) -> list[str]:
    return [clue.code for clue in clues(*arguments, **options)]


def test_the_predictions_log_comes_before_the_scorings_and_the_status_last() -> None:
    logs = {"scoring_stderr": texts.NO_PREDICTION.encode(), "prediction_ingestion_stderr": texts.NO_MODEL.encode()}
    assert codes(submission(details=DOWN), logs) == ["SRV060", "SRV090", "SRV010"]
    assert codes(submission(details=f"Submission failed: {DOWN}. See logs for more details."), logs)[0] == "SRV060"


def test_what_only_followed_comes_after_a_cause_in_a_later_log() -> None:
    logs = {"scoring_stderr": texts.WRONG_LENGTH.encode()}
    assert codes(submission(details=DOWN), logs) == ["SRV092", "SRV010"]


@pytest.mark.parametrize(("exit_code", "code"), [(137, "SRV080"), (139, "SRV088"), (1, "SRV090"), (0, "SRV090")])
def test_an_exit_code_tells_where_the_log_is_silent(exit_code, code) -> None:
    logs = {"scoring_stderr": texts.NO_PREDICTION.encode()}
    assert codes(submission(details=DOWN), logs, exit_code)[0] == code
    assert codes(submission(details=None), {}, 137) == ["SRV080"]


def test_a_guess_from_a_log_is_no_cause() -> None:
    logs = {"scoring_stdout": texts.SCORING_OUT.encode(), "prediction_ingestion_stdout": b"Reading Data"}
    assert codes(submission(details="Bad or empty zip file"), logs) == ["SRV005"]


def test_a_text_that_nobody_knows_is_a_guess_or_a_bare_failure() -> None:
    assert len(clues(submission(details="the storage is full, it says"), {})) == 1
    assert codes(submission(details="qwertz uiop"), {}) == ["SRV026"]
    assert codes(submission(details="scoring_hostname-worker9"), {}) == ["SRV026"]
    assert codes(submission(), {}, is_hidden=True) == ["SRV028"]
    assert codes(submission(has_children=True), {}) == ["SRV025"]


def test_other_ends_are_explained_by_their_status() -> None:
    assert codes(submission("Finished", "scoring_hostname-vm"), {}) == ["SRV024"]
    assert codes(submission("Cancelled", "ingestion_hostname-vm"), {}) == ["SRV027"]


@pytest.mark.parametrize(
    ("details", "worker", "told"),
    [
        ("ingestion_hostname-vm", "vm", None),
        ("scoring_hostname-worker9.example.org", "worker9.example.org", None),
        ('Submission failed: "scoring_hostname-worker9"', "worker9", None),
        ("Submission failed: scoring_hostname-w. See logs for more details.", "w", None),
        ("", None, None),
        (None, None, None),
        ("Bad or empty zip file", None, "Bad or empty zip file"),
        ("no worker for scoring_hostname-vm today", None, "no worker for scoring_hostname-vm today"),
    ],
)
def test_the_name_of_a_machine_is_no_message(details, worker, told) -> None:
    seen = Seen(at=datetime.now(UTC), status="Running", status_details=details)
    assert (stretch(seen).worker, stretch(seen).message) == (worker, told)
    assert message(details) == told


def test_durations_run_to_the_next_status_and_the_last_to_now() -> None:
    start = datetime(2026, 11, 24, 12, tzinfo=UTC)
    seen = [Seen(at=start + timedelta(seconds=s), status=word) for s, word in ((0, "Submitted"), (5, "Running"))]
    now = start + timedelta(seconds=65)
    assert [one.seconds for one in stretches(seen, now)] == [5.0, 60.0]
    assert [one.seconds for one in stretches(seen)] == [5.0, None]
    ended = [*seen, Seen(at=start + timedelta(seconds=60), status="Failed")]
    assert [one.seconds for one in stretches(ended, now)] == [5.0, 55.0, None]
    assert stretches([], now) == ()


def test_a_clock_that_was_set_back_gives_no_negative_duration() -> None:
    start = datetime(2026, 11, 24, 12, tzinfo=UTC)
    seen = [Seen(at=start, status="Submitted"), Seen(at=start - timedelta(hours=1), status="Running")]
    assert [one.seconds for one in stretches(seen, start - timedelta(hours=2))] == [0.0, 0.0]


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0 s"), (59.4, "59 s"), (59.6, "1 min"), (62, "1 min 2 s"), (3600, "1 h"), (7900, "2 h 11 min")],
)
def test_durations_are_spoken_in_two_units(seconds, told) -> None:
    assert spoken(seconds) == told


# ---- scores


def test_rows_follow_the_columns_then_what_else_is_stored() -> None:
    rows = compare({"extra": 1.0, "accuracy": 0.5}, {"accuracy": 0.75}, COLUMNS, primary="accuracy")
    assert [(row.key, row.title, row.platform, row.local, row.difference) for row in rows] == [
        ("accuracy", "Accuracy", 0.5, 0.75, -0.25),
        ("extra", "extra", 1.0, None, None),
    ]


def test_a_column_without_a_score_stays_unless_it_is_hidden() -> None:
    rows = compare({}, {}, COLUMNS)
    assert [(row.key, row.platform) for row in rows] == [("accuracy", None)]


@pytest.mark.parametrize(
    ("difference", "is_remarkable"), [(0.02, False), (0.0200001, True), (-0.03, True), (0.0, False)]
)
def test_more_than_two_hundredths_are_remarkable(difference, is_remarkable) -> None:
    row = compare({"accuracy": 0.5 + difference}, {"accuracy": 0.5}, COLUMNS)[0]
    assert row.is_remarkable is is_remarkable


@pytest.mark.parametrize(
    ("forecast", "told"),
    [
        (None, (None, None)),
        ("0.9", (None, None)),
        ({"score": 0.8}, (0.8, None)),
        ({"score": 0.8, "interval": [0.7, 0.9]}, (0.8, (0.7, 0.9))),
        ({"score": 0.8, "interval": [0.7]}, (0.8, None)),
        ({"score": True, "interval": "ab"}, (None, None)),
    ],
)
def test_a_forecast_is_shown_as_far_as_it_is_understood(forecast, told) -> None:
    row = compare({"accuracy": 0.5}, {}, COLUMNS, primary="accuracy", forecast=forecast)[0]
    assert (row.forecast, row.interval) == told


@pytest.mark.parametrize(
    ("scores", "found"),
    [
        ({"accuracy": 0.5, "note": "x", "ok": True, "nothing": None}, {"accuracy": 0.5}),
        ({"Dev": {"A": {"accuracy": 0.1}}, "Final": {"A": {"accuracy": 0.2}}}, {"accuracy": 0.1}),
        ({"Other": {"B": {"accuracy": 0.1}}}, {}),
        ({"Other": {"A": {"accuracy": 0.3}}}, {"accuracy": 0.3}),
        ({"accuracy": 0.5, "all_costs": {"a": {"b": 1}}}, {"accuracy": 0.5}),
        ({}, {}),
        (None, {}),
        ([1], {}),
    ],
)
def test_local_scores_are_found_in_both_forms(scores, found) -> None:
    assert local_scores({"scores": scores}, "Dev", "A") == found


@pytest.mark.parametrize(
    ("data", "is_yaml", "expected"),
    [
        (None, False, ["SCO001"]),
        (b"", False, ["SCO002"]),
        (b"[0.5]", False, ["SCO002"]),
        (b"accuracy:0.5", True, ["SCO002"]),
        (b"accuracy: 0.5", True, []),
        (b'{"accuracy": Infinity}', False, ["SCO003"]),
        (b'{"Accuracy": 0.5}', False, ["SCO004"]),
        (b'{"accuracy": 0.5, "more": 1}', False, []),
        (b"[" * 100_000, False, ["SCO002"]),
        (b"\xff\xfe", True, ["SCO002"]),
    ],
)
def test_a_scores_file_tells_why_nothing_was_kept(data, is_yaml, expected) -> None:
    assert [code for code, _ in scores_faults(data, COLUMNS, is_yaml=is_yaml)] == expected


# ---- the leaderboard


@pytest.mark.parametrize(
    ("rule", "own", "others", "column", "action", "is_open"),
    [
        ("Force_Best", 0.9, [], 0, "nothing", False),
        ("", 0.9, [], 0, "nothing", True),
        ("Add", 0.5, [], 0, "put", False),
        ("Add", 0.5, [0.4, 0.6], 0, "nothing", True),
        ("Add", 0.5, [0.5], 0, "put", False),
        ("Add_And_Delete", 0.5, [0.4], 1, "nothing", True),
        ("Add_And_Delete", 0.5, [0.6], 1, "put", False),
        ("Add", None, [0.4], 0, "nothing", True),
        ("Add_And_Delete_Multiple", 0.1, [0.9], 0, "put", False),
    ],
)
def test_nothing_better_is_pushed_out(rule, own, others, column, action, is_open) -> None:
    rivals = [Rival(number=number, value=value) for number, value in enumerate(others)]
    decision = decide(rule, own, rivals, COLUMNS[column])
    assert (decision.action, decision.is_open) == (action, is_open)
    assert decision.why


def test_the_primary_column_is_the_one_of_that_index_else_the_first() -> None:
    from tools.codabench.answers import Leaderboard

    assert primary_column(Leaderboard(id=1, primary_index=1, columns=COLUMNS)).key == "loss"
    assert primary_column(Leaderboard(id=1, primary_index=9, columns=COLUMNS)).key == "accuracy"
    assert primary_column(Leaderboard(id=1)) is None
    assert primary_column(None) is None


# ---- logs as text


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"a\tb\r\nc\n", "a\tb\nc\n"),
        (b"no end", "no end\n"),
        (b"", ""),
        (b"10%\r20%\rdone\n", "10%\n20%\ndone\n"),
        (b"\x1b[1m10/10\x1b[0m \xe2\x94\x81\n", "10/10 \u2501\n"),
        (b"\x1b]0;title\x07\x1b[2J\x08\x00\n", "\\x1b]0;title\\x07\\x1b[2J\\x08\\x00\n"),
        (b"\xff\n", "\ufffd\n"),
        ("\u202edoc\u2028\x9b1m\n".encode(), "\\u202edoc\\u2028\\x9b1m\n"),
    ],
)
def test_a_log_keeps_its_tabs_and_lines_and_nothing_that_a_terminal_obeys(data, told) -> None:
    whole = Readable()
    assert whole.feed(data) + whole.end() == told
    bytewise = Readable()
    assert "".join(bytewise.feed(bytes([byte])) for byte in data) + bytewise.end() == told
