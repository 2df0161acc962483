"""`kit leaderboard` against a platform on this machine: the order, one's own place, putting on and taking off."""

import json

import pytest

from tests.tools.codabench.platform import Column, Fault, Platform, plans
from tools.codabench.client import Client
from tools.codabench.host import Host
from tools.codabench.token import Token
from tools.codabench.transport.wire import Wire

pytestmark = pytest.mark.slow  # over sockets, again and again


@pytest.fixture
def board(run, platform):
    """Run `kit leaderboard` for the default competition."""
    return lambda *words: run("leaderboard", "--competition", platform.competition.id, "--host", platform.url, *words)


def submit(platform: Platform, user: str, accuracy: float | str, *, competition=None) -> int:
    """A submission of a user that has finished with a score."""
    competition = competition or platform.competition
    competition.participants[user] = "approved"
    if user not in {one.username for one in platform.users}:
        platform.add_user(user)
    client = Client(Wire(host=Host(platform.url), token=Token(platform.user(user).token)))
    platform.worker = plans.good({"accuracy": accuracy, "duration": 1})
    place = client.new_data_set("x.zip", 10, competition.id)
    number = client.new_submission(place.key, competition.phases[0].id).id
    platform.finish(next(one for one in platform.submissions if one.id == number))
    return number


def test_the_order_is_the_platforms_and_ones_own_row_is_marked(board, platform) -> None:
    for user, accuracy in (("alice", 0.95), ("participant", 0.9), ("bob", 0.91)):
        submit(platform, user, accuracy)
    code, out, _ = board()
    lines = out.splitlines()
    assert code == 0
    assert [line.split()[:2] for line in lines if line.strip()[:1] in {"1", "2"}] == [["1", "alice"], ["2", "bob"]]
    assert next(line for line in lines if line.startswith("*")).split()[:4] == ["*", "3", "participant", "0.9"]
    assert "* you are 3 of 3, 0.05 behind alice in Prediction score" in lines
    assert "UTC" in out


def test_who_is_first_is_told_so(board, platform) -> None:
    submit(platform, "participant", 0.9)
    assert "* you are first of 1" in board()[1]


def test_rounded_scores_that_are_equal_are_level(board, platform) -> None:
    submit(platform, "alice", 0.9501)
    submit(platform, "participant", 0.95)
    assert "level with alice in Prediction score as far as the rounded scores tell" in board()[1]


def test_an_empty_leaderboard_says_so(board) -> None:
    code, out, _ = board()
    assert code == 0
    assert "nobody is on the leaderboard yet" in out


def test_the_top_and_ones_own_neighbourhood_are_shown_and_all_on_request(board, platform) -> None:
    for number in range(30):
        submit(platform, "participant" if number == 26 else f"user{number:02}", 0.99 - number / 100)
    out = board()[1]
    assert "user19" in out
    assert "user20" not in out
    assert "(4 more)" in out
    assert "user24" in out
    assert "user28" in out
    assert "(1 more)" in out
    everything = board("--all")[1]
    assert "more)" not in everything
    assert "user22" in everything
    document = json.loads(board("--format", "json")[1])
    assert len(document["rows"]) == 30
    assert document["own_rank"] == 27


def test_without_a_token_nobody_is_marked_and_nothing_is_asked_about_the_user(board, platform, monkeypatch) -> None:
    submit(platform, "participant", 0.9)
    monkeypatch.delenv("CODABENCH_TOKEN")
    platform.requests.clear()
    code, out, _ = board()
    assert code == 0
    assert "your own place is not marked: kit login" in out
    assert not platform.asked("whoami")


def test_hidden_columns_are_counted_and_not_shown(board, platform) -> None:
    submit(platform, "participant", 0.9)

    def hide(document):
        document["tasks"][0]["columns"][1]["hidden"] = True

    platform.fail("leaderboard", Fault.mutated(hide))
    out = board()[1]
    assert "1 column is hidden" in out
    assert "Duration" not in out


def test_a_column_of_every_task_carries_the_tasks_name(run, platform) -> None:
    other = platform.add_competition(tasks=2)
    submit(platform, "participant", 0.9, competition=other)
    out = run("leaderboard", "--competition", other.id, "--host", platform.url)[1]
    assert out.count("Prediction score") == 2
    assert out.count("Wheat Seed Developement Task 2") == 2
    assert len([line for line in out.splitlines() if "UTC" in line]) == 1  # a row stays one line


def test_a_missing_score_is_a_dash_and_the_gap_is_not_told(board, platform) -> None:
    submit(platform, "alice", 0.95)
    submit(platform, "participant", 0.9)

    def lose(document):
        document["submissions"][0]["scores"] = document["submissions"][0]["scores"][1:]

    platform.fail("leaderboard", Fault.mutated(lose))
    out = board()[1]
    assert "cannot be told, for a score in Prediction score is missing" in out
    assert "-" in next(line for line in out.splitlines() if "alice" in line).split()


def test_a_title_with_an_escape_sequence_or_markup_is_printed_plainly(run, platform) -> None:
    columns = [Column(91, "accuracy", "[red]\x1b[31mScore", 0)]
    other = platform.add_competition(columns=columns, title="[bold]Ünïcode 🌾[/bold]")
    platform.fail("leaderboard", Fault.mutated(lambda document: document["tasks"].clear()), after=1)
    submit(platform, "participant", 0.9, competition=other)
    out = run("leaderboard", "--competition", other.id, "--host", platform.url)[1]
    assert "\x1b[31m" not in out
    assert "[bold]Ünïcode 🌾[/bold]" in out
    assert "[red]" in out
    assert run("leaderboard", "--competition", other.id, "--host", platform.url)[0] == 0


def test_a_competition_that_shows_no_leaderboard_is_no_error(board, platform) -> None:
    platform.competition.leaderboard.hidden = True
    code, out, _ = board("--format", "json")
    assert code == 0
    assert json.loads(out)["rows"] == []


@pytest.mark.parametrize("rule", ["Add", "Add_And_Delete"])
def test_by_a_rule_of_one_the_added_takes_the_place_of_the_other(run, platform, rule) -> None:
    other = platform.add_competition(rule=rule)
    first, second = (submit(platform, "participant", score, competition=other) for score in (0.9, 0.8))
    words = ("leaderboard", "--competition", other.id, "--host", platform.url)
    assert run(*words, "--add", first)[0] == 0
    code, out, _ = run(*words, "--add", second)
    assert code == 0
    assert "takes its place" in out
    assert out.index("the rule here") < out.index(f"submission {second} is on the leaderboard now")
    assert [one.id for one in platform.submissions if one.on_leaderboard] == [second]


def test_what_is_on_it_already_is_not_sent_again(run, platform) -> None:
    other = platform.add_competition(rule="Add")
    number = submit(platform, "participant", 0.9, competition=other)
    words = ("leaderboard", "--competition", other.id, "--host", platform.url, "--add", number)
    run(*words)
    platform.requests.clear()
    code, out, _ = run(*words)
    assert code == 0
    assert "on it already: nothing was sent" in out
    assert not platform.asked("connection")


def test_taking_off_works_where_the_rule_allows_it(run, platform) -> None:
    other = platform.add_competition(rule="Add_And_Delete")
    number = submit(platform, "participant", 0.9, competition=other)
    words = ("leaderboard", "--competition", other.id, "--host", platform.url)
    run(*words, "--add", number)
    code, out, _ = run(*words, "--remove", number, "--json", "told.json")
    assert code == 0
    assert "nobody is on the leaderboard yet" in out
    assert json.loads(open("told.json").read())["changed"] == {  # noqa: PTH123, SIM115 - in the test's own folder
        "submission": number,
        "is_on": False,
        "was_on": True,
        "rule": "Add_And_Delete",
    }


@pytest.mark.parametrize(
    ("rule", "option", "told"),
    [
        ("Force_Best", "--add", "the rule is Force_Best"),
        ("Force_Last", "--remove", "the rule is Force_Last"),
        ("Add", "--remove", "cannot be taken off"),
    ],
)
def test_what_the_rule_forbids_is_refused_with_its_name_and_not_sent(run, platform, rule, option, told) -> None:
    other = platform.add_competition(rule=rule)
    number = submit(platform, "participant", 0.9, competition=other)
    platform.requests.clear()
    code, _, err = run("leaderboard", "--competition", other.id, "--host", platform.url, option, number)
    assert code == 1
    assert told in err
    assert not platform.asked("connection")


def test_a_submission_of_another_competition_or_of_nobody_is_refused(board, platform) -> None:
    number = submit(platform, "participant", 0.9, competition=platform.add_competition(rule="Add"))
    code, _, err = board("--add", number)
    assert code == 2
    assert f"submission {number} is not of" in err
    assert board("--add", 999)[0] == 1


def test_a_change_wants_a_token_before_anything_else(board, monkeypatch) -> None:
    monkeypatch.delenv("CODABENCH_TOKEN")
    code, _, err = board("--add", 1)
    assert code == 1
    assert "kit login" in err


def test_adding_and_removing_at_once_is_a_wrong_command(board) -> None:
    assert board("--add", 1, "--remove", 2)[0] == 2
