"""OUT007 and OUT012: the answers beside the labels, where labels are known."""

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tools.checks.finding import ERROR, WARNING, Evidence, Finding
from tools.checks.output import SHAPED
from tools.checks.registry import Stage, check
from tools.contract import Contract

if TYPE_CHECKING:
    from tools.evaluation import Evaluation

LOSS, SIGMAS = 0.05, 3
"""Accuracy that may be lost on the very same images: to rounding, or to weights of fewer bits, at most a few points."""
LEAST_ROWS, LEAST_OF_A_CLASS = 128, 20
"""Even a class that is recognised three times in ten is missed 20 times in a row only once in a thousand."""
JOB = "the prediction job"


def _no_claim(evaluation: "Evaluation", _findings: Sequence[Finding]) -> bool:
    return evaluation.judged is None or evaluation.judged.claimed is None


@check(
    "OUT012",
    "far less accurate on the same images than the training card says",
    level=ERROR,
    fix="give predict the preprocessing of training; best inside the exported graph, as kit train and kit build do",
    source="competition.md, Failures that teams reported: x/255 against raw, 0.99 falls to 0.77",
    stage=Stage.EVALUATE,
    after=SHAPED,
    explained=_no_claim,
)
def less_accurate_than_the_card(evaluation: "Evaluation", _contract: Contract) -> Iterator[Evidence]:
    """The images are those that the card was written for, so the model or what it is given must be another.

    Nothing raises: the platform shows Finished and a bad score. Mostly predict scales X otherwise than training did,
    or swaps its channels. Accused from 5 points on, and only beyond three times what chance could do.
    """
    judged = evaluation.judged
    if judged is None or judged.claimed is None:
        return
    count = judged.rows
    got, expected = judged.right / count, judged.claimed
    likely = (expected * count + 1) / (count + 2)
    if expected - got > max(LOSS, SIGMAS * math.sqrt(likely * (1 - likely) / count)):
        yield Evidence(
            f"got an accuracy of {got:.3f}, expected {expected:.3f} (card.json), on the same {count} images", JOB
        )


def _too_few(evaluation: "Evaluation", _findings: Sequence[Finding]) -> bool:
    """Whether the labels are not known, or too few or too alike to tell."""
    judged = evaluation.judged
    if judged is None or judged.rows < LEAST_ROWS:
        return True
    return sum(rows >= LEAST_OF_A_CLASS for rows in judged.counts.values()) <= 1


@check(
    "OUT007",
    "one class for everything, or a class never predicted where the data has it",
    level=WARNING,
    fix="compare X's range and channels with training's (print(X.min(), X.max())), and load the trained weights",
    source="competition.md: a constant answer scores 0.195; x/127.5-1 against raw falls to 0.29",
    stage=Stage.EVALUATE,
    after=(*SHAPED, "OUT005", "OUT012"),
    explained=_too_few,
)
def a_class_is_never_predicted(evaluation: "Evaluation", contract: Contract) -> Iterator[Evidence]:
    """Input of another range than in training, or weights that were never loaded, put everything into one class.

    Judged from 128 labelled rows on, and for classes with 20 of them. On the kit's own drawn cells, which no entry
    was trained on, only one class for everything counts.
    """
    judged = evaluation.judged
    if judged is None:
        return
    if len(judged.given) == 1:
        name = contract.classes[next(iter(judged.given))]
        yield Evidence(f"{name} for each of {judged.rows} rows; the labels have {len(judged.counts)} classes", JOB)
    elif not judged.is_drawn:
        for label, rows in judged.counts.items():
            if rows >= LEAST_OF_A_CLASS and label not in judged.given:
                name = contract.classes[label]
                yield Evidence(f"{name} is never predicted, and is right for {rows} of {judged.rows} rows", JOB)
