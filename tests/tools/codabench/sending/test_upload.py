"""A zip on its way through one fault at each place: one submission in the end, or the right refusal."""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.tools.codabench.delivery import kept, parcel_of, require_one, sender_of
from tests.tools.codabench.platform import Fault, Platform
from tests.tools.codabench.platform.bodies import page_not_found
from tests.tools.codabench.platform.messages import Answer
from tools.codabench import journal
from tools.codabench.errors import ChangedError, ExpiredError, PlatformError, RejectedError, UnexpectedAnswerError
from tools.codabench.journal import Parcel, Stage, Upload
from tools.codabench.sending.upload import clean
from tools.codabench.transport.patience import Patience
from tools.errors import KitError

pytestmark = pytest.mark.slow  # over sockets, again and again

ANYWHERE = [
    Fault.cut_before(),
    Fault.cut_before(reset=False),
    Fault.cut_received(),
    Fault.cut_processed(),
    Fault.cut_processed(reset=False),
    Fault.cut_answer(0),
    Fault.cut_answer(50),
    Fault.status(500),
    Fault.status(500, processed=True),
    Fault.status(502),
    Fault.unavailable(),
    Fault.unavailable(1),
    Fault.unavailable("Wed, 21 Oct 2015 07:28:00 GMT"),
    Fault.too_many(1),
    Fault.slow(0.05),
    Fault.dribble(0.0001),
]
BODY = [Fault.cut_body(percent, reset=reset) for percent in (1, 50, 99) for reset in (True, False)]
PAGES = [Fault.html(), Fault.html(processed=True), Fault.truncated()]
OF_THE_STORAGE = [Fault.expired(), Fault.html(), Fault.status(503).before_the_body(), Fault.expired().before_the_body()]
PLACES = [
    (stage, fault) for stage in ("create_dataset", "completed", "create_submission") for fault in ANYWHERE + PAGES
]
PLACES += [("put", fault) for fault in ANYWHERE + BODY + OF_THE_STORAGE]


@pytest.mark.parametrize(("stage", "fault"), PLACES, ids=[f"{stage}, {fault.name}" for stage, fault in PLACES])
def test_one_fault_at_a_stage_does_no_harm(stage: str, fault: Fault, platform: Platform, parcel: Parcel) -> None:
    planned = platform.fail(stage, fault)
    sent = sender_of(platform).send(parcel)
    assert planned.hits == 1
    require_one(platform, parcel, sent)


@pytest.mark.parametrize("stage", ["create_dataset", "put", "completed", "create_submission"])
@pytest.mark.parametrize(
    "fault", [Fault.cut_processed(), Fault.status(500), Fault.status(502, processed=True)], ids=lambda one: one.name
)
def test_a_platform_that_stays_in_trouble_is_given_up_and_the_next_run_goes_on(
    stage: str, fault: Fault, platform: Platform, parcel: Parcel
) -> None:
    platform.fail(stage, fault, times=None)
    sender = sender_of(platform)
    if (stage == "create_submission" and fault.processed) or (stage, fault.cut) == ("create_submission", "processed"):
        require_one(platform, parcel, sender.send(parcel))  # it was created, and found
        return
    with pytest.raises(PlatformError):
        sender.send(parcel)
    assert len(platform.asked(stage)) == sender.client.wire.patience.attempts
    platform.heal()
    require_one(platform, parcel, sender.send(parcel))


@pytest.mark.parametrize("stage", ["create_dataset", "put", "completed", "create_submission"])
def test_a_server_that_restarts_is_waited_for(stage: str, platform: Platform, parcel: Parcel) -> None:
    platform.fail(stage, Fault.refuse(0.05))
    require_one(platform, parcel, sender_of(platform, Patience(attempts=40)).send(parcel))


@pytest.mark.parametrize("behaviour", ["500 HTML", "400 JSON"])
def test_a_limit_that_was_filled_meanwhile_is_told_as_the_limit(
    behaviour: str, platform: Platform, parcel: Parcel
) -> None:
    platform.settings.limit_behaviour = behaviour  # type: ignore[assignment]
    platform.competition.phases[0].max_submissions_per_day = 1
    other = sender_of(platform).client
    place = other.new_data_set("other.zip", 10, platform.competition.id)
    other.new_submission(place.key, parcel.phase)
    with pytest.raises(RejectedError) as refused:
        sender_of(platform).send(parcel)
    assert refused.value.code == "UPL004"
    assert len(platform.asked("create_submission")) == 2


@pytest.mark.parametrize("behaviour", ["500 HTML", "400 JSON"])
def test_the_last_submission_whose_answer_was_lost_is_found_although_the_limit_is_full(
    behaviour: str, platform: Platform, parcel: Parcel
) -> None:
    platform.settings.limit_behaviour = behaviour  # type: ignore[assignment]
    platform.competition.phases[0].max_submissions_per_day = 1
    platform.fail("create_submission", Fault.cut_processed())
    require_one(platform, parcel, sender_of(platform).send(parcel))


def test_a_server_that_is_still_at_it_when_it_is_asked_again_makes_no_second_one(
    platform: Platform, parcel: Parcel
) -> None:
    platform.fail("list_submissions", Fault.mutated(lambda _found: []), times=3)  # not there yet, thrice
    platform.fail("create_submission", Fault.cut_processed())
    require_one(platform, parcel, sender_of(platform).send(parcel))


@pytest.mark.parametrize("stage", ["create_dataset", "put", "completed", "create_submission"])
def test_a_client_that_gave_up_waiting_does_not_do_it_twice(stage: str, platform: Platform, parcel: Parcel) -> None:
    platform.fail(stage, Fault.slow(0.8))
    require_one(platform, parcel, sender_of(platform, Patience(read_s=0.3, stored_s=0.3)).send(parcel))
    assert len(platform.asked("create_submission")) == 1


def test_another_submission_is_not_taken_for_the_lost_one(platform: Platform, parcel: Parcel) -> None:
    client = sender_of(platform).client
    place = client.new_data_set("other.zip", 10, platform.competition.id)
    other = client.new_submission(place.key, parcel.phase)
    listed = client.wire.get("submissions/", phase=parcel.phase)
    platform.fail("list_submissions", Fault.mutated(lambda _found: listed), times=None)  # it does not search
    platform.fail("create_submission", Fault.cut_received())
    sent = sender_of(platform).send(parcel)
    assert sent.submission != other.id
    assert [one.id for one in platform.submissions] == [other.id, sent.submission]


def test_a_quota_that_was_filled_meanwhile(platform: Platform, parcel: Parcel) -> None:
    platform.user("participant").quota_gb = 0
    with pytest.raises(RejectedError, match="Insufficient space") as refused:
        sender_of(platform).send(parcel)
    assert refused.value.code == "UPL005"


def test_who_was_thrown_out_meanwhile(platform: Platform, parcel: Parcel) -> None:
    platform.competition.participants["participant"] = "denied"
    with pytest.raises(RejectedError) as refused:
        sender_of(platform).send(parcel)
    assert refused.value.code == "UPL002"
    assert not platform.submissions


def test_a_closed_phase_of_the_later_platform(platform: Platform, parcel: Parcel) -> None:
    platform.settings.phase_checked = True
    platform.competition.phases[0].end = platform.competition.phases[0].start
    with pytest.raises(RejectedError) as refused:
        sender_of(platform).send(parcel)
    assert refused.value.code == "UPL003"


@pytest.mark.parametrize("stage", ["create_dataset", "completed"])
def test_a_data_set_that_somebody_deletes_meanwhile_is_made_anew(
    stage: str, platform: Platform, parcel: Parcel
) -> None:
    platform.fail(stage, Fault.mutated(lambda _answer: setattr(kept(platform)[0], "deleted", True)))
    require_one(platform, parcel, sender_of(platform).send(parcel))
    assert len(platform.asked("create_dataset")) == 2


def test_a_data_set_that_was_deleted_between_two_runs_is_made_anew(platform: Platform, parcel: Parcel) -> None:
    platform.fail("create_submission", Fault.too_many(), times=None)
    sender = sender_of(platform)
    with pytest.raises(PlatformError):
        sender.send(parcel)
    platform.heal()
    kept(platform)[0].deleted = True
    require_one(platform, parcel, sender.send(parcel))


def test_a_platform_that_knows_no_data_set_is_not_asked_without_end(platform: Platform, parcel: Parcel) -> None:
    platform.fail("completed", Fault(name="404", answer=page_not_found()), times=None)
    with pytest.raises(PlatformError, match="lost the data set 4 times"):
        sender_of(platform).send(parcel)
    assert len(platform.asked("create_dataset")) == 4
    platform.heal()
    require_one(platform, parcel, sender_of(platform).send(parcel))


def shrink(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def grow(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"x")


def change(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1] + b"x")


@pytest.mark.parametrize("alter", [shrink, grow, change])
@pytest.mark.parametrize("moment", ["before it is sent", "between two attempts"])
def test_a_zip_that_is_altered_is_not_submitted_and_leaves_nothing(
    alter: Callable[[Path], None], moment: str, platform: Platform, parcel: Parcel
) -> None:
    original = parcel.zip_path.read_bytes()
    if moment == "before it is sent":
        alter(parcel.zip_path)
    else:
        platform.fail("put", Fault.status(502, processed=True))
    sender = replace(sender_of(platform), progress=lambda sent: alter(parcel.zip_path) if sent else None)
    with pytest.raises(ChangedError, match="was changed while it was sent"):
        sender.send(parcel)
    assert not platform.submissions
    assert not kept(platform)
    parcel.zip_path.write_bytes(original)
    require_one(platform, parcel, sender_of(platform).send(parcel))


def test_a_zip_that_shrinks_under_the_sender_is_not_submitted_and_leaves_nothing(
    platform: Platform, tmp_path: Path
) -> None:
    parcel = parcel_of(platform, tmp_path / "big.zip", size_bytes=3_000_000)
    sender = replace(sender_of(platform), progress=lambda sent: os.truncate(parcel.zip_path, 2_000_000))  # noqa: ARG005
    with pytest.raises(ChangedError, match="it shrank to 2000000 of"):
        sender.send(parcel)
    assert not kept(platform)


def test_a_zip_that_is_gone_is_told_and_the_next_run_goes_on(platform: Platform, parcel: Parcel) -> None:
    aside = parcel.zip_path.with_name("aside.zip")
    parcel.zip_path.rename(aside)
    with pytest.raises(FileNotFoundError):
        sender_of(platform).send(parcel)
    aside.rename(parcel.zip_path)
    require_one(platform, parcel, sender_of(platform).send(parcel))


def test_addresses_that_have_all_expired_end_the_run(platform: Platform, parcel: Parcel) -> None:
    platform.settings.signed_put_s = -1
    with pytest.raises(ExpiredError, match="4 signed addresses had expired"):
        sender_of(platform).send(parcel)
    platform.settings.signed_put_s = 60
    require_one(platform, parcel, sender_of(platform).send(parcel))


@pytest.mark.parametrize("fault", [Fault.cut_body(1), Fault.cut_body(50), Fault.cut_body(99)], ids=lambda one: one.name)
def test_a_body_that_is_larger_than_what_the_sockets_hold(fault: Fault, platform: Platform, tmp_path: Path) -> None:
    parcel = parcel_of(platform, tmp_path / "big.zip", size_bytes=3_000_000)
    platform.fail("put", fault)
    platform.fail("put", Fault.expired().before_the_body())
    require_one(platform, parcel, sender_of(platform).send(parcel))


def test_the_storage_host_gets_exactly_the_signed_headers_and_no_token(platform: Platform, parcel: Parcel) -> None:
    sender_of(platform).send(parcel)
    headers = platform.asked("put")[0].header_map
    assert headers["content-type"] == "application/zip"
    assert headers["content-length"] == str(parcel.size_bytes)
    assert not {"authorization", "transfer-encoding", "cookie"} & set(headers)


@pytest.mark.parametrize("form", ["list", "pages"])
def test_a_lost_submission_is_found_among_many(form: str, platform: Platform, parcel: Parcel) -> None:
    platform.settings.list_form = form  # type: ignore[assignment]
    platform.competition.phases[0].max_submissions_per_day = 0
    client = sender_of(platform).client
    place = client.new_data_set("other.zip", 10, platform.competition.id)
    for _ in range(60):
        client.new_submission(place.key, parcel.phase)
    platform.fail("create_submission", Fault.cut_processed())
    sent = sender_of(platform).send(parcel)
    assert len(platform.submissions) == 61
    assert sent.submission == platform.submissions[-1].id


@pytest.mark.parametrize("stage", list(Stage)[:4])
@pytest.mark.parametrize("moment", ["before it begins", "before it ends"])
def test_a_journal_that_cannot_be_written_stops_the_upload_and_the_next_run_goes_on(
    stage: Stage, moment: str, platform: Platform, parcel: Parcel, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {"before it begins": "begin", "before it ends": "end"}
    real, real_first = getattr(journal, names[moment]), journal.begin_upload

    def full(upload: Upload, at: Stage, **facts: str | int) -> Upload:
        if at is stage:
            raise KitError("the disk is full", "free some")
        return real(upload, at, **facts)

    def full_at_first(_parcel: Parcel, _name: str) -> Upload:
        raise KitError("the disk is full", "free some")

    with monkeypatch.context() as patch:
        patch.setattr(journal, names[moment], full)
        if stage is Stage.DATA_SET and moment == "before it begins":
            patch.setattr(journal, "begin_upload", full_at_first)
        with pytest.raises(KitError, match="the disk is full"):
            sender_of(platform).send(parcel)
    assert journal.begin_upload is real_first
    require_one(platform, parcel, sender_of(platform).send(parcel))


def test_two_phases_at_once_make_two_and_neither_deletes_the_other_s(platform: Platform, parcel: Parcel) -> None:
    platform.competition.phases[1].start = platform.competition.phases[0].start
    second = Parcel(**{**vars(parcel), "phase": platform.competition.phases[1].id})
    held = platform.fail("put", Fault.slow(0.3))
    thread = threading.Thread(target=lambda: sender_of(platform).send(parcel))
    thread.start()
    while not held.hits:
        time.sleep(0.005)
    sent = sender_of(platform).send(second)
    clean(sender_of(platform).client, second, lambda _text: None)
    thread.join()
    assert sent.submission
    assert sorted(one.phase for one in platform.submissions) == [parcel.phase, second.phase]
    assert not any(one.deleted for one in platform.datasets)


def test_what_was_deleted_is_not_looked_for_again(platform: Platform, parcel: Parcel) -> None:
    platform.fail("create_dataset", Fault.cut_processed())
    require_one(platform, parcel, sender_of(platform).send(parcel))
    asked = len(platform.asked("list_datasets"))
    clean(sender_of(platform).client, parcel, lambda _text: None)
    assert len(platform.asked("list_datasets")) == asked > 0


@pytest.mark.parametrize(
    "answer", [page_not_found(), Answer(200, b"", "text/html"), Answer(204)], ids=["404", "200", "204"]
)
def test_a_deletion_that_a_proxy_answers_is_not_believed(answer: Answer, platform: Platform, parcel: Parcel) -> None:
    platform.fail("create_dataset", Fault.cut_processed())
    sender, said = sender_of(platform), []
    sent = sender.send(parcel)
    platform.fail("delete_dataset", Fault(name="a proxy", answer=answer))
    clean(sender.client, parcel, said.append)
    assert said[-1].endswith("could not be deleted")
    assert len(kept(platform)) == 2
    require_one(platform, parcel, sent)


def test_a_completion_that_a_proxy_answers_is_not_believed(platform: Platform, parcel: Parcel) -> None:
    platform.fail("completed", Fault(name="a proxy", answer=Answer(200, b"", "text/html")))
    with pytest.raises(UnexpectedAnswerError, match="answered no key"):
        sender_of(platform).send(parcel)
    require_one(platform, parcel, sender_of(platform).send(parcel))
    assert len(platform.asked("put")) == 1


def test_what_cannot_be_deleted_is_left_for_the_next_time(platform: Platform, parcel: Parcel) -> None:
    platform.fail("create_dataset", Fault.cut_processed())
    sender, said = sender_of(platform), []
    sent = sender.send(parcel)
    platform.fail("delete_dataset", Fault.status(500), times=None)
    clean(sender.client, parcel, said.append)
    assert "left on the platform" in said[-1]
    platform.heal()
    require_one(platform, parcel, sent)
