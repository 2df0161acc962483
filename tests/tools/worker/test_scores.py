"""Scores as the worker reads and the server stores them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.bundle import Column
from tools.worker.scores import demand_sendable, read_scores, shown, store
from tools.worker.status import SubmissionError, UncaughtError

COLUMNS = (
    Column(title="Accuracy", key="accuracy", index=0, precision=4),
    Column(title="Time", key="time", index=1),
    Column(title="Secret", key="secret", index=2, hidden=True),
)


def test_json_goes_before_text(tmp_path: Path) -> None:
    (tmp_path / "scores.txt").write_text("accuracy: 0.1")
    assert read_scores(tmp_path) == {"accuracy": 0.1}
    (tmp_path / "scores.json").write_text('{"accuracy": 0.2}')
    assert read_scores(tmp_path) == {"accuracy": 0.2}


def test_no_file_is_the_platforms_own_sentence(tmp_path: Path) -> None:
    with pytest.raises(SubmissionError, match="Could not find scores file, did the scoring program output it"):
        read_scores(tmp_path)


def test_broken_json_is_the_platforms_own_sentence(tmp_path: Path) -> None:
    (tmp_path / "scores.json").write_text("{'accuracy': 1}")
    with pytest.raises(SubmissionError, match="Could not decode scores json properly, it contains an error"):
        read_scores(tmp_path)


def test_text_without_a_space_is_no_object(tmp_path: Path) -> None:
    (tmp_path / "scores.txt").write_text("accuracy:0.5")
    assert "str" in store(read_scores(tmp_path), COLUMNS).complaint


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (0.5, "0.5000000000"),
        (1, "1.0000000000"),
        ("1e-5", "0.0000100000"),
        (1 / 3, "0.3333333333"),
        (9999999999, "9999999999.0000000000"),
        (-0.25, "-0.2500000000"),
        (True, "1.0000000000"),
        (0.00000000005, "0.0000000001"),
    ],
)
def test_ten_decimals_are_kept(value, stored) -> None:
    assert store({"accuracy": value}, COLUMNS).scores == {"accuracy": stored}


@pytest.mark.parametrize("value", [None, "high", {"a": 1}, [1], 10**10, 1e300])
def test_what_is_no_storable_number_stops_after_the_earlier_keys(value) -> None:
    stored = store({"time": 1, "accuracy": value, "secret": 2}, COLUMNS)
    assert stored.scores == {"time": "1.0000000000"}
    assert "accuracy" in stored.complaint


@pytest.mark.parametrize("value", [float("nan"), float("inf"), [1, {"deep": float("-inf")}]])
def test_nan_anywhere_keeps_everything_from_being_sent(value) -> None:
    with pytest.raises(UncaughtError, match="Out of range float values are not JSON compliant"):
        demand_sendable({"time": 1, "other": value})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("scores.txt", b"a: [unclosed"),
        ("scores.txt", b"\xff\xfe\x00"),
        ("scores.json", b"\xff"),
        ("scores.txt", b"a: !!python/x 1"),
    ],
)
def test_what_the_worker_stumbles_over_is_not_taken_for_its_own_sentence(name, content, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UncaughtError):
        read_scores(tmp_path)


def test_an_empty_text_file_is_no_object(tmp_path: Path) -> None:
    (tmp_path / "scores.txt").touch()
    assert "NoneType" in store(read_scores(tmp_path), COLUMNS).complaint


COMPUTED = (
    Column(title="A", key="a", index=0),
    Column(title="B", key="b", index=1),
    Column(title="Mean", key="mean", index=2, computation="avg", computation_indexes=(0, 1)),
    Column(title="Sum", key="sum", index=3, computation="sum", computation_indexes=(0, 1)),
    Column(title="Least", key="least", index=4, computation="min", computation_indexes=(0, 1)),
    Column(title="Most", key="most", index=5, computation="max", computation_indexes=(0, 1)),
)


def test_computed_columns_are_filled_in_by_the_server() -> None:
    stored = store({"a": 1, "b": 0.5}, COMPUTED).scores
    assert {key: float(value) for key, value in stored.items()} == {
        "a": 1,
        "b": 0.5,
        "mean": 0.75,
        "sum": 1.5,
        "least": 0.5,
        "most": 1.0,
    }


def test_a_computation_takes_what_is_there() -> None:
    assert float(store({"b": 0.5}, COMPUTED).scores["mean"]) == 0.5
    assert store({}, COMPUTED).scores == {}


def test_unknown_keys_are_ignored() -> None:
    assert store({"all_costs": {"a": 1}, "time": 2}, COLUMNS).scores == {"time": "2.0000000000"}


def test_the_board_rounds_hides_and_says_na() -> None:
    assert shown({"accuracy": "0.9876543210", "secret": "1"}, COLUMNS) == {"Accuracy": "0.9877", "Time": "n/a"}


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), st.lists, max_leaves=3))
def test_any_value_is_stored_or_complained_about(value) -> None:
    stored = store({"accuracy": value}, COLUMNS)
    assert bool(stored.scores) != bool(stored.complaint)
