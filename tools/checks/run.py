"""RUN001 to RUN003: what the entry raised. Read from the probe, or else from the prediction job's logs."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tools.checks.finding import ERROR, Evidence
from tools.checks.registry import Stage, check
from tools.checks.trace import last_trace
from tools.contract import Contract

if TYPE_CHECKING:
    from tools.evaluation import Evaluation

ARC = ("ARC001", "ARC002", "ARC003", "ARC004")
IMPORTS = (*ARC, "SRC001")
BUILDS = (*IMPORTS, "SRC002", "SRC003", "RUN001")
CALLS = (*BUILDS, "SRC004", "RUN002")


def _raised(evaluation: "Evaluation", contract: Contract | None, step: str) -> Iterator[Evidence]:
    """What a step raised: in the probe, or else in the prediction job, where all the rows are."""
    report = evaluation.probe
    if report and report.error:
        if report.error.step == step and not report.error.is_exit:
            yield Evidence(report.error.text, report.error.where)
            yield from (Evidence(frame) for frame in report.error.frames)
        return
    trace = last_trace(evaluation.run.logs.get("prediction_ingestion_stderr", ""))
    if trace and trace.frames and _step(trace.frames[0].function, contract) == step:
        last = trace.frames[-1]
        told = f" (in the prediction job, not on the {report.images} rows of the probe)" if report else ""
        yield Evidence(f"{trace.error}{told}", last.where)
        yield from (Evidence(f"{frame.where}, in {frame.function}: {frame.code}") for frame in trace.frames)


def _step(function: str, contract: Contract | None) -> str | None:
    """The step that the outermost frame in the submission belongs to; without a contract any other is the last."""
    steps = {"<module>": "import", "__init__": "construct"}
    if contract is None:
        return steps.get(function, "predict")
    return (steps | {contract.method: "predict"}).get(function)


@check(
    "RUN001",
    "importing the entry raises",
    level=ERROR,
    fix="run `python -c 'import model'` in the unpacked zip, with the evaluator's packages, and mend what it shows",
    source="codabench.md 6, case import_error; 4, row 17",
    stage=Stage.EVALUATE,
    after=IMPORTS,
    needs_contract=False,
)
def import_raises(evaluation: "Evaluation", contract: Contract | None) -> Iterator[Evidence]:
    """Nothing of the entry exists after a failed import, so no predictions are written.

    The platform runs the scoring program all the same, which fails for want of them: the user sees
    'Child task failed or non-zero return code' and has to look for the cause in prediction_ingestion_stderr.
    """
    yield from _raised(evaluation, contract, "import")


@check(
    "RUN002",
    "the constructor raises",
    level=ERROR,
    fix="open every file through Path(__file__).parent, and load the model under the evaluator's versions",
    source="codabench.md 6, case weights_relative; 4, row 39",
    stage=Stage.EVALUATE,
    after=BUILDS,
    needs_contract=False,
)
def constructor_raises(evaluation: "Evaluation", contract: Contract | None) -> Iterator[Evidence]:
    """The model is usually loaded here: a file that is not in the zip, or one that this version cannot read, ends it.

    The user sees the scoring program's complaint about missing predictions, not this error.
    """
    yield from _raised(evaluation, contract, "construct")


@check(
    "RUN003",
    "the method raises",
    level=ERROR,
    fix="call it at home as the evaluator does: on all rows at once, raw, in the type and range that it hands out",
    source="codabench.md 6, case predict_raises; 4, row 7",
    stage=Stage.EVALUATE,
    after=CALLS,
    needs_contract=False,
)
def method_raises(evaluation: "Evaluation", contract: Contract | None) -> Iterator[Evidence]:
    """The evaluator calls the method on the hidden rows, and an exception there leaves no predictions.

    Scoring runs all the same, cannot find them, and the platform shows only that a child task failed.
    """
    raised = list(_raised(evaluation, contract, "predict"))
    yield from raised
    if raised and contract and contract.input:
        yield Evidence(f"the evaluator hands out an array {contract.input}")
