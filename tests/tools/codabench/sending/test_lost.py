"""A submission whose creation was not answered: it is looked for before another is made, and no doubt makes a second.

What the looking itself runs into is here; a lost answer at each stage is in test_upload.
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.tools.codabench.delivery import parcel_of, require_one, sender_of
from tests.tools.codabench.platform import Fault, Platform
from tests.tools.codabench.platform.bodies import page_not_found, proxy_error
from tests.tools.codabench.platform.messages import Answer
from tools import history
from tools.codabench import journal
from tools.codabench.errors import (
    PlatformError,
    RejectedError,
    SignedOutError,
    UnexpectedAnswerError,
    UnreachableError,
)
from tools.codabench.journal import Parcel, Stage
from tools.codabench.sending.lost import SETTLE_S, SETTLED
from tools.codabench.sending.upload import submitted
from tools.codabench.transport.patience import Patience

pytestmark = pytest.mark.slow  # over sockets, again and again

NOTHING = Fault.mutated(lambda _found: [])
MAY = Fault.mutated(lambda _answer: {"can": True, "reason": None})
NO_ANSWERS = {
    "a page with 404": page_not_found(),
    "a page with 403": proxy_error(403, "Forbidden"),
    "another site's 404": Answer.json({"detail": "Not found."}, 404),
    "a refusal that names the data": Answer.json({"data": ["no"]}, 400),
}
PASSING = [
    Fault.cut_before(),
    Fault.cut_answer(50),
    Fault.status(500),
    Fault.unavailable(1),
    Fault.too_many(1),
    Fault.html(),
    Fault.truncated(),
    Fault.dribble(0.0001),
]
CREATED = [Fault.cut_processed(), Fault.cut_answer(50), Fault.status(500, processed=True), Fault.html(processed=True)]
NOT_CREATED = [Fault.cut_received(), Fault.status(502)]


def created(platform: Platform) -> int:
    """How often a submission was asked for."""
    return len(platform.asked("create_submission"))


@pytest.mark.parametrize("answer", NO_ANSWERS.values(), ids=NO_ANSWERS)
@pytest.mark.parametrize("lost", [*CREATED[:2], *NOT_CREATED], ids=lambda one: one.name)
@pytest.mark.parametrize("stage", ["list_submissions", "can"])
def test_a_refusal_to_tell_whether_it_is_there_sends_nothing_more(
    stage: str, lost: Fault, answer: Answer, platform: Platform, parcel: Parcel
) -> None:
    """A page with 404 of a proxy was once taken for a data set that is gone, and all was sent a second time."""
    platform.fail("create_submission", lost)
    platform.fail("list_submissions", NOTHING if stage == "can" else Fault(name="refused", answer=answer))
    platform.fail("can", Fault(name="refused", answer=answer))
    sender = sender_of(platform)
    with pytest.raises(UnreachableError, match="whether the submission is there is not known"):
        sender.send(parcel)
    assert (created(platform), len(platform.asked("create_dataset"))) == (1, 1)
    platform.heal()
    require_one(platform, parcel, sender.send(parcel))
    assert created(platform) == (1 if lost in CREATED else 2)


@pytest.mark.parametrize("answer", NO_ANSWERS.values(), ids=NO_ANSWERS)
def test_what_is_taken_up_is_not_sent_again_on_a_refusal_either(
    answer: Answer, platform: Platform, parcel: Parcel
) -> None:
    refused = Fault(name="refused", answer=answer)
    platform.fail("create_submission", Fault.cut_processed())
    platform.fail("list_submissions", refused, times=2)
    sender = sender_of(platform)
    for _ in range(2):
        with pytest.raises(UnreachableError, match="is not known"):
            sender.send(parcel)
    require_one(platform, parcel, sender.send(parcel))
    assert (created(platform), len(platform.asked("create_dataset"))) == (1, 1)


def test_a_token_that_is_refused_meanwhile_is_told_as_that(platform: Platform, parcel: Parcel) -> None:
    user = platform.user("participant")
    token, sender = user.token, sender_of(platform)
    platform.fail("create_submission", Fault.cut_processed())
    platform.fail("list_submissions", Fault.mutated(lambda _: setattr(user, "token", "0" * 40) or []))
    with pytest.raises(SignedOutError):
        sender.send(parcel)
    user.token = token
    require_one(platform, parcel, sender.send(parcel))


@pytest.mark.parametrize("fault", PASSING, ids=lambda one: one.name)
@pytest.mark.parametrize("lost", [Fault.cut_processed(), Fault.cut_received()], ids=lambda one: one.name)
def test_looking_goes_on_through_trouble(fault: Fault, lost: Fault, platform: Platform, parcel: Parcel) -> None:
    platform.fail("create_submission", lost)
    planned = [platform.fail("list_submissions", fault)]
    if lost.cut == "received":
        planned += [platform.fail("can", fault), platform.fail("list_submissions", fault, after=2)]
    require_one(platform, parcel, sender_of(platform).send(parcel))
    assert [one.hits for one in planned] == [1] * len(planned)
    assert created(platform) == (1 if lost.cut == "processed" else 2)


ODD = {
    "a list": Fault.mutated(lambda answer: [answer]),
    "no id": Fault.mutated(lambda answer: {key: value for key, value in answer.items() if key != "id"}),
    "another id": Fault.mutated(lambda answer: answer | {"id": "many"}),
    "null": Fault.mutated(lambda _: b"null"),
    "nothing": Fault(name="nothing", answer=Answer(201), processed=True),
    "no content": Fault(name="no content", answer=Answer(204), processed=True),
}


@pytest.mark.parametrize("fault", ODD.values(), ids=ODD)
def test_an_answer_of_another_form_is_looked_into(fault: Fault, platform: Platform, parcel: Parcel) -> None:
    platform.fail("create_submission", fault)
    require_one(platform, parcel, sender_of(platform).send(parcel))
    assert created(platform) == 1


def test_an_answer_of_another_form_behind_which_is_nothing_ends_the_run(platform: Platform, parcel: Parcel) -> None:
    platform.fail("create_submission", Fault(name="another", answer=Answer.json({"ok": True})), times=None)
    sender = sender_of(platform)
    with pytest.raises(UnexpectedAnswerError):
        sender.send(parcel)
    assert created(platform) == 1
    platform.heal()
    require_one(platform, parcel, sender.send(parcel))


@pytest.mark.parametrize("behaviour", ["500 HTML", "400 JSON"])
@pytest.mark.parametrize("limit", ["max_submissions_per_day", "max_submissions_per_person"])
def test_a_limit_that_the_lost_one_itself_has_filled_is_no_refusal(
    behaviour: str, limit: str, platform: Platform, parcel: Parcel
) -> None:
    """It came to light only after the look, so that the second request meets a full limit."""
    platform.settings.limit_behaviour = behaviour  # type: ignore[assignment]
    setattr(platform.competition.phases[0], limit, 1)
    platform.fail("create_submission", Fault.cut_processed())
    platform.fail("list_submissions", NOTHING, times=len(SETTLE_S))
    platform.fail("can", MAY, times=len(SETTLE_S))
    require_one(platform, parcel, sender_of(platform).send(parcel))
    assert created(platform) == 2


@pytest.mark.parametrize(
    ("refuse", "code"),
    [
        (lambda one: one.participants.update(participant="denied"), "UPL002"),
        (lambda one: setattr(one.phases[0], "max_submissions_per_day", 1), "UPL004"),
    ],
)
@pytest.mark.parametrize(
    "fault", [Fault.status(502), Fault.status(500), Fault.cut_received()], ids=lambda one: one.name
)
def test_what_cannot_be_any_more_is_told_although_only_trouble_answers(
    refuse: Callable[[Any], object], code: str, fault: Fault, platform: Platform, parcel: Parcel
) -> None:
    sender = sender_of(platform)
    place = sender.client.new_data_set("other.zip", 10, platform.competition.id)
    other = sender.client.new_submission(place.key, parcel.phase)
    refuse(platform.competition)
    platform.fail("create_submission", fault, times=None)
    with pytest.raises(RejectedError) as refused:
        sender.send(parcel)
    assert refused.value.code == code
    assert created(platform) == 2
    assert [one.id for one in platform.submissions] == [other.id]


def test_what_was_taken_up_looks_as_long_as_a_server_may_still_be_at_it(platform: Platform, parcel: Parcel) -> None:
    platform.fail("create_submission", Fault.cut_processed())
    platform.fail("list_submissions", Fault.status(502), times=None)
    with pytest.raises(PlatformError):
        sender_of(platform).send(parcel)
    platform.heal()
    platform.fail("list_submissions", NOTHING, times=len(SETTLE_S) - 1)
    waits: list[float] = []
    require_one(platform, parcel, sender_of(platform, Patience(sleep=waits.append)).send(parcel))
    assert waits == pytest.approx([0.002 * wait for wait in SETTLE_S])
    assert created(platform) == 1


@pytest.mark.parametrize(("share", "looks"), [(0.9, len(SETTLE_S)), (1.1, 1)], ids=["fresh", "old"])
def test_it_looks_for_a_while_only_where_the_attempt_is_fresh(
    share: float, looks: int, platform: Platform, parcel: Parcel
) -> None:
    platform.fail("create_submission", Fault.status(502), times=None)
    sender = sender_of(platform)
    with pytest.raises(PlatformError):
        sender.send(parcel)
    platform.heal()
    with history.opened() as connection:
        at = (history.utc_now() - share * SETTLED).isoformat()
        connection.execute("UPDATE upload SET at = ?", (at,))
    platform.requests.clear()
    require_one(platform, parcel, sender.send(parcel))
    assert len(platform.asked("list_submissions")) == looks


def test_one_creation_with_its_pauses_is_shorter_than_what_counts_as_fresh() -> None:
    patience = Patience()
    longest = patience.attempts * (patience.retry_after_s + patience.connect_s + patience.write_s + patience.answer_s)
    assert SETTLED.total_seconds() > longest
    assert sum(SETTLE_S) > 30


def test_each_request_is_written_down_before_it_is_sent(platform: Platform, parcel: Parcel) -> None:
    """The moment of the last one tells how patiently to look for it, not that of the first."""
    platform.fail("create_submission", Fault.cut_received(), times=2)
    sent = sender_of(platform).send(parcel)
    with history.opened() as connection:
        noted = "SELECT at FROM upload_stage WHERE upload = ? AND stage = ? AND has_ended = 0"
        rows = connection.execute(noted, (sent.id, Stage.SUBMISSION.value)).fetchall()
    assert len(rows) == created(platform) == 3


def test_of_several_tasks_the_parent_is_the_one(platform: Platform, parcel: Parcel) -> None:
    several = platform.add_competition(tasks=3)
    there = Parcel(**vars(parcel) | {"competition": several.id, "phase": several.phases[0].id})
    platform.fail("create_submission", Fault.cut_processed())
    platform.settings.children_after_polls = 0
    sent = sender_of(platform).send(there)
    parents = [one for one in platform.submissions if one.parent is None]
    assert [one.id for one in parents] == [sent.submission]
    assert len(platform.submissions) == 4


def test_it_is_not_found_under_another_upload_of_the_same_zip(platform: Platform, parcel: Parcel) -> None:
    """With --force the same zip goes twice: each name is one upload's alone."""
    first = sender_of(platform).send(parcel)
    platform.fail("create_submission", Fault.cut_received())
    second = sender_of(platform).send(parcel)
    assert {first.submission, second.submission} == {one.id for one in platform.submissions}
    assert len(submitted(parcel)) == 2


def test_it_is_not_found_in_another_phase(platform: Platform, parcel: Parcel, tmp_path) -> None:
    platform.competition.phases[1].start = platform.competition.phases[0].start
    other = parcel_of(platform, tmp_path / "again.zip", phase=1)
    sender_of(platform).send(other)
    platform.fail("create_submission", Fault.cut_received())
    sent = sender_of(platform).send(parcel)
    assert {one.id: one.phase for one in platform.submissions}[sent.submission] == parcel.phase
    assert len(journal.uploads()) == len(platform.submissions) == 2
