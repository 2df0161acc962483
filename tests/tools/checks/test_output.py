"""The checks of an answer, as a table: what was returned for six rows, and the code by the kind of output wanted."""

from types import SimpleNamespace

import numpy as np
import pytest

from tools.checks import CATALOGUE, Level, Stage, registry, run_checks
from tools.contract import Contract
from tools.evaluation import Answer
from tools.worker.probe_child import describe

ROWS = 6
KINDS = ("class ids", "numbers", "any")
OUT = tuple(f"OUT00{number}" for number in range(1, 7))
FACTS: dict[str, object] = {
    "class": "Model",
    "method": "predict",
    "arguments": ["X"],
    "working_directory": "submission",
}
SOURCES = dict.fromkeys((*FACTS, "output", "classes"), "here")


def contract_of(kind: str) -> Contract:
    classes = {"classes": ["left", "right", "top"]} if kind == "class ids" else {}
    return Contract.model_validate(FACTS | classes | {"output": {"kind": kind}, "sources": SOURCES})


def result_of(value: object, kind: str):
    answer = Answer(seen_in="the probe", images=ROWS, told=describe(value))
    return run_checks(Stage.EVALUATE, SimpleNamespace(answers=(answer,)), contract_of(kind))


@pytest.fixture(autouse=True)
def _only_these_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "CATALOGUE", {code: CATALOGUE[code] for code in OUT})


RAGGED = [[1.0], [1.0, 2.0], [], [], [], []]
CASES = [
    ("ids", np.arange(ROWS) % 3, "", "", ""),
    ("None", None, "OUT001", "OUT001", "OUT001"),
    ("a dictionary", {"labels": [1]}, "OUT001", "OUT001", ""),
    ("rows of different lengths", RAGGED, "OUT001", "OUT001", ""),
    ("one row short", np.zeros(ROWS - 1, int), "OUT002", "OUT002", ""),
    ("one row too many in a table", np.zeros((ROWS + 1, 2)), "OUT003", "OUT002", ""),
    ("a scalar", 3, "OUT003", "OUT002", ""),
    ("a column", np.zeros((ROWS, 1), int), "OUT003", "", ""),
    ("probabilities", np.full((ROWS, 3), 1 / 3), "OUT003", "", ""),
    ("a volume for each row", np.zeros((ROWS, 2, 2)), "OUT003", "", ""),
    ("names", np.array(["left"] * ROWS), "OUT004", "OUT004", ""),
    ("objects", np.array([object()] * ROWS), "OUT004", "OUT004", ""),
    ("fractions", np.full(ROWS, 0.5), "OUT004", "", ""),
    ("ids from 1", np.full(ROWS, 3), "OUT005", "", ""),
    ("negative numbers", np.full(ROWS, -7), "OUT005", "", ""),
    ("NaN", np.full(ROWS, np.nan), "OUT006", "OUT006", ""),
    ("infinity in a table", np.full((ROWS, 2), np.inf), "OUT003", "OUT006", ""),
]


@pytest.mark.parametrize(
    ("value", "kind", "code"),
    [
        pytest.param(value, kind, code, id=f"{name}, {kind}")
        for name, value, *codes in CASES
        for kind, code in zip(KINDS, codes, strict=True)
    ],
)
def test_an_answer_is_judged_by_the_kind_that_is_wanted(value, kind, code) -> None:
    assert [finding.code for finding in result_of(value, kind).findings] == [code] * bool(code)


@pytest.mark.parametrize("value", [np.zeros(ROWS), [0] * ROWS], ids=["whole floats", "a list"])
def test_only_of_class_ids_an_array_of_integers_is_wanted(value) -> None:
    assert [(f.code, f.level) for f in result_of(value, "class ids").findings] == [("OUT004", Level.WARNING)]
    assert result_of(value, "numbers").findings == ()


@pytest.mark.parametrize(
    ("value", "kind", "told"),
    [
        (np.full(ROWS, 3), "class ids", "got ids from 3 to 3, wanted 0 to 2 (the probe, 6 rows)"),
        (np.array(["left"] * ROWS), "class ids", "names among left, right, top?"),
        (np.full((ROWS, 3), 1 / 3), "class ids", "got the shape (6, 3): probabilities; wanted (6,)"),
        (np.full((ROWS, 8), 1 / 8), "class ids", "got the shape (6, 8): not one id for each row"),
        (np.array(["left"] * ROWS), "numbers", "numbers are wanted (the probe)"),
        (3.5, "numbers", "got a single value, wanted 6"),
    ],
)
def test_the_evidence_speaks_of_the_contracts_own_classes_and_rows(value, kind, told) -> None:
    (finding,) = result_of(value, kind).findings
    assert told in finding.evidence[0]
