"""OUT007 and OUT012, as a table: what was answered beside the labels, and the code."""

from types import SimpleNamespace

import pytest

from tools.checks import CATALOGUE, Stage, registry, run_checks
from tools.competitions import DEFAULT
from tools.contract import read_contract
from tools.evaluation import Judged

CODES = ("OUT012", "OUT007")
EIGHT = dict.fromkeys(range(8), 64)
ALL = frozenset(range(8))


def judge(judged: Judged | None):
    return run_checks(Stage.EVALUATE, SimpleNamespace(judged=judged, archive=None), read_contract(DEFAULT))


def judged(right: int = 400, counts: dict[int, int] = EIGHT, given: frozenset[int] = ALL, **facts: object) -> Judged:
    return Judged(rows=sum(counts.values()), right=right, counts=counts, given=given, **facts)


@pytest.fixture(autouse=True)
def _only_these_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "CATALOGUE", {code: CATALOGUE[code] for code in CODES})


ONE = frozenset({3})
CASES = [
    ("every class predicted", judged(), []),
    ("one class for everything", judged(given=ONE), ["OUT007"]),
    ("one class never", judged(given=ALL - {6}), ["OUT007"]),
    ("a class of few rows never", judged(counts=EIGHT | {6: 19}, given=ALL - {6}), []),
    ("a class that the data lacks never", judged(counts=dict.fromkeys(range(7), 64), given=ALL - {7}), []),
    ("too few rows", judged(counts=dict.fromkeys(range(4), 31), given=ONE), []),
    ("labels of one class only", judged(counts={3: 500}, given=ONE), []),
    ("drawn cells, one class never", judged(given=ALL - {6}, is_drawn=True), []),
    ("drawn cells, one class for everything", judged(given=ONE, is_drawn=True), ["OUT007"]),
    ("as accurate as the card", judged(right=486, claimed=0.95), []),
    ("a point less than the card", judged(right=481, claimed=0.95), []),
    ("ten points less", judged(right=435, claimed=0.95), ["OUT012"]),
    ("better than the card", judged(right=510, claimed=0.8), []),
    ("one image of ten less", judged(right=8, counts=dict.fromkeys(range(5), 2), claimed=0.9), []),
    ("half of ten less", judged(right=1, counts=dict.fromkeys(range(5), 2), claimed=1.0), ["OUT012"]),
    ("one cause, one finding", judged(right=64, given=ONE, claimed=0.95), ["OUT012"]),
]


@pytest.mark.parametrize(("seen", "codes"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_answers_are_judged_beside_the_labels(seen, codes) -> None:
    assert [finding.code for finding in judge(seen).findings] == codes


def test_expected_and_got_are_told_with_the_number_of_images() -> None:
    (finding,) = judge(judged(right=256, claimed=0.95)).findings
    assert finding.evidence == ("got an accuracy of 0.500, expected 0.950 (card.json), on the same 512 images",)
    (finding,) = judge(judged(given=ALL - {6})).findings
    assert finding.evidence == ("neutrophil is never predicted, and is right for 64 of 512 rows",)


def test_without_labels_or_a_claim_nothing_is_passed() -> None:
    assert judge(None).not_reached == CODES
    assert judge(judged()).not_reached == ("OUT012",)
    assert judge(judged()).passed == ("OUT007",)
