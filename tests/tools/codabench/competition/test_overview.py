"""What a competition's answer means in words: dates, limits, rules, and what the organiser gives."""

import datetime
import time

import pytest

from tools.codabench.answers import RULES_TO_ADD, Competition, DataSet, Phase, Submission, Task, read
from tools.codabench.competition.board_rules import refusal
from tools.codabench.competition.limits import limit_in_all, limit_of_the_day, reopens
from tools.codabench.competition.overview import (
    RULES,
    from_now,
    hidden_of,
    next_change,
    rule_in_words,
    size_in_words,
)
from tools.codabench.errors import UnexpectedAnswerError
from tools.codabench.host import Host
from tools.codabench.project.public_parts import parts_of

NOW = datetime.datetime(2026, 3, 10, 22, 30, tzinfo=datetime.UTC)
KEY = "00000000-0000-4000-8000-00000000000{}"


def after(**span: float) -> datetime.datetime:
    return NOW + datetime.timedelta(**span)


def start_of(written: str) -> datetime.datetime:
    """A phase's start as the platform writes it."""
    start = read(Phase, {"id": 1, "start": written}, "GET competitions/7/").start
    assert start is not None
    return start


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        (after(days=2), "in 2 days"),
        (after(days=2, seconds=-1), "in 47 hours"),
        (after(hours=36), "in 36 hours"),
        (after(hours=1, minutes=30), "in 90 minutes"),
        (after(seconds=61), "in 1 minute"),
        (after(seconds=30), "in less than a minute"),
        (after(seconds=-30), "just now"),
        (after(days=-400), "400 days ago"),
    ],
)
def test_a_span_is_told_in_its_largest_unit_that_has_two(moment, told) -> None:
    assert from_now(moment, NOW) == told


def test_a_date_without_a_zone_is_utc_wherever_the_machine_is(monkeypatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        for written in ("2026-03-10T22:30:00", "2026-03-10 22:30:00"):
            assert start_of(written) == NOW
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()


def test_a_date_of_another_zone_is_the_same_moment_in_utc() -> None:
    assert start_of("2026-03-11T00:30:00+02:00") == NOW
    assert start_of("2026-03-11T00:30:00+02:00").tzinfo is datetime.UTC


def test_a_date_beyond_the_last_year_is_told_as_a_wrong_answer() -> None:
    with pytest.raises(UnexpectedAnswerError, match="start"):
        start_of("9999-12-31T23:59:59-05:00")


def test_the_limit_of_a_day_opens_at_midnight_utc() -> None:
    assert reopens(NOW) == datetime.datetime(2026, 3, 11, tzinfo=datetime.UTC)
    assert reopens(reopens(NOW)) == datetime.datetime(2026, 3, 12, tzinfo=datetime.UTC)


def test_the_next_change_is_the_first_date_to_come() -> None:
    phases = [
        Phase(id=1, start=after(days=-9), end=after(days=5), status="Current"),
        Phase(id=2, start=after(days=5, hours=1), status="Next"),
        Phase(id=3),
    ]
    change = next_change(phases, NOW)
    assert change is not None
    assert (change.phase.id, change.what, change.at) == (1, "closes", after(days=5))
    assert next_change(phases[1:], NOW).what == "opens"
    assert next_change(phases[2:], NOW) is None


@pytest.mark.parametrize(
    ("most", "has", "used", "expected"),
    [
        (5, True, 2, (5, 2, 3)),
        (5, True, 7, (5, 7, 0)),
        (0, True, 2, (None, 2, None)),
        (None, True, 2, (None, 2, None)),
        (5, False, 2, (None, 2, None)),
        (5, True, None, (5, None, None)),
    ],
)
def test_a_limit_of_nothing_is_none(most, has, used, expected) -> None:
    phase = Phase(
        id=1,
        has_max_submissions=has,
        max_submissions_per_day=most,
        used_submissions_per_day=used,
        max_submissions_per_person=most,
        used_submissions_per_person=used,
    )
    for limit in (limit_of_the_day(phase), limit_in_all(phase)):
        assert (limit.most, limit.used, limit.left) == expected


def test_what_is_hidden_is_named() -> None:
    assert hidden_of(Phase(id=1)) == []
    assert hidden_of(Phase(id=1, hide_output=True, hide_score_output=True)) == [
        "all logs and results",
        "the scoring's output",
    ]


def test_every_rule_of_the_platform_has_its_words_and_another_is_told_by_name() -> None:
    assert set(RULES_TO_ADD) < set(RULES)
    assert "nobody chooses" in rule_in_words("Force_Best")
    assert "Newest" in rule_in_words("Newest")


@pytest.mark.parametrize(("size", "told"), [(None, "-"), (0, "0.0 kB"), (999, "1.0 kB"), (12_345_678, "12.3 MB")])
def test_a_size_is_told_in_units_that_fit(size, told) -> None:
    assert size_in_words(size) == told


def competition(**fields: object) -> Competition:
    kinds = ("ingestion_program", "scoring_program", "input_data", "reference_data")
    data = tuple(DataSet(id=n, key=KEY.format(n), type=kind) for n, kind in enumerate(kinds))
    phase = Phase(id=1, tasks=(Task(id=1, public_datasets=data),), starting_kit=DataSet(id=9, key=KEY.format(9)))
    return Competition(id=7, phases=(phase,), **fields)


@pytest.mark.parametrize(
    ("ticked", "given"),
    [
        ({"make_programs_available": False, "make_input_data_available": False}, set()),
        (
            {"make_programs_available": True, "make_input_data_available": False},
            {"ingestion_program", "scoring_program"},
        ),
        ({"make_programs_available": False, "make_input_data_available": True}, {"input_data"}),
        ({}, {"ingestion_program", "scoring_program", "input_data"}),
    ],
)
def test_what_the_organiser_has_not_ticked_is_not_given_and_reference_data_never_is(ticked, given) -> None:
    found = {part.kind for part in parts_of(competition(**ticked)) if part.is_given}
    assert found - {"starting_kit"} == given
    assert "starting_kit" in found


def test_a_public_data_set_is_given_whatever_is_ticked() -> None:
    data = DataSet(id=1, key=KEY.format(1), type="reference_data", is_public=True)
    phase = Phase(id=1, tasks=(Task(id=1, public_datasets=(data,)),))
    (part,) = parts_of(Competition(id=7, phases=(phase,), make_programs_available=False))
    assert part.is_given
    assert part.url(Host("https://example.org")) == f"https://example.org/datasets/download/{KEY.format(1)}/"


def test_a_file_that_two_phases_share_is_one_part_and_two_of_a_kind_are_numbered() -> None:
    shared = DataSet(id=1, key=KEY.format(1), type="scoring_program")
    own = [DataSet(id=n, key=KEY.format(n), type="input_data") for n in (2, 3)]
    phases = [
        Phase(id=n, index=n, tasks=(Task(id=n, public_datasets=(shared, data)),)) for n, data in enumerate(own, 1)
    ]
    names = [part.name for part in parts_of(Competition(id=7, phases=tuple(phases)))]
    assert names == ["scoring_program", "input_data_1", "input_data_2"]


@pytest.mark.parametrize(
    ("rule", "is_added", "fields", "told"),
    [
        ("Add", True, {}, None),
        ("Add", False, {}, "cannot be taken off"),
        ("Add_And_Delete", False, {}, None),
        ("Force_Best", True, {}, "the rule is Force_Best"),
        ("Force_Last", False, {}, "the rule is Force_Last"),
        ("", True, {}, None),
        ("", False, {}, None),
        ("Add", True, {"status": "Running"}, "is Running"),
        ("Add_And_Delete", False, {"status": "Failed"}, None),
        ("Add", True, {"parent": 3}, "of submission 3"),
    ],
)
def test_what_a_rule_forbids_is_told_before_the_platform_is_asked(rule, is_added, fields, told) -> None:
    found = refusal(Submission(**{"id": 4, "status": "Finished"} | fields), rule, is_added=is_added)
    assert (found is None) == (told is None)
    assert told is None or told in found.what
