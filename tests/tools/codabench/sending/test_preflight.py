"""What is asked before an upload: in which order, where the asking stops, and that nothing is written meanwhile."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.tools.codabench.platform import Fault, Platform, plans
from tests.tools.codabench.platform.messages import Answer
from tests.tools.codabench.sent import HTTP, SHA, ZIP, client_of, note_upload, submit
from tools import history
from tools.codabench import journal
from tools.codabench.answers import Competition, Phase, Question
from tools.codabench.client import Client
from tools.codabench.host import Host
from tools.codabench.journal import Stage, Upload
from tools.codabench.sending.naming import new_name
from tools.codabench.sending.preflight import Asked, Wanted, ask, require_unchanged
from tools.codabench.token import Token
from tools.codabench.transport.wire import Wire
from tools.errors import KitError, UsageError

QUESTIONS = ["whoami", "competition", "list_submissions", "can", "quota"]
WRITES = {"create_dataset", "put", "completed", "create_submission", "register", "delete_dataset"}
SHEET = {"team": {"key": "team", "type": "text", "title": "Team", "selection": "", "is_required": "true"}}


@pytest.fixture
def platform(platform: Platform) -> Platform:
    """The zip has passed here."""
    history.record_evaluation({"zip_sha256": SHA, "verdict": "pass"}, zip_path=Path("x.zip"), competition="wheat")
    return platform


def wanted(platform: Platform, **more: Any) -> Wanted:
    facts = {
        "zip_path": Path("x.zip"),
        "zip_sha256": SHA,
        "size_bytes": len(ZIP),
        "competition": platform.competition.id,
        "choose": lambda found: found.phases[0],
    }
    return Wanted(**(facts | more))


def asked_of(platform: Platform, client: Client | None = None, **more: Any) -> Asked:
    """Ask, with the log of requests as it was empty, and see that nothing was written."""
    platform.requests.clear()
    found = ask(client or client_of(platform), wanted(platform, **more))
    assert not WRITES & set(stages(platform))
    return found


def stages(platform: Platform) -> list[str]:
    return [record.stage for record in platform.requests]


def stop(platform: Platform, stage: Stage, *, has_ended: bool = False) -> Upload:
    """An upload that was stopped in this stage, or after it."""
    upload = journal.begin_upload(asked_of(platform).parcel, new_name(Path("x.zip"), SHA))
    return journal.end(upload, stage) if has_ended else journal.begin(upload, stage)


def send(platform: Platform, plan: plans.Plan, *, name: str = "") -> int:
    """Submit the zip under the name of an upload, as another machine would."""
    number = submit(platform, plan)
    one = next(one for one in platform.submissions if one.id == number)
    one.dataset.stored_name = f"dataset/2026/abc/{name or new_name(Path('x.zip'), SHA)}"
    platform.finish(one)
    return number


def close_phase(platform: Platform) -> None:
    platform.competition.phases[0].end = platform.competition.phases[0].start + timedelta(days=1)


def fill_day(platform: Platform) -> None:
    platform.competition.phases[0].max_submissions_per_day = 1
    send(platform, plans.good(), name="other.zip")


def throw_out(platform: Platform) -> None:
    platform.competition.participants["participant"] = "denied"


def fill_storage(platform: Platform) -> None:
    platform.user("participant").used_bytes = 15 * 10**9


def send_before(platform: Platform) -> None:
    send(platform, plans.good())


STOPS = {
    "not a participant": (throw_out, 3),
    "a phase that is not open": (close_phase, 3),
    "sent before": (send_before, 3),
    "the day is full": (fill_day, 4),
    "no room": (fill_storage, 5),
}


def test_everything_is_asked_once_the_cheap_first_and_nothing_is_written(platform: Platform) -> None:
    found = asked_of(platform)
    assert stages(platform) == QUESTIONS
    assert found.account is not None
    assert (found.account.username, found.complaints, found.trouble) == ("participant", (), None)
    assert (found.found, found.stopped, found.earlier) == (None, None, ())
    assert all(record.method == "GET" for record in platform.requests)


@pytest.mark.parametrize(("refuse", "count"), STOPS.values(), ids=STOPS)
def test_the_asking_stops_at_the_first_refusal_and_the_user_is_not_troubled(platform, refuse, count) -> None:
    refuse(platform)
    platform.competition.fact_sheet = SHEET
    asked: list[Mapping[str, Question]] = []
    found = asked_of(platform, answer=lambda sheet: asked.append(sheet) or {})
    assert stages(platform) == QUESTIONS[:count]
    assert (asked, found.complaints) == ([], None)


@pytest.mark.parametrize("verdict", [None, "fail"])
def test_without_a_passing_verdict_of_this_very_zip_nothing_is_asked(platform, verdict) -> None:
    other = hashlib.sha256(b"another").hexdigest()
    if verdict:
        history.record_evaluation({"zip_sha256": other, "verdict": verdict}, zip_path=Path("y.zip"), competition="w")
    found = asked_of(platform, zip_sha256=other)
    assert (stages(platform), found.verdict, found.account) == ([], verdict, None)
    assert asked_of(platform, zip_sha256=other, force=True).complaints == ()


def test_the_latest_verdict_counts(platform) -> None:
    history.record_evaluation({"zip_sha256": SHA, "verdict": "fail"}, zip_path=Path("x.zip"), competition="wheat")
    assert asked_of(platform).verdict == "fail"
    assert stages(platform) == []


def signed_in(platform: Platform, token: Token | None) -> Client:
    return Client(Wire(host=Host(platform.url), token=token, http=HTTP))


def test_without_a_token_nothing_is_asked(platform) -> None:
    found = asked_of(platform, signed_in(platform, None))
    assert stages(platform) == []
    assert found.trouble is not None
    assert found.trouble.code == "UPL001"


@pytest.mark.parametrize(
    ("token", "told"),
    [
        (Token("f" * 40, "CODABENCH_TOKEN"), "does not know your token, which CODABENCH_TOKEN holds"),
        (Token("f" * 40, "a file"), "does not know your token, which a file holds"),
    ],
)
def test_a_token_that_is_refused_is_told_with_the_place_that_it_is_in(platform, token, told) -> None:
    found = asked_of(platform, signed_in(platform, token))
    assert stages(platform) == QUESTIONS[:1]
    assert found.trouble is not None
    assert (found.trouble.code, told in str(found.trouble)) == ("UPL001", True)
    assert "f" * 40 not in str(found.trouble)


@pytest.mark.parametrize("number", range(len(QUESTIONS)))
@pytest.mark.parametrize("fault", [Fault.status(502), Fault.html(), Fault.cut_before()], ids=lambda one: one.name)
def test_trouble_at_any_question_ends_the_asking(platform, number, fault) -> None:
    platform.fail(QUESTIONS[number], fault, times=None)
    found = asked_of(platform)
    assert found.trouble is not None
    assert found.trouble.code == "UPL009"
    assert list(dict.fromkeys(stages(platform))) == QUESTIONS[: number + 1]


def test_a_passing_trouble_is_none(platform) -> None:
    for question in QUESTIONS:
        platform.fail(question, Fault.status(503))
    found = asked_of(platform)
    assert (found.trouble, found.complaints) == (None, ())


def test_a_question_that_is_answered_in_another_form_is_told(platform) -> None:
    platform.fail("can", Fault(name="another form", answer=Answer.json({"may": True})))
    found = asked_of(platform)
    assert found.trouble is not None
    assert (found.trouble.code, "can" in str(found.trouble)) == ("UPL009", True)


def test_a_private_competition_is_asked_for_with_its_key(platform) -> None:
    private = platform.add_competition(secret_key="a-key", registered=False)
    found = asked_of(platform, competition=private.id)
    assert found.trouble is not None
    assert (found.trouble.code, found.trouble.exit_code) == (None, 1)
    found = asked_of(platform, competition=private.id, secret_key="a-key")
    assert found.competition is not None
    assert (found.trouble, found.competition.participant_status) == (None, None)


def test_a_phase_that_there_is_not_is_the_user_s_matter(platform) -> None:
    def choose(_found: Competition) -> Phase:
        raise UsageError("there is no such phase", "give another")

    with pytest.raises(UsageError):
        asked_of(platform, choose=choose)


# What was sent before.


def test_what_was_sent_from_here_is_known_by_the_journal_whatever_its_name(platform) -> None:
    number = send(platform, plans.good(), name="renamed.zip")
    note_upload(platform, number)
    found = asked_of(platform)
    assert [one.id for one in found.earlier or ()] == [number]
    assert stages(platform) == [*QUESTIONS[:3], "submission"]


def test_what_was_sent_from_elsewhere_is_known_by_its_name(platform) -> None:
    number = send(platform, plans.good())
    assert journal.uploads() == []
    assert [one.id for one in asked_of(platform).earlier or ()] == [number]


@pytest.mark.parametrize("name", ["x.zip", "x-{}.zip", "x-{}-short.zip", "x-00000000-k3v9qa.zip", "x-{}-k3v9qa.txt"])
def test_what_only_looks_alike_is_another_zip(platform, name) -> None:
    send(platform, plans.good(), name=name.format(SHA[:8]))
    assert asked_of(platform).earlier == ()


@pytest.mark.parametrize("status", ["Failed", "Cancelled"])
def test_what_failed_or_was_cancelled_is_passed_over(platform, status) -> None:
    send(platform, plans.good())
    platform.submissions[0].status = status
    found = asked_of(platform)
    assert (found.earlier, found.found, found.complaints) == ((), None, ())


@pytest.mark.parametrize("status", ["Submitting", "Submitted", "Preparing", "Running", "Scoring"])
def test_what_still_runs_is_found_and_nothing_more_is_asked(platform, status) -> None:
    number = send(platform, plans.good())
    platform.submissions[0].status = status
    found = asked_of(platform)
    assert found.found is not None
    assert (found.found.id, stages(platform)) == (number, QUESTIONS[:3])


def test_a_submission_that_the_journal_knows_and_the_platform_does_not_is_none(platform) -> None:
    note_upload(platform, 4711)
    found = asked_of(platform)
    assert (found.earlier, found.trouble) == ((), None)


def test_another_phase_has_nothing_to_do_with_it(platform) -> None:
    send(platform, plans.good())
    second = platform.competition.phases[1]
    second.start = platform.competition.phases[0].start
    found = asked_of(platform, choose=lambda one: one.phases[1])
    assert (found.earlier, found.complaints) == ((), ())


def test_with_force_all_is_asked_and_nothing_is_followed(platform) -> None:
    send(platform, plans.good())
    send(platform, plans.stuck_in("Running"))
    found = asked_of(platform, force=True)
    assert stages(platform) == QUESTIONS
    assert (len(found.earlier or ()), found.found, found.complaints) == (2, None, ())


def test_children_of_a_submission_to_several_tasks_are_not_told_as_others(platform) -> None:
    several = platform.add_competition(tasks=3)
    number = submit(platform, plans.good(), competition=several)
    client_of(platform).submission(number)  # a poll: now it has its children
    client_of(platform).submission(number)
    parent = next(one for one in platform.submissions if one.id == number)
    assert len(parent.children) == 3
    name = f"dataset/2026/abc/{new_name(Path('x.zip'), SHA)}"
    for one in platform.submissions:
        one.dataset.stored_name = name
    platform.finish(parent)
    found = asked_of(platform, competition=several.id)
    assert [one.id for one in found.earlier or ()] == [number]


# Uploads that were stopped.


def test_the_submission_of_a_stopped_upload_is_found_whatever_became_of_it(platform) -> None:
    stopped = stop(platform, Stage.SUBMISSION)
    for status in ("Failed", "Running", "Finished"):
        number = send(platform, plans.good(), name=stopped.file_name)
        platform.submissions[-1].status = status
        found = asked_of(platform)
        assert found.found is not None
        assert (found.found.id, found.stopped) == (number, stopped)
        assert stages(platform) == QUESTIONS[:3]


def test_a_stopped_upload_without_a_submission_is_gone_on_with(platform) -> None:
    stopped = stop(platform, Stage.SUBMISSION)
    found = asked_of(platform)
    assert (found.found, found.stopped, found.complaints) == (None, stopped, ())


def test_where_another_one_of_the_same_zip_runs_a_stopped_upload_is_not_gone_on_with(platform) -> None:
    stop(platform, Stage.BODY)
    number = send(platform, plans.good())
    platform.submissions[0].status = "Running"
    found = asked_of(platform)
    assert found.found is not None
    assert (found.found.id, found.stopped) == (number, None)


@pytest.mark.parametrize(
    ("stage", "has_ended", "has_room"),
    [
        (Stage.DATA_SET, True, False),
        (Stage.BODY, False, False),
        (Stage.BODY, True, True),
        (Stage.COMPLETED, False, True),
        (Stage.SUBMISSION, False, True),
    ],
)
def test_a_zip_that_is_there_already_wants_no_more_room(platform, stage, has_ended, has_room) -> None:
    stop(platform, stage, has_ended=has_ended)
    platform.user("participant").used_bytes = 15 * 10**9 - len(ZIP) + 1
    found = asked_of(platform)
    assert (found.has_room, found.complaints) == (has_room, () if has_room else None)


def test_an_upload_that_another_process_began_meanwhile_is_not_gone_past(platform) -> None:
    found = asked_of(platform)
    require_unchanged(found)
    journal.begin_upload(found.parcel, "another.zip")
    with pytest.raises(KitError, match=r"another kit upload has sent x\.zip meanwhile"):
        require_unchanged(found)
    require_unchanged(replace(found, newest=journal.uploads()[0].id))


# The fact sheet.


def test_the_answers_are_asked_for_last_and_judged(platform) -> None:
    platform.competition.fact_sheet = SHEET
    seen: list[list[str]] = []

    def answer(sheet: Mapping[str, Question]) -> Mapping[str, str]:
        seen.append([*stages(platform), *sheet])
        return {"team": "we", "colour": "red"}

    found = asked_of(platform, answer=answer)
    assert seen == [[*QUESTIONS, "team"]]
    assert found.complaints == ("colour is no question of this competition: it asks team",)
    assert asked_of(platform).complaints == ("team (Team) requires an answer",)
