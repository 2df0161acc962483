"""OUT: what the method returned. Seen twice: in the file that the prediction job wrote, and by the probe.

Each check is for the kinds of output that it makes sense for: all for class ids, fewer for numbers, and of an output
that may be anything only that it is there. "Rows" are whatever X holds many of: images, texts, measurements.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from tools.checks.finding import ERROR, WARNING, Evidence, Finding
from tools.checks.registry import Stage, check
from tools.contract import Contract

if TYPE_CHECKING:
    from tools.evaluation import Answer, Evaluation

RAN = ("ARC001", "ARC002", "ARC003", "ARC004", "SRC001", "RUN001", "RUN002", "RUN003", "RUN008")
SHAPED = (*RAN, "OUT001", "OUT002", "OUT003")
INTERFACE = "competition.md, The interface that the evaluator asks for"
FIX_IDS = "return np.argmax(probabilities, axis=1): an integer array of shape (n,)"
IDS, NUMBERS, ANY = "class ids", "numbers", "any"


def _no_answer(evaluation: "Evaluation", _findings: Sequence[Finding]) -> bool:
    """Whether nobody saw an answer, in the job or by the probe."""
    return not evaluation.answers


def _first(evaluation: "Evaluation", judge: Callable[["Answer"], str | None]) -> Iterator[Evidence]:
    """The complaint about the first answer that has one: the job's before the probe's."""
    for answer in evaluation.answers:
        if complaint := judge(answer):
            yield Evidence(f"{complaint} ({answer.seen_in}, {answer.images} rows)", answer.seen_in)
            return


@check(
    "OUT001",
    "the answer is None, or nothing array-like",
    level=ERROR,
    fix="end the method with `return` and the array that the contract's output describes",
    source=INTERFACE,
    stage=Stage.EVALUATE,
    after=RAN,
    explained=_no_answer,
)
def not_array_like(evaluation: "Evaluation", contract: Contract) -> Iterator[Evidence]:
    """A method without `return` gives None, which the ingestion program cannot save as predictions.

    Where class ids or numbers are wanted, a dictionary, or rows of different lengths, cannot be saved either.
    """

    def judge(answer: "Answer") -> str | None:
        if answer.told["type"] == "NoneType":
            return "got None"
        if contract.output.kind == ANY:
            return None
        if "complaint" in answer.told:
            return f"got {answer.told['type']}, which does not become an array: {answer.told['complaint']}"
        if answer.told["kind"] == "O" and not answer.told["shape"]:
            return f"got {answer.told['type']}, which is no array"
        return None

    yield from _first(evaluation, judge)


@check(
    "OUT002",
    "the wrong number of rows",
    level=ERROR,
    fix="give one answer for each row of X: look for a last batch dropped, or predicted on a part only",
    source="codabench.md 6, case wrong_shape",
    stage=Stage.EVALUATE,
    after=(*RAN, "OUT001"),
    explained=_no_answer,
)
def wrong_row_count(evaluation: "Evaluation", contract: Contract) -> Iterator[Evidence]:
    """The scoring program compares answer by answer, and fails on the difference in length.

    Ingestion ends well, so the cause is in scoring_stderr.
    """

    def judge(answer: "Answer") -> str | None:
        shape = answer.told["shape"]
        if contract.output.kind == IDS and len(shape) != 1:  # OUT003 tells
            return None
        if shape and shape[0] == answer.images:
            return None
        return f"got {f'{shape[0]} answers' if shape else 'a single value'}, wanted {answer.images}"

    if contract.output.kind != ANY:
        yield from _first(evaluation, judge)


@check(
    "OUT003",
    "the wrong shape: one-hot, probabilities, or a column",
    level=ERROR,
    fix=FIX_IDS,
    source=INTERFACE,
    stage=Stage.EVALUATE,
    after=(*RAN, "OUT001"),
    explained=_no_answer,
)
def wrong_shape(evaluation: "Evaluation", contract: Contract) -> Iterator[Evidence]:
    """One class id is wanted for each row, shape (n,).

    Scoring either fails on the shape or, worse, compares whole rows and gives a score near zero.
    """

    def judge(answer: "Answer") -> str | None:
        shape = tuple(answer.told["shape"])
        if len(shape) == 1:
            return None
        if shape == (answer.images, 1):
            likely = "a column"
        elif shape == (answer.images, len(contract.classes)):
            likely = "one-hot" if answer.told.get("whole") else "probabilities"
        else:
            likely = "not one id for each row"
        return f"got the shape {shape}: {likely}; wanted ({answer.images},)"

    if contract.output.kind == IDS:
        yield from _first(evaluation, judge)


@check(
    "OUT004",
    "the wrong type of values",
    level=ERROR,
    fix="return a numeric array: for class ids np.asarray(ids).astype(np.int64), else np.asarray(values, dtype=float)",
    source=INTERFACE,
    stage=Stage.EVALUATE,
    after=SHAPED,
    explained=_no_answer,
)
def wrong_dtype(evaluation: "Evaluation", contract: Contract) -> Iterator[Evidence]:
    """Class names or objects equal no id and no number, so that every answer is wrong or scoring fails.

    Of class ids, whole floats and tensors mostly work, but not with every scoring program.
    """
    kind = contract.output.kind
    if kind == ANY:
        return
    for answer in evaluation.answers:
        dtype, letter = answer.told["dtype"], answer.told["kind"]
        if letter not in "biuf":
            wanted = "integers" if kind == IDS else "numbers"
            names = f", names among {', '.join(contract.classes)}?" if kind == IDS and letter in "US" else ""
            yield Evidence(f"got dtype {dtype}, {wanted} are wanted{names} ({answer.seen_in})", answer.seen_in)
        elif kind == IDS:
            yield from _no_integers(answer)


def _no_integers(answer: "Answer") -> Iterator[Evidence]:
    """What is wrong with the type of numeric class ids."""
    told, place = answer.told, answer.seen_in
    if told["kind"] == "f" and not told.get("not_finite") and not told.get("whole", True):
        yield Evidence(f"got {told['dtype']} that are no whole numbers ({place})", place)
    elif (told["kind"] == "f" and not told.get("not_finite")) or told["kind"] == "b":
        yield Evidence(f"got {told['dtype']}, integers are wanted ({place})", place, WARNING)
    elif not told["is_array"]:
        yield Evidence(f"got {told['type']}, a NumPy array is wanted ({place})", place, WARNING)


@check(
    "OUT005",
    "ids outside the classes",
    level=ERROR,
    fix="count from 0; a network with more outputs than classes, or labels from 1, gives such ids",
    source=INTERFACE,
    stage=Stage.EVALUATE,
    after=SHAPED,
    explained=_no_answer,
)
def ids_outside(evaluation: "Evaluation", contract: Contract) -> Iterator[Evidence]:
    """An id that no class has is counted as wrong, or breaks a scoring program that counts by class."""
    last = len(contract.classes) - 1

    def judge(answer: "Answer") -> str | None:
        least, most = answer.told.get("least", 0), answer.told.get("most", 0)
        inside = math.floor(least) >= 0 and most <= last
        return None if inside else f"got ids from {least:g} to {most:g}, wanted 0 to {last}"

    if contract.output.kind == IDS:
        yield from _first(evaluation, judge)


@check(
    "OUT006",
    "NaN or infinity among the answers",
    level=ERROR,
    fix="look for a division by zero or a logarithm of 0 in the preprocessing: a constant input has no spread",
    source="codabench.md 1.10: NaN among the scores is never stored",
    stage=Stage.EVALUATE,
    after=SHAPED,
    explained=_no_answer,
)
def not_finite(evaluation: "Evaluation", contract: Contract) -> Iterator[Evidence]:
    """NaN equals no answer and spreads: a score that becomes NaN is not stored, and the board shows n/a."""

    def judge(answer: "Answer") -> str | None:
        count = answer.told.get("not_finite", 0)
        return f"{count} values are NaN or infinite" if count else None

    if contract.output.kind != ANY:
        yield from _first(evaluation, judge)
