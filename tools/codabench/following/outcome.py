"""What the end of a submission means: its verdict, and where it failed, why, the cause before what followed.

The text that the platform shows is mostly the scoring program's failure; the cause stands in the log of the
prediction (codabench.md 6). Nothing is fetched here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tools.codabench.answers import Submission
from tools.codabench.following.timeline import message
from tools.explain import TEXTS, Diagnosis, diagnose, diagnose_log
from tools.explain.reading import LOGS

NO_SCORE, CANCELLED, BARE, HIDDEN, CHILDLESS = "SRV024", "SRV027", "SRV026", "SRV028", "SRV025"
STATUS = "status_details"
METADATA = "metadata of prediction_result.zip"
GOOD, BAD, RUNNING = 0, 4, 5
"""Exit codes of a command that follows."""


class Verdict(StrEnum):
    """How a submission, or one task of it, has ended."""

    SCORED = "scored"
    HIDDEN = "scores hidden"
    SCORELESS = "finished without a score"
    FAILED = "failed"
    CANCELLED = "cancelled"
    RUNNING = "still running"

    @property
    def exit_code(self) -> int:
        """0 for a good end, 4 for a bad one, 5 where it goes on."""
        if self is Verdict.RUNNING:
            return RUNNING
        return GOOD if self in (Verdict.SCORED, Verdict.HIDDEN) else BAD


@dataclass(frozen=True, kw_only=True)
class Clue:
    """What one text of the platform tells: `source` is the log's name, `status_details` or the like."""

    source: str
    diagnosis: Diagnosis

    @property
    def code(self) -> str:
        """Of the explanation."""
        return self.diagnosis.text.code


def verdict_of(submission: Submission, *, hides_scores: bool = False, has_settled: bool = True) -> Verdict:
    """How a submission stands; of one with children it says nothing, each child has its own."""
    if submission.status == "Cancelled":
        return Verdict.CANCELLED
    if not has_settled or not submission.has_ended:
        return Verdict.RUNNING
    if submission.status == "Failed":
        return Verdict.FAILED
    if submission.scores:
        return Verdict.SCORED
    return Verdict.HIDDEN if hides_scores else Verdict.SCORELESS


def exit_code_of(verdicts: list[Verdict]) -> int:
    """Of all tasks together: still running before failed, failed before good."""
    return max((one.exit_code for one in verdicts), default=RUNNING)


def clues(
    submission: Submission, logs: Mapping[str, bytes], exit_code: int | None = None, *, is_hidden: bool = False
) -> tuple[Clue, ...]:
    """Why a submission ended badly, the likeliest cause first; at least one.

    `logs` are those with text by the platform's names; `exit_code` is the ingestion program's, None where it is not
    known. What is no more than a guess counts only where nothing else is known.
    """
    found = list(_found(submission, logs, exit_code))
    sure = [clue for clue in found if not clue.diagnosis.is_guess and not clue.diagnosis.text.harmless]
    told = [clue for clue in sure if not clue.diagnosis.text.follows]
    told += [clue for clue in sure if clue.diagnosis.text.follows]
    if not told:
        guesses = [clue for clue in found if clue.source == STATUS and clue.diagnosis.likeness > 0]
        told = guesses[:1] or [_plain(_bare_code(submission, is_hidden=is_hidden), submission.status)]
    return tuple({clue.code: clue for clue in reversed(told)}.values())[::-1]


def _found(submission: Submission, logs: Mapping[str, bytes], exit_code: int | None) -> Iterator[Clue]:
    """All that is told, in the order in which it should be read."""
    named = [name for name in LOGS if name in logs] + sorted(set(logs) - set(LOGS))
    is_told = False
    for name in sorted(named, key=lambda name: not name.startswith("prediction")):
        if exit_code and not is_told and not name.startswith("prediction"):
            is_told = True
            yield from _of_exit_code(exit_code)
        yield from (Clue(source=name, diagnosis=one) for one in diagnose_log(name, logs[name]))
    if exit_code and not is_told:
        yield from _of_exit_code(exit_code)
    if submission.status == "Finished":
        yield _plain(NO_SCORE, "Finished, and no score")
    elif submission.status == "Cancelled":
        yield _plain(CANCELLED, "Cancelled")
    elif text := message(submission.status_details):
        yield from (Clue(source=STATUS, diagnosis=one) for one in diagnose(text))


def _of_exit_code(exit_code: int) -> Iterator[Clue]:
    told = f"ingestionExitCode: {exit_code}"
    return (Clue(source=METADATA, diagnosis=one) for one in diagnose(told) if not one.is_guess)


def _bare_code(submission: Submission, *, is_hidden: bool) -> str:
    """What is said where the platform says nothing."""
    if submission.has_children and not submission.children:
        return CHILDLESS
    return HIDDEN if is_hidden else BARE


def _plain(code: str, matched: str) -> Clue:
    return Clue(source="the status", diagnosis=Diagnosis(text=TEXTS[code], matched=matched))
