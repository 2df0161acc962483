"""SCO: what the scoring program made of the predictions, and what the server would keep of its scores."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tools.checks.finding import ERROR, WARNING, Evidence, Finding
from tools.checks.registry import Stage, check
from tools.contract import Contract
from tools.worker.scores import NOT_FINITE
from tools.worker.status import METADATA_EXISTS, SCORES_NOT_FOUND

if TYPE_CHECKING:
    from tools.evaluation import Evaluation

ENTRY = (
    "ARC001",
    "ARC002",
    "ARC003",
    "ARC004",
    "RUN",
    "OUT001",
    "OUT002",
    "OUT003",
    "OUT004",
    "OUT006",
)
"""Errors of an entry that scoring can fail for. One of the zip or its source does only where the run shows it."""
ORGANISER = (
    "tell the organiser of the competition: the scoring program is theirs, and sending the zip again changes nothing"
)
NOT_JSON = "Could not decode scores json properly"


def _nothing_to_score(evaluation: "Evaluation", _findings: Sequence[Finding]) -> bool:
    """Whether the prediction job failed, for whatever reason that another finding gives."""
    ingestion = evaluation.run.outcomes.get("ingestion")
    return ingestion is not None and ingestion.exit_code != 0


@check(
    "SCO001",
    "the scoring program wrote no scores file",
    level=ERROR,
    fix="the organiser's: the scoring program must write scores.json into $output",
    source="codabench.md 1.10; 4, row 9",
    stage=Stage.EVALUATE,
    after=ENTRY,
    explained=_nothing_to_score,
    needs_contract=False,
)
def no_scores_file(evaluation: "Evaluation", _contract: Contract | None) -> Iterator[Evidence]:
    """The worker reads scores.json, else scores.txt, from the scoring program's output, and finds neither.

    The status turns from Finished to Failed with 'Could not find scores file, did the scoring program output it?'.
    """
    if SCORES_NOT_FOUND in (evaluation.run.status_details or ""):
        output = evaluation.run.output
        names = sorted(path.name for path in output.iterdir()) if output and output.is_dir() else []
        found = f"its output holds {', '.join(names[:5])}" if names else "its output is empty"
        yield Evidence(f"the scoring program ended, and {found}", "scoring")


@check(
    "SCO002",
    "the scores cannot be decoded, or are not an object of keys",
    level=ERROR,
    fix='the organiser\'s: scores.json must hold {"key": number}; scores.txt lines of "key: number", with the space',
    source="codabench.md 1.10; 4, rows 10 and 11",
    stage=Stage.EVALUATE,
    after=ENTRY,
    explained=_nothing_to_score,
    needs_contract=False,
)
def scores_are_no_object(evaluation: "Evaluation", _contract: Contract | None) -> Iterator[Evidence]:
    """Broken JSON ends the submission as Failed; anything else that is no object leaves it Finished without a score.

    The classic is scores.txt with 'accuracy:0.9': without the space it is one text, and the board shows n/a.
    """
    run = evaluation.run
    if NOT_JSON in (run.status_details or ""):
        yield Evidence(run.status_details or "", "scoring")
    elif run.unsent and NOT_FINITE not in run.unsent and "scoring" in run.outcomes:
        yield Evidence(run.unsent, "scoring")
    elif run.stored.complaint and not isinstance(run.scores, dict):
        yield Evidence(run.stored.complaint, "scoring")


@check(
    "SCO003",
    "a score that the platform cannot store: NaN, infinity, null, text, or too many digits",
    level=ERROR,
    fix="look for a class without predictions or a division by zero; the score must be a finite number",
    source="codabench.md 1.10; 4, row 12",
    stage=Stage.EVALUATE,
    after=ENTRY,
    explained=_nothing_to_score,
    needs_contract=False,
)
def score_cannot_be_stored(evaluation: "Evaluation", _contract: Contract | None) -> Iterator[Evidence]:
    """The submission shows Finished, and n/a where the score should be.

    NaN or infinity anywhere keeps all scores from being sent; null, text and more than ten integer digits stop the
    server at that key, with those before it stored.
    """
    run = evaluation.run
    if run.unsent and NOT_FINITE in run.unsent:
        yield Evidence(f"NaN or infinity among the scores: {run.unsent}", "scoring")
    elif run.stored.complaint and isinstance(run.scores, dict):
        yield Evidence(run.stored.complaint, "scoring")


@check(
    "SCO004",
    "a score that is no leaderboard column, or a column without a score",
    level=WARNING,
    fix="the organiser's: the keys of scores.json and of the leaderboard's columns must be the same",
    source="codabench.md 1.10; 4, row 13",
    stage=Stage.EVALUATE,
    after=(*ENTRY, "SCO001", "SCO002", "SCO003"),
    explained=_nothing_to_score,
    needs_contract=False,
)
def keys_and_columns_differ(evaluation: "Evaluation", _contract: Contract | None) -> Iterator[Evidence]:
    """A key that no column has is dropped without a word; a column without a score shows n/a, and n/a ranks on top."""
    run = evaluation.run
    if not isinstance(run.scores, dict):
        return
    known = {column.key for column in evaluation.columns}
    for key, value in run.scores.items():
        if key not in known and not isinstance(value, dict | list):
            yield Evidence(f"{key} is no column; columns are {', '.join(sorted(known))}", "scoring")
    for column in evaluation.columns:
        if column.key not in run.stored.scores:
            yield Evidence(f"the column {column.title!r} ({column.key}) gets no score", "scoring")


@check(
    "SCO005",
    "the scoring program failed by itself",
    level=ERROR,
    fix=ORGANISER,
    source="codabench.md 1.3 and 1.9; 4, row 8",
    stage=Stage.EVALUATE,
    after=(*ENTRY, "SCO001", "SCO002", "SCO003"),
    explained=_nothing_to_score,
    needs_contract=False,
)
def scoring_failed(evaluation: "Evaluation", _contract: Contract | None) -> Iterator[Evidence]:
    """Nothing is wrong with what the submission did, as far as the kit can tell, and scoring ended with an error.

    The user sees 'Child task failed or non-zero return code', the same words as for a submission that failed.
    """
    run = evaluation.run
    scoring = run.outcomes.get("scoring")
    if scoring is not None and scoring.exit_code != 0:
        lines = [line for line in run.logs.get("scoring_stderr", "").splitlines() if line.strip()]
        told = f": {lines[-1].strip()}" if lines else ", without a word"
        yield Evidence(f"exit code {scoring.exit_code}{told}", "scoring")
    elif scoring is not None and METADATA_EXISTS in (run.status_details or ""):
        yield Evidence("it wrote a file `metadata` into its output", "scoring")
    elif scoring is None and run.output is not None and run.status == "Failed":
        yield Evidence("its metadata.yaml names no command that can be run", "scoring")
