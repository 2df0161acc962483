"""RUN013: the ingestion program's own failure, judged last, when nothing of the entry explains it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tools.checks.finding import ERROR, Evidence
from tools.checks.registry import Stage, check
from tools.contract import Contract

if TYPE_CHECKING:
    from tools.evaluation import Evaluation


@check(
    "RUN013",
    "the ingestion program failed, and no line of the submission is in its traceback",
    level=ERROR,
    fix="read prediction_ingestion_stderr: what it wants of the zip is the team's to mend, the rest the organiser's",
    source="codabench.md 1.3: the exit code of ingestion does not stop scoring; 4, row 7",
    stage=Stage.EVALUATE,
    after=("ARC", "SRC", "ENV", "RUN", "OUT"),
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
