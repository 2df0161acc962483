"""RUN001 to RUN003: what the entry raised. Read from the probe, or else from the prediction job's logs."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from tools.checks.cause import cause_of
from tools.checks.finding import ERROR, WARNING, Evidence, Finding
from tools.checks.raised import raised
from tools.checks.registry import Stage, check
from tools.contract import Contract

if TYPE_CHECKING:
    from tools.evaluation import Evaluation

IMPORTS = ("ARC001", "ARC002", "ARC003", "ARC004", "SRC001")
BUILDS = (*IMPORTS, "RUN001")
CALLS = (*BUILDS, "RUN002")


def _raised(evaluation: "Evaluation", step: str) -> Iterator[Evidence]:
    """What a step raised: in the probe, or else in the prediction job, where all the rows are."""
    error = raised(evaluation)
    if error is None or error.step != step:
        return
    told, level = "", None
    if error.only_in_job and evaluation.probe:
        told = f" (in the prediction job, not on the {evaluation.probe.images} rows of the probe)"
    elif error.only_in_probe:
        told = " (in the probe; the prediction job went well)"
        level = WARNING if error.is_doubtful else None
    yield Evidence(f"{error.text}{told}", error.where, level)
    yield from (Evidence(frame, None, level) for frame in error.frames)


def _caused(step: str) -> Callable[["Evaluation", Sequence[Finding]], bool]:
    """Whether a static finding is the cause of what the step raised: then it is told as what followed from it."""

    def is_caused(evaluation: "Evaluation", findings: Sequence[Finding]) -> bool:
        error = raised(evaluation)
        return error is not None and error.step == step and cause_of(error, findings) is not None

    return is_caused


@check(
    "RUN001",
    "importing the entry raises",
    level=ERROR,
    fix="run `python -c 'import model'` in the unpacked zip, with the evaluator's packages, and mend what it shows",
    source="codabench.md 6, case import_error; 4, row 17",
    stage=Stage.EVALUATE,
    after=IMPORTS,
    explained=_caused("import"),
    needs_contract=False,
)
def import_raises(evaluation: "Evaluation", _contract: Contract | None) -> Iterator[Evidence]:
    """Nothing of the entry exists after a failed import, so no predictions are written.

    The platform runs the scoring program all the same, which fails for want of them: the user sees
    'Child task failed or non-zero return code' and has to look for the cause in prediction_ingestion_stderr.
    """
    yield from _raised(evaluation, "import")


@check(
    "RUN002",
    "the constructor raises",
    level=ERROR,
    fix="open every file through Path(__file__).parent, and load the model under the evaluator's versions",
    source="codabench.md 6, case weights_relative; 4, row 39",
    stage=Stage.EVALUATE,
    after=BUILDS,
    explained=_caused("construct"),
    needs_contract=False,
)
def constructor_raises(evaluation: "Evaluation", _contract: Contract | None) -> Iterator[Evidence]:
    """The model is usually loaded here: a file that is not in the zip, or one that this version cannot read, ends it.

    The user sees the scoring program's complaint about missing predictions, not this error.
    """
    yield from _raised(evaluation, "construct")


@check(
    "RUN003",
    "the method raises",
    level=ERROR,
    fix="call it at home as the evaluator does: on all rows at once, raw, in the type and range that it hands out",
    source="codabench.md 6, case predict_raises; 4, row 7",
    stage=Stage.EVALUATE,
    after=CALLS,
    explained=_caused("predict"),
    needs_contract=False,
)
def method_raises(evaluation: "Evaluation", contract: Contract | None) -> Iterator[Evidence]:
    """The evaluator calls the method on the hidden rows, and an exception there leaves no predictions.

    Scoring runs all the same, cannot find them, and the platform shows only that a child task failed.
    """
    found = list(_raised(evaluation, "predict"))
    yield from found
    if found and contract and contract.input:
        yield Evidence(f"the evaluator hands out an array {contract.input}", None, found[0].level)
