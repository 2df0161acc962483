"""UPL: a table of what the platform was asked, and the codes that follow; near misses have none."""

import datetime
from dataclasses import replace
from pathlib import Path

import pytest

from tools.checks import CATALOGUE, Level, Stage, run_checks
from tools.codabench.answers import Account, Competition, Permission, Phase, Question, Quota, Submission
from tools.codabench.errors import RejectedError, SignedOutError, StorageError, UnreachableError
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
FORCED = replace(WANTED, force=True)
ASKED = [
    ("all is well", GOOD, [], ""),
    ("never evaluated", replace(GOOD, verdict=None), ["UPL007"], "never evaluated"),
    ("failed here", replace(GOOD, verdict="fail"), ["UPL007"], "the last kit evaluate failed"),
    ("no token", replace(GOOD, trouble=SignedOutError("there is no token", "", status=403)), ["UPL001"], "no token"),
    ("not applied", with_status(None), ["UPL002"], "'Cells' is none"),
    ("pending", with_status("pending"), ["UPL002"], "is pending"),
    ("denied", with_status("denied"), ["UPL002"], "is denied"),
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
        "for this phase",
    ),
    ("the limit, on the way", refused("UPL004", "full"), ["UPL004"], "full"),
    ("no storage", replace(GOOD, quota=Quota(quota=15, storage_used=15e9 - 999_999)), ["UPL005"], "1.0 MB are free"),
    ("room for it twice", replace(GOOD, quota=Quota(quota=15, storage_used=15e9 - 2_000_000)), [], ""),
    ("no answer", replace(GOOD, complaints=tuple(complaints(SHEET, {}))), ["UPL010"], "team (Team) requires an answer"),
    ("an answer", replace(GOOD, complaints=tuple(complaints(SHEET, {"team": "we"}))), [], ""),
    ("sent before", replace(GOOD, earlier=(ONE,)), ["UPL008"], "submission 31"),
    ("sent before, and it runs", replace(GOOD, earlier=(ONE,), found=ONE), [], ""),
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
