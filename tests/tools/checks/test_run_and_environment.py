"""What the checks of the run and of the packages say of a contract's own facts, and of facts that it does not give."""

from types import SimpleNamespace

import pytest

from tools.checks import CATALOGUE
from tools.competitions import DEFAULT
from tools.contract import read_contract
from tools.worker.probe import StepError


def evidence(code: str, subject: SimpleNamespace, **changes: object) -> list[str]:
    contract = read_contract(DEFAULT).model_copy(update=changes)
    return [seen.text for seen in CATALOGUE[code].function(subject, contract)]


def raised(step: str) -> SimpleNamespace:
    error = StepError(step=step, text="ValueError: no", where="model.py:4", frames=("model.py:4, in predict: no",))
    return SimpleNamespace(probe=SimpleNamespace(error=error))


def test_a_method_that_raises_is_told_with_what_the_evaluator_hands_out() -> None:
    told = evidence("RUN003", raised("predict"))
    assert told[0] == "ValueError: no"
    assert told[-1] == "the evaluator hands out an array (n, 96, 96, 3) uint8, 0..255"
    assert evidence("RUN003", raised("predict"), input=None) == told[:-1]


def test_a_method_that_was_not_reached_is_not_told() -> None:
    assert evidence("RUN003", raised("import")) == []


@pytest.mark.parametrize(("name", "count"), [("an2dl-2024", 2), (None, 0)])
def test_packages_are_compared_only_where_the_evaluators_are_known(name, count) -> None:
    met = SimpleNamespace(probe=SimpleNamespace(versions={"python": "3.6.1", "keras": "2.0"}))
    assert len(evidence("ENV001", met, environment=name)) == count
