"""RUN: what the entry did when it was run. Read from the prediction job's logs and from the probe."""

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


def _raised(evaluation: "Evaluation", contract: Contract, step: str) -> Iterator[Evidence]:
    """What a step raised: in the probe, or else in the prediction job, where all the images are."""
    report = evaluation.probe
    if report and report.error:
        if report.error.step == step:
            yield Evidence(report.error.text, report.error.where)
            yield from (Evidence(frame) for frame in report.error.frames)
        return
    trace = last_trace(evaluation.run.logs.get("prediction_ingestion_stderr", ""))
    if trace and trace.frames and _step(trace.frames[0].function, contract) == step:
        last = trace.frames[-1]
        yield Evidence(
            f"{trace.error} (in the prediction job, not on the {_count(evaluation)} probe images)", last.where
        )
        yield from (Evidence(f"{frame.where}, in {frame.function}: {frame.code}") for frame in trace.frames)


def _count(evaluation: "Evaluation") -> int:
    return evaluation.probe.images if evaluation.probe else 0


def _step(function: str, contract: Contract) -> str | None:
    """The step of the contract that the outermost frame in the submission belongs to."""
    return {"<module>": "import", "__init__": "construct", contract.method: "predict"}.get(function)


@check(
    "RUN001",
    "importing the entry raises",
    level=ERROR,
    fix="run `python -c 'import model'` in the unpacked zip, with the evaluator's packages, and mend what it shows",
    source="codabench.md 6, case import_error; 4, row 17",
    stage=Stage.EVALUATE,
    after=IMPORTS,
)
def import_raises(evaluation: "Evaluation", contract: Contract) -> Iterator[Evidence]:
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
)
def constructor_raises(evaluation: "Evaluation", contract: Contract) -> Iterator[Evidence]:
    """The model is usually loaded here: a file that is not in the zip, or one that this version cannot read, ends it.

    The user sees the scoring program's complaint about missing predictions, not this error.
    """
    yield from _raised(evaluation, contract, "construct")


@check(
    "RUN003",
    "the method raises",
    level=ERROR,
    fix="call it on raw images, as the evaluator does: an array (n, 96, 96, 3), uint8, 0..255",
    source="codabench.md 6, case predict_raises; 4, row 7",
    stage=Stage.EVALUATE,
    after=CALLS,
)
def method_raises(evaluation: "Evaluation", contract: Contract) -> Iterator[Evidence]:
    """The evaluator calls the method once with all images, and an exception there leaves no predictions.

    Scoring runs all the same, cannot find them, and the platform shows only that a child task failed.
    """
    yield from _raised(evaluation, contract, "predict")


@check(
    "RUN004",
    "over the time limit",
    level=ERROR,
    fix="predict in batches of 64 or more, load the model once in the constructor, or choose a smaller one",
    source="codabench.md 1.6: each job has the limit for itself, 600 s on the default queue",
    stage=Stage.EVALUATE,
    needs_contract=False,
)
def out_of_time(evaluation: "Evaluation", _contract: Contract | None) -> Iterator[Evidence]:
    """The worker kills the job at its limit and shows 'Execution Time Limit exceeded'.

    Some versions of the worker let it run on to 20 minutes past the limit and fail then; the kit kills it at the limit.
    """
    for name, outcome in evaluation.run.outcomes.items():
        if outcome.timed_out:
            yield Evidence(
                f"{name} was killed after {outcome.seconds:.1f} s; the limit is {evaluation.limit_s:g} s", name
            )


@check(
    "RUN008",
    "killed by a signal, or died in native code",
    level=ERROR,
    fix="signal 9 is mostly memory: predict in batches; 6 and 11 mostly a package built for another version or machine",
    source="codabench.md 1.7 and 6: for a SIGKILL only ingestionExitCode 137 in the output's metadata tells",
    stage=Stage.EVALUATE,
    needs_contract=False,
)
def killed_by_a_signal(evaluation: "Evaluation", _contract: Contract | None) -> Iterator[Evidence]:
    """A process that dies so leaves no traceback: the logs end in the middle, and scoring finds no predictions."""
    for name, outcome in evaluation.run.outcomes.items():
        if outcome.signal and not name.startswith("scoring"):
            yield Evidence(f"{name} ended by signal {outcome.signal} (exit code {outcome.exit_code})", name)
    report = evaluation.probe
    if report and report.outcome.signal:
        yield Evidence(f"the probe ended by signal {report.outcome.signal}, in the step {report.reached!r}", "probe")
