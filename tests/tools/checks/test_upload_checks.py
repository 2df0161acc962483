"""UPL: a table of what the platform was asked, and the codes that follow; near misses have none."""

import datetime
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tools.checks import CATALOGUE, Level, Stage, run_checks
from tools.codabench.answers import Account, Competition, Permission, Phase, Question, Quota, Submission
from tools.codabench.errors import RejectedError, SignedOutError, StorageError, UnreachableError
from tools.codabench.journal import Stage as Stages
from tools.codabench.journal import Upload
from tools.codabench.sending.fact_sheet import complaints
from tools.codabench.sending.preflight import Asked, Wanted

NOW = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)
PHASE = Phase(id=7, name="Final", status="Current", start=NOW - DAY, end=NOW + DAY)
WANTED = Wanted(
    zip_path=Path("a.zip"), zip_sha256="ab" * 32, size_bytes=1_000_000, competition=3, choose=lambda _: PHASE
)
GOOD = Asked(
    host="https://codabench.example.org",
    wanted=WANTED,
    verdict="pass",
    account=Account(username="me"),
    competition=Competition(id=3, title="Cells", participant_status="approved"),
    phase=PHASE,
    permission=Permission(can=True),
    quota=Quota(quota=15, storage_used=0),
)
SHEET = {"team": Question(key="team", title="Team", is_required=True, type="text")}


def with_status(status: str | None) -> Asked:
    return replace(GOOD, competition=Competition(id=3, title="Cells", participant_status=status), phase=PHASE)


def in_phase(**facts: object) -> Asked:
    return replace(GOOD, phase=PHASE.model_copy(update=facts))


def refused(code: str, words: str = "no") -> Asked:
    error = RejectedError(words, "", status=400)
    error.code = code
    return replace(GOOD, trouble=error)


ONE = Submission(id=31, status="Finished", filename="a-abababab-k3v9qa.zip", created_when=NOW)
STORED = Upload(**vars(GOOD.parcel), id=1, file_name="a-abababab-k3v9qa.zip", stage=Stages.BODY, has_ended=True, at=NOW)
FORCED = replace(WANTED, force=True)
ASKED = [
    ("all is well", GOOD, [], ""),
    ("never evaluated", replace(GOOD, verdict=None), ["UPL007"], "kit evaluate has never seen it"),
    ("failed here", replace(GOOD, verdict="fail"), ["UPL007"], "the last kit evaluate failed"),
    ("no token", replace(GOOD, trouble=SignedOutError("there is no token", "", status=403)), ["UPL001"], "no token"),
    ("not applied", with_status(None), ["UPL002"], "you do not take part in 'Cells'"),
    ("pending", with_status("pending"), ["UPL002"], "the organiser has not approved it yet"),
    ("denied", with_status("denied"), ["UPL002"], "has refused you: nobody else can change that"),
    ("unknown", with_status("unknown"), ["UPL002"], "your status in 'Cells' is unknown"),
    (
        "a title in colours",
        replace(GOOD, competition=Competition(id=3, title="\x1b[31mA\n")),
        ["UPL002"],
        "'\\x1b[31mA\\n'",
    ),
    (
        "approved no longer",
        replace(GOOD, permission=Permission(can=False, reason="User not approved to participate in this competition")),
        ["UPL002"],
        "the platform says: User not approved",
    ),
    ("thrown out on the way", refused("UPL002"), ["UPL002"], "no"),
    ("to come", in_phase(status="Next", start=NOW + DAY), ["UPL003"], "'Final' starts"),
    ("over", in_phase(status="Previous", end=NOW - DAY), ["UPL003"], "'Final' ended"),
    ("between phases", in_phase(status="Next", start=None, end=None), ["UPL003"], "is not the current phase"),
    ("a phase without an end", in_phase(end=None), [], ""),
    (
        "today's limit",
        replace(
            GOOD,
            permission=Permission(can=False, reason="Reached maximum allowed submissions for today for this phase"),
        ),
        ["UPL004"],
        "it reopens",
    ),
    (
        "the limit in all",
        replace(GOOD, permission=Permission(can=False, reason="Reached maximum allowed submissions for this phase")),
        ["UPL004"],
        "for this phase; it does not reopen",
    ),
    (
        "a limit of another kind",
        replace(GOOD, permission=Permission(can=False, reason="Not today")),
        ["UPL004"],
        "Not today",
    ),
    ("a limit without a word", replace(GOOD, permission=Permission(can=False)), ["UPL004"], "the platform says: no"),
    ("closed, on the way", refused("UPL003", "This phase is not active."), ["UPL003"], "not active"),
    ("no room, on the way", refused("UPL005", "Insufficient space."), ["UPL005"], "Insufficient"),
    ("the answers, on the way", refused("UPL010", "requires an answer"), ["UPL010"], "requires"),
    ("the limit, on the way", refused("UPL004", "full"), ["UPL004"], "full"),
    (
        "no storage",
        replace(GOOD, quota=Quota(quota=15, storage_used=15e9 - 999_999)),
        ["UPL005"],
        "the zip has 1.0 MB, and 1,000.0 kB are free",
    ),
    (
        "more stored than the quota",
        replace(GOOD, quota=Quota(quota=15, storage_used=99e9)),
        ["UPL005"],
        "and 0 bytes are free",
    ),
    (
        "just room for it, which is there already",
        replace(GOOD, stopped=STORED, quota=Quota(quota=15, storage_used=14e9)),
        [],
        "",
    ),
    ("room for it twice", replace(GOOD, quota=Quota(quota=15, storage_used=15e9 - 2_000_000)), [], ""),
    ("no answer", replace(GOOD, complaints=tuple(complaints(SHEET, {}))), ["UPL010"], "team (Team) requires an answer"),
    ("an answer", replace(GOOD, complaints=tuple(complaints(SHEET, {"team": "we"}))), [], ""),
    ("sent before", replace(GOOD, earlier=(ONE,)), ["UPL008"], "submission 31"),
    ("sent before, and it runs", replace(GOOD, earlier=(ONE,), found=ONE), [], ""),
    ("not sent before", replace(GOOD, earlier=()), [], ""),
    ("the storage host", replace(GOOD, trouble=StorageError("signature", "")), ["UPL006"], "signature"),
    ("no answer at all", replace(GOOD, trouble=UnreachableError("a page", "")), ["UPL009"], "a page"),
]


@pytest.mark.parametrize(("asked", "codes", "told"), [row[1:] for row in ASKED], ids=[row[0] for row in ASKED])
def test_what_is_found(asked: Asked, codes: list[str], told: str) -> None:
    result = run_checks(Stage.UPLOAD, asked, None)
    assert [finding.code for finding in result.findings] == codes
    assert result.failed() == bool(codes)
    assert told in " ".join(text for finding in result.findings for text in finding.evidence)


def test_every_code_has_its_row() -> None:
    rows = {code for _, _, codes, _ in ASKED for code in codes}
    assert rows == {code for code, entry in CATALOGUE.items() if entry.stage is Stage.UPLOAD}


def test_little_room_is_a_warning() -> None:
    result = run_checks(Stage.UPLOAD, replace(GOOD, quota=Quota(quota=15, storage_used=15e9 - 1_999_999)), None)
    assert [(one.code, one.level) for one in result.findings] == [("UPL005", Level.WARNING)]


def test_force_says_what_it_skips_and_stops_nothing() -> None:
    result = run_checks(Stage.UPLOAD, replace(GOOD, wanted=FORCED, verdict="fail", earlier=(ONE,)), None)
    assert [(one.code, one.level) for one in result.findings] == [("UPL007", Level.WARNING), ("UPL008", Level.WARNING)]
    assert not result.failed()


def test_what_was_not_asked_is_not_reached_rather_than_passed() -> None:
    result = run_checks(Stage.UPLOAD, Asked(host="x", wanted=WANTED), None)
    assert [finding.code for finding in result.findings] == ["UPL007"]
    assert {"UPL001", "UPL002", "UPL003", "UPL004", "UPL005", "UPL008", "UPL010"} <= set(result.not_reached)


@pytest.mark.parametrize(
    ("stopped", "free", "levels"),
    [
        (None, 1_999_999, [Level.WARNING]),
        (None, 2_000_000, []),
        (None, 999_999, [Level.ERROR]),
        (STORED, 1_000_000, []),
        (STORED, 999_999, [Level.WARNING]),
        (STORED, 0, [Level.WARNING]),
        (STORED, -1, [Level.WARNING]),
    ],
)
def test_the_room_that_is_wanted_is_what_is_still_to_come(
    stopped: Upload | None, free: int, levels: list[Level]
) -> None:
    asked = replace(GOOD, stopped=stopped, quota=Quota(quota=15, storage_used=15e9 - free))
    assert [one.level for one in run_checks(Stage.UPLOAD, asked, None).findings] == levels


def test_a_submission_that_runs_makes_the_others_moot_rather_than_passed() -> None:
    asked = replace(GOOD, found=ONE, phase=PHASE.model_copy(update={"status": "Previous"}), permission=None, quota=None)
    result = run_checks(Stage.UPLOAD, asked, None)
    assert (result.findings, set(result.passed)) == ((), {"UPL007", "UPL001", "UPL009"})


def test_storage_has_passed_only_what_was_sent() -> None:
    assert "UPL006" in run_checks(Stage.UPLOAD, GOOD, None).not_reached
    assert "UPL006" in run_checks(Stage.UPLOAD, replace(GOOD, is_sent=True), None).passed


def test_trouble_at_the_first_question_passes_nothing_but_the_verdict() -> None:
    nothing = Asked(host="x", wanted=WANTED, verdict="pass", trouble=UnreachableError("a page", ""))
    assert run_checks(Stage.UPLOAD, nothing, None).passed == ("UPL007",)


def test_dates_are_told_in_the_zone_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "XST-5:30")
    time.tzset()
    try:
        start = datetime.datetime(2099, 1, 1, 20, 0, tzinfo=datetime.UTC)
        (found,) = run_checks(Stage.UPLOAD, in_phase(status="Next", start=start), None).findings
    finally:
        monkeypatch.undo()
        time.tzset()
    assert found.evidence == ("'Final' starts Fri 02 Jan 2099 01:30 XST",)
