"""A submission is followed to its last word: through passing statuses, restarts and odd answers, without haste."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from tests.tools.codabench.platform import Column, Fault, Plan, Platform, Step, plans
from tests.tools.codabench.sent import client_of, of, submit
from tools import history
from tools.codabench import journal
from tools.codabench.errors import AbsentError, RejectedError, SignedOutError, UnreachableError
from tools.codabench.following.events import Answering, Changed, Silent, Stuck
from tools.codabench.following.follower import Follower, Pacing, stuck
from tools.codabench.token import Token

pytestmark = pytest.mark.slow  # over sockets, again and again


class Clock:
    """A clock that only sleeping moves; it keeps when each sleep began and how long it was."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def platform(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Platform:
    """Followed in real seconds, of a clock that does not wait."""
    monkeypatch.delenv("KIT_HTTP_PACE")
    return platform


def follower_of(platform: Platform, number: int, **pacing: float) -> tuple[Follower, Clock]:
    clock = Clock()
    chosen = Pacing(**pacing)
    return Follower(client_of(platform), number, pacing=chosen, sleep=clock.sleep, clock=clock), clock


def statuses(follower: Follower) -> list[str]:
    assert follower.parent is not None
    return [seen.status for seen in follower.parent.seen]


@pytest.mark.parametrize(
    ("plan", "last", "has_scores"),
    [
        (plans.good(), ["Running", "Finished"], True),
        (plans.scores_late(polls=4), ["Running", "Finished"], True),
        (plans.finished_then_failed(polls=2), ["Running", "Finished", "Failed"], False),
        (plans.failed_then_running_then_failed(), ["Failed", "Running", "Failed"], False),
        (plans.failed_then_finished(), ["Scoring", "Running", "Finished"], True),
        (plans.finished_without_scores(), ["Running", "Finished"], False),
        (plans.not_a_zip(), ["Submitted", "Preparing", "Failed"], False),
    ],
    ids=lambda value: value.name if isinstance(value, Plan) else "",
)
def test_an_end_counts_only_when_it_is_the_last_word(platform, plan, last, has_scores) -> None:
    follower, _ = follower_of(platform, submit(platform, plan))
    list(follower.events())
    assert follower.has_ended
    assert statuses(follower)[-len(last) :] == last
    assert bool(follower.parent.submission.scores) == has_scores


def test_scores_that_come_one_by_one_are_all_waited_for(platform) -> None:
    columns = [Column(900 + number, key, key, number) for number, key in enumerate("abcde")]
    competition = platform.add_competition(columns=columns)
    steps = [Step("Finished", scores={key: 0.5}, polls=2 if key == "a" else 1) for key in "abcde"]
    plan = Plan("one by one", (*plans.good().steps[:-1], *steps))
    follower, _ = follower_of(platform, submit(platform, plan, competition=competition))
    list(follower.events())
    assert set(follower.parent.submission.values) == set("abcde")


def test_a_failure_that_lasts_a_while_can_still_pass(platform) -> None:
    steps = plans.failed_then_finished().steps
    lasting = tuple(replace(step, polls=5) if step.status == "Failed" else step for step in steps)
    follower, _ = follower_of(platform, submit(platform, Plan("lasting", lasting)))
    list(follower.events())
    assert statuses(follower)[-1] == "Finished"


def test_however_slow_an_end_is_looked_at_three_times(platform) -> None:
    steps = plans.failed_then_finished().steps
    lasting = tuple(replace(step, polls=2) if step.status == "Failed" else step for step in steps)
    follower, _ = follower_of(platform, submit(platform, Plan("slow", lasting)), first_s=90, settling_s=90)
    list(follower.events())
    assert statuses(follower)[-1] == "Finished"


def test_it_asks_seldom_while_nothing_changes_and_often_after_a_change(platform) -> None:
    number = submit(platform, plans.finished_after(polls=30))
    follower, clock = follower_of(platform, number)
    list(follower.events())
    running = clock.slept[5:30]
    assert running[0] < 4
    assert max(running) == 30.0
    assert all(before <= after for before, after in pairwise(running))
    assert clock.slept[-1] <= 5.0
    assert clock.slept[clock.slept.index(30.0) :][-1] < 30.0


def test_never_more_than_one_request_a_second(platform) -> None:
    competition = platform.add_competition(tasks=4)
    clock = Clock()
    asked = []
    follower = Follower(
        client_of(platform), submit(platform, plans.good(), competition=competition), sleep=clock.sleep, clock=clock
    )
    send = follower._ask

    def ask(number: int):
        answer = send(number)
        asked.append(clock.now)
        return answer

    follower._ask = ask
    list(follower.events())
    assert len(asked) > 10
    assert min(after - before for before, after in pairwise(asked)) >= 1.0


def test_children_are_followed_each_and_the_parent_says_nothing(platform) -> None:
    competition = platform.add_competition(tasks=3)

    def plan_for(submission):
        if submission.parent is None:
            return plans.good()
        last = submission.tasks[0] == competition.tasks[2].id
        return plans.predict_raises().slower(3) if last else plans.good()

    number = submit(platform, plan_for, competition=competition)
    follower, _ = follower_of(platform, number)
    list(follower.events())
    assert follower.has_ended
    assert [row.submission.status for row in follower.children] == ["Finished", "Finished", "Failed"]
    assert [row.submission.task.name for row in follower.leaves] == [task.name for task in competition.tasks]
    assert follower.parent.submission.status == "Finished"


def test_a_child_that_has_ended_is_not_asked_for_again(platform) -> None:
    competition = platform.add_competition(tasks=2)
    slow = competition.tasks[1].id
    number = submit(
        platform,
        lambda one: plans.finished_after(polls=60) if one.tasks[0] == slow else plans.good(),
        competition=competition,
    )
    follower, _ = follower_of(platform, number)
    list(follower.events())
    fast, slow_child = (row.submission.id for row in follower.children)
    asked = [record.path for record in platform.asked("submission")]
    assert asked.count(f"/api/submissions/{fast}/") < asked.count(f"/api/submissions/{slow_child}/") / 2


def test_cancelled_is_final_at_once(platform) -> None:
    number = submit(platform, plans.stuck_in("Submitted"))
    client_of(platform).cancel(number)
    follower, clock = follower_of(platform, number)
    list(follower.events())
    assert follower.has_ended
    assert clock.slept == []


@pytest.mark.parametrize(
    "fault",
    [
        Fault.cut_before(),
        Fault.cut_answer(30),
        Fault.status(502),
        Fault.status(500),
        Fault.unavailable(),
        Fault.html(),
        Fault.truncated(),
        Fault.mutated(lambda _: []),
        Fault.mutated(lambda _: {"results": [], "next": None, "previous": None, "count": 0}),
        Fault.mutated(lambda row: row.pop("status") and None),
    ],
    ids=lambda fault: fault.name,
)
def test_odd_answers_are_outlasted(platform, fault) -> None:
    number = submit(platform, plans.good())
    platform.fail("submission", fault, times=3, after=2)
    follower, _ = follower_of(platform, number)
    events = list(follower.events())
    assert statuses(follower)[-1] == "Finished"
    assert len([event for event in events if isinstance(event, Silent)]) == 1
    assert len([event for event in events if isinstance(event, Answering)]) == 1


def test_a_restart_of_the_server_is_outlasted(platform, monkeypatch) -> None:
    monkeypatch.setenv("KIT_HTTP_PACE", "0.02")
    number = submit(platform, plans.good())
    follower = Follower(client_of(platform), number)
    events = []
    for event in follower.events():
        if not events:
            platform.restart(0.3, "site")
        events.append(event)
    assert statuses(follower)[-1] == "Finished"
    assert any(isinstance(event, Silent) for event in events)


def test_silence_is_told_once_a_minute_and_ends_after_half_an_hour(platform) -> None:
    number = submit(platform, plans.good())
    platform.fail("submission", Fault.status(502), times=None, after=1)
    follower, clock = follower_of(platform, number)
    events = []
    with pytest.raises(UnreachableError) as raised:
        events.extend(follower.events())  # extend keeps what came before the error
    told = [event.seconds for event in events if isinstance(event, Silent)]
    assert 25 <= len(told) <= 31
    assert all(after - before >= 60 for before, after in pairwise(told))
    assert 1800 <= clock.now - 1000 < 1900
    assert raised.value.code == "UPL009"
    assert raised.value.fix == f"kit watch {number} goes on"


def test_a_server_that_asks_for_patience_gets_it(platform) -> None:
    number = submit(platform, plans.good())
    platform.fail("submission", Fault.unavailable(77), after=1)
    follower, clock = follower_of(platform, number)
    list(follower.events())
    assert 77.0 in clock.slept


def test_a_token_that_is_refused_ends_it_at_once(platform) -> None:
    number = submit(platform, plans.good())
    clock = Clock()
    client = client_of(platform)
    object.__setattr__(client.wire, "token", Token("0" * 40))
    with pytest.raises(SignedOutError):
        list(Follower(client, number, sleep=clock.sleep, clock=clock).events())
    assert clock.slept == []


def test_a_wrong_number_and_a_banned_user_end_it_at_once(platform) -> None:
    follower, clock = follower_of(platform, 4711)
    with pytest.raises(AbsentError):
        list(follower.events())
    number = submit(platform, plans.good())
    platform.user("participant").banned = True
    follower, _ = follower_of(platform, number)
    with pytest.raises(RejectedError, match="banned"):
        list(follower.events())
    assert clock.slept == []


def test_a_proxys_own_404_in_the_middle_is_outlasted_but_not_at_the_start(platform) -> None:
    from tests.tools.codabench.platform.bodies import page_not_found

    page = Fault(name="a page that says 404", answer=page_not_found())
    number = submit(platform, plans.good())
    platform.fail("submission", page, after=1)
    follower, _ = follower_of(platform, number)
    list(follower.events())
    assert statuses(follower)[-1] == "Finished"
    platform.fail("submission", page)
    with pytest.raises(AbsentError):
        list(follower_of(platform, number)[0].events())


def test_a_submission_that_was_deleted_meanwhile_ends_it_soon(platform) -> None:
    number = submit(platform, plans.stuck_in("Running"))
    follower, clock = follower_of(platform, number)
    events = follower.events()
    next(events)
    of(platform, number).is_soft_deleted = True
    with pytest.raises(AbsentError):
        list(events)
    assert clock.now - 1000 < 15


def test_the_time_out_is_the_users_and_ends_without_a_word(platform) -> None:
    number = submit(platform, plans.stuck_in("Running"))
    follower, clock = follower_of(platform, number)
    list(follower.events(timeout_s=100))
    assert not follower.has_ended
    assert clock.now == pytest.approx(1100)
    follower, clock = follower_of(platform, number)
    list(follower.events(timeout_s=0))
    assert clock.slept == []
    assert follower.parent is not None


@pytest.mark.parametrize(
    ("status", "code", "after_s"),
    [
        ("Submitting", "SRV022", 180),
        ("Submitted", "SRV021", 300),
        ("Preparing", "SRV023", 900),
        ("Running", "SRV023", 900),
        ("Scoring", "SRV023", 600),
    ],
)
def test_a_status_that_stays_is_explained_once(platform, status, code, after_s) -> None:
    follower, _ = follower_of(platform, submit(platform, plans.stuck_in(status)))
    hints = [event for event in follower.events(timeout_s=4000) if isinstance(event, Stuck)]
    assert [hint.code for hint in hints] == [code]
    assert after_s <= hints[0].seconds <= after_s + 31


def test_a_run_within_a_long_limit_is_not_stuck(platform) -> None:
    follower, _ = follower_of(platform, submit(platform, plans.stuck_in("Running")))
    follower.limit_s = 7200
    assert not [event for event in follower.events(timeout_s=7000) if isinstance(event, Stuck)]


def test_a_parent_without_children_is_explained(platform) -> None:
    number = submit(platform, plans.stuck_in("Submitting"))
    submission = client_of(platform).submission(number).model_copy(update={"has_children": True})
    assert stuck(submission, 600) == ("SRV025", 120.0)


def test_a_watch_that_was_stopped_goes_on_with_the_same_timeline(platform) -> None:
    number = submit(platform, plans.good().slower(2))
    first, _ = follower_of(platform, number)
    events = first.events()
    for event in events:
        if isinstance(event, Changed) and event.row.submission.status == "Scoring":
            break
    events.close()
    second, _ = follower_of(platform, number)
    list(second.events())
    assert statuses(second) == ["Submitted", "Preparing", "Scoring", "Running", "Finished"]
    assert [seen.status for seen in journal.statuses(platform.url, number)] == statuses(second)


def test_what_ended_long_ago_needs_no_grace(platform) -> None:
    number = submit(platform, plans.not_a_zip())
    first, _ = follower_of(platform, number)
    list(first.events())
    an_hour_ago = (datetime.now(UTC) - timedelta(hours=1)).isoformat(timespec="milliseconds")
    with history.opened(journal.SCHEMA) as connection:
        connection.execute("UPDATE status_seen SET at = ?", (an_hour_ago,))
    second, clock = follower_of(platform, number)
    list(second.events())
    assert second.has_ended
    assert clock.slept == []


def test_what_was_made_days_ago_needs_no_grace_either(platform) -> None:
    number = submit(platform, plans.not_a_zip())
    platform.finish(of(platform, number))
    of(platform, number).created_when -= timedelta(days=3)
    follower, clock = follower_of(platform, number)
    list(follower.events())
    assert follower.has_ended
    assert clock.slept == []


def test_a_journal_that_cannot_be_written_stops_nothing(platform, monkeypatch, tmp_path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("KIT_DATA_DIR", str(tmp_path / "file" / "below"))
    follower, _ = follower_of(platform, submit(platform, plans.good()))
    list(follower.events())
    assert statuses(follower) == ["Submitted", "Preparing", "Scoring", "Running", "Finished"]
    assert "history" in str(follower.memory.trouble)


def test_nothing_is_ever_cancelled(platform) -> None:
    follower, _ = follower_of(platform, submit(platform, plans.stuck_in("Submitted")))
    list(follower.events(timeout_s=5000))
    assert platform.asked("cancel") == []
