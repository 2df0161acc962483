"""RUN013: the ingestion program's own failure, judged last, when nothing of the entry explains it."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tools.checks.cause import cause_of
from tools.checks.finding import ERROR, Evidence, Finding
from tools.checks.raised import raised, raised_outside
from tools.checks.registry import Stage, check
from tools.contract import Contract

if TYPE_CHECKING:
    from tools.evaluation import Evaluation


BROKEN_BEFORE = ("ARC001", "ARC002", "ARC003", "ARC004", "ARC008", "SRC001", "SRC002", "RUN", "OUT")
"""What leaves the ingestion program nothing to import, or breaks what it does with the answer."""


def _caused(evaluation: "Evaluation", findings: Sequence[Finding]) -> bool:
    """Whether a static finding is the cause, in a line of the submission or where the program called it."""
    return any(cause_of(error, findings) for error in (raised(evaluation), raised_outside(evaluation)))


@check(
    "RUN013",
    "the ingestion program failed, and no line of the submission is in its traceback",
    level=ERROR,
    fix="read prediction_ingestion_stderr: what it wants of the zip is the team's to mend, the rest the organiser's",
    source="codabench.md 1.3: the exit code of ingestion does not stop scoring; 4, row 7",
    stage=Stage.EVALUATE,
    after=BROKEN_BEFORE,
    explained=_caused,
    needs_contract=False,
)
def ingestion_failed(evaluation: "Evaluation", _contract: Contract | None) -> Iterator[Evidence]:
    """Scoring runs all the same and fails for want of predictions; what the platform shows is that failure.

    Without a contract the kit does not know what the ingestion program asks of a submission: its own words say more.
    """
    outcome = evaluation.run.outcomes.get("ingestion")
    if outcome is None or not outcome.exit_code:
        return
    lines = [line for line in evaluation.run.logs.get("prediction_ingestion_stderr", "").splitlines() if line.strip()]
    yield Evidence(f"exit code {outcome.exit_code}: {lines[-1].strip() if lines else 'it said nothing'}", "ingestion")
