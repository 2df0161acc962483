"""`kit competitions`, `kit show` and `kit join` against a platform on this machine."""

import datetime
import json
import sys
import time

import pytest
import typer

from tests.tools.codabench.platform import Fault

pytestmark = pytest.mark.slow  # over sockets, again and again


@pytest.fixture
def kit(run, platform):
    """Run a command line for the platform."""
    return lambda *words: run(*words, "--host", platform.url)


@pytest.fixture
def on_a_terminal(monkeypatch):
    """Answer every question with yes or no."""

    def answer(*, yes: bool) -> list[str]:
        asked: list[str] = []
        monkeypatch.setattr(sys, "stdin", type("Terminal", (), {"isatty": lambda _: True})())
        monkeypatch.setattr(typer, "confirm", lambda question, **_: asked.append(question) or yes)
        return asked

    return answer


def test_the_competitions_that_one_takes_part_in_are_listed(kit, platform) -> None:
    platform.add_competition(title="Another one", registered=False)
    code, out, _ = kit("competitions")
    assert code == 0
    assert "Classify Wheat Seeds" in out
    assert "organizer" in out
    assert "Another one" not in out


def test_public_ones_are_listed_with_a_part_of_their_title(kit, platform) -> None:
    platform.add_competition(title="Grüße aus dem [red]Feld 🌾", registered=False)
    out = kit("competitions", "--public", "--search", "Feld")[1]
    assert "Grüße aus dem [red]Feld 🌾" in out
    assert "Wheat Seeds" not in out


def test_without_a_token_the_public_ones_are_listed_and_it_is_said(kit, monkeypatch) -> None:
    monkeypatch.delenv("CODABENCH_TOKEN")
    code, out, _ = kit("competitions")
    assert code == 0
    assert "you are not signed in" in out
    assert "Classify Wheat Seeds" in out
    assert kit("competitions", "--mine")[0] == 1


def test_ones_own_are_listed_and_none_is_said(kit, platform, monkeypatch) -> None:
    assert "you organise no competition" in kit("competitions", "--mine")[1]
    monkeypatch.setenv("CODABENCH_TOKEN", platform.user("organizer").token)
    assert "Classify Wheat Seeds" in kit("competitions", "--mine")[1]


def test_who_takes_part_in_none_is_told_where_to_look(kit, platform, monkeypatch) -> None:
    monkeypatch.setenv("CODABENCH_TOKEN", platform.user("participant2").token)
    code, out, _ = kit("competitions")
    assert code == 0
    assert "kit competitions --public" in out


def test_more_than_fit_are_cut_and_it_is_said(kit, platform) -> None:
    for number in range(100):
        platform.add_competition(title=f"No. {number}")
    out = kit("competitions", "--public", "--format", "json")[1]
    document = json.loads(out)
    assert len(document["competitions"]) == 100
    assert document["is_cut"]


def test_two_lists_at_once_are_a_wrong_command(kit) -> None:
    assert kit("competitions", "--public", "--mine")[0] == 2


def test_a_competition_is_shown_with_what_is_open_and_what_is_left(kit, platform) -> None:
    phase = platform.competition.phases[0]
    phase.end = platform.now() + datetime.timedelta(days=2, hours=1)
    phase.execution_time_limit = 7200
    code, out, _ = kit("show", platform.competition.id)
    told = " ".join(out.split())
    assert code == 0
    for part in (
        "you take part",
        "open now: Development Phase; it closes in 2 days (",
        "0 of 5 submissions used, 5 left",
        "0 of 100 submissions used, 100 left",
        "7200 s for each job; the default queue may stop it after 600 s",
        "hidden from you: nothing",
        "your last finished submission is on it",
        "accuracy Prediction score higher 2 decides the order",
        "--environment codalab-legacy-py39",
        "the default one, shared by all",
        "reference data",
        "not public",
    ):
        assert part in told


def test_dates_are_told_in_local_time_with_its_zone(kit, platform, monkeypatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        platform.competition.phases[0].start = datetime.datetime(2026, 1, 1, 20, tzinfo=datetime.UTC)
        out = kit("show", platform.competition.id)[1]
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()
    assert "Fri 02 Jan 2026 05:00 JST" in out
    assert "09:00 JST" in out


def test_a_date_without_a_zone_is_read_as_utc(kit, platform) -> None:
    def naive(document):
        document["phases"][0] |= {"start": "2026-01-01 10:00:00", "end": "2126-01-01T10:00:00"}

    platform.fail("competition", Fault.mutated(naive))
    document = json.loads(kit("show", platform.competition.id, "--format", "json")[1])
    assert document["phases"][0]["start"] == "2026-01-01T10:00:00+00:00"
    assert document["next_change"]["what"] == "opens"


def test_questions_limits_hidden_outputs_and_an_own_queue_are_told(kit, platform) -> None:
    competition = platform.competition
    competition.queue = 3
    competition.fact_sheet = {
        "size": {
            "key": "size",
            "type": "select",
            "title": "How large?",
            "selection": ["small", "large"],
            "is_required": "true",
            "is_on_leaderboard": "false",
        }
    }
    competition.phases[0].hide_output = True
    competition.phases[0].has_max_submissions = False
    competition.phases[0].execution_time_limit = 7200
    out = " ".join(kit("show", competition.id)[1].split())
    assert "size: How large? (one of 'small', 'large', required)" in out
    assert "its own, queue 3" in out
    assert "hidden from you: all logs and results" in out
    assert "any number of submissions, 0 made" in out
    assert "7200 s for each job tasks" in out


def test_thirty_phases_no_leaderboard_and_long_texts_are_shown(kit, platform) -> None:
    def many(document):
        first = document["phases"][0]
        document["phases"] = [
            first | {"id": n, "index": n, "name": f"Phase {n}", "status": "Previous"} for n in range(30)
        ]
        document["phases"][17]["status"] = "Current"
        document["leaderboards"] = []
        document["description"] = "ein sehr langer Text \x1b[31m " * 200 + "\n\n\n\nEnde"

    platform.fail("competition", Fault.mutated(many))
    code, out, _ = kit("show", platform.competition.id)
    assert code == 0
    assert out.count("Phase 29") == 1
    assert "Phase 17 (phase 17)" in out
    assert "the limits of the other 29 phases" in out
    assert "none that you may see" in out
    assert "\x1b[31m" not in out
    assert "\\x1b[31m" in out
    assert max(map(len, out.splitlines())) <= 130


def test_columns_that_the_platform_computes_and_hides_are_told(kit, platform) -> None:
    def computed(document):
        extra = {"key": "mean", "title": "Mean", "index": 2, "computation": "avg", "computation_indexes": "[0, 1]"}
        document["leaderboards"][0]["columns"].append(extra | {"hidden": True, "sorting": "asc", "precision": 4})

    platform.fail("competition", Fault.mutated(computed))
    out = " ".join(kit("show", platform.competition.id)[1].split())
    assert "mean Mean lower 4 avg of accuracy, duration hidden" in out


def test_who_is_not_signed_in_sees_the_public_part(kit, platform, monkeypatch) -> None:
    monkeypatch.delenv("CODABENCH_TOKEN")
    code, out, _ = kit("show", platform.competition.id)
    assert code == 0
    assert "you are not signed in" in out
    assert "used" not in out
    assert out.rstrip().endswith("next: kit login")


def test_a_private_competition_wants_its_key(kit, platform) -> None:
    private = platform.add_competition(title="Secret", secret_key="abc-def", registered=False)
    code, _, err = kit("show", private.id)
    assert code == 1
    assert "--secret-key" in err
    code, out, _ = kit("show", private.id, "--secret-key", "abc-def")
    assert code == 0
    assert "Secret" in out
    assert f"next: kit join {private.id}" in out


def test_without_a_number_the_projects_competition_is_meant(kit, platform, tmp_path) -> None:
    assert kit("show")[0] == 2
    (tmp_path / "here" / "pyproject.toml").write_text(f"[tool.kit]\ncompetition = {platform.competition.id}\n")
    assert "Classify Wheat Seeds" in kit("show")[1]


def test_a_number_that_there_is_not_and_a_word_are_refused(kit) -> None:
    assert kit("show", 999)[0] == 1
    assert kit("show", "wheat")[0] == 2


def test_joining_shows_the_terms_and_wants_a_yes(kit, platform, on_a_terminal) -> None:
    other = platform.add_competition(registered=False)
    asked = on_a_terminal(yes=True)
    code, out, _ = kit("join", other.id)
    assert code == 0
    assert asked
    assert "# Terms and Conditions" in out
    assert "you take part now" in out
    assert other.participants["participant"] == "approved"


def test_a_no_sends_nothing(kit, platform, on_a_terminal) -> None:
    other = platform.add_competition(registered=False)
    on_a_terminal(yes=False)
    code, _, err = kit("join", other.id)
    assert code == 2
    assert "nothing was sent" in err
    assert not platform.asked("register")


def test_where_nobody_can_answer_yes_has_to_be_an_option(kit, platform) -> None:
    other = platform.add_competition(registered=False)
    code, _, err = kit("join", other.id)
    assert code == 2
    assert "kit join --yes" in err
    assert not platform.asked("register")
    assert kit("join", other.id, "--yes")[0] == 0


def test_without_terms_nothing_is_asked(kit, platform) -> None:
    other = platform.add_competition(registered=False)
    platform.fail("competition", Fault.mutated(lambda document: document.update(terms="  \n")))
    assert kit("join", other.id)[0] == 0
    assert other.participants["participant"] == "approved"


def test_a_competition_that_is_to_be_approved_says_so(kit, platform) -> None:
    other = platform.add_competition(registered=False, registration_auto_approve=False)
    code, out, _ = kit("join", other.id, "--yes")
    assert code == 0
    assert "the organiser has to approve it" in out


@pytest.mark.parametrize(
    ("status", "told"), [("approved", "you take part"), ("pending", "has to approve"), ("denied", "has refused")]
)
def test_who_has_asked_before_is_told_the_present_state_and_nothing_is_sent(kit, platform, status, told) -> None:
    platform.competition.participants["participant"] = status
    code, out, _ = kit("join", platform.competition.id, "--format", "json")
    assert code == 0
    assert not platform.asked("register")
    document = json.loads(out)
    assert (document["my_status"], document["had_asked_before"]) == (status, True)
    assert told in kit("join", platform.competition.id)[1]


def test_a_registration_whose_answer_was_lost_ends_well(kit, platform) -> None:
    other = platform.add_competition(registered=False)
    platform.fail("register", Fault.cut_processed())
    code, out, _ = kit("join", other.id, "--yes")
    assert code == 0
    assert "you take part" in out


def test_joining_wants_a_token_before_anything_is_sent(kit, platform, monkeypatch) -> None:
    monkeypatch.delenv("CODABENCH_TOKEN")
    platform.requests.clear()
    code, _, err = kit("join", platform.competition.id)
    assert code == 1
    assert "kit login" in err
    assert not platform.requests


def test_a_private_competition_is_joined_with_its_key(kit, platform) -> None:
    private = platform.add_competition(secret_key="abc", registered=False)
    assert kit("join", private.id, "--yes")[0] == 1
    assert kit("join", private.id, "--yes", "--secret-key", "abc")[0] == 0
