"""How a submission goes: a plan of steps, and what each step does to the submission.

A step is entered when the submission was polled often enough, or when its time has come. It sets the status, writes
logs and results into the storage, and lets scores appear, as the compute worker's calls do on the real site.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from .ranking import put_on_leaderboard
from .records import Score
from .results import prediction_zip, scoring_zip

if TYPE_CHECKING:
    from .records import Submission
    from .state import State

PREDICTION_LOGS = tuple(f"prediction_{name}" for name in ("stdout", "stderr", "ingestion_stdout", "ingestion_stderr"))
SCORING_LOGS = tuple(f"scoring_{name}" for name in ("stdout", "stderr", "ingestion_stdout", "ingestion_stderr"))
USUAL = {"accuracy": 0.05, "duration": 0.056742191314697266}
HOSTNAMES = ("ingestion_hostname-", "scoring_hostname-")


@dataclass(frozen=True)
class Result:
    """What one job leaves behind: a zip of its output, with a `metadata` of exit codes."""

    exit_code: int | None = None  # of the program
    ingestion_exit_code: int | None = None
    elapsed_s: float = 0.5
    files: Mapping[str, str | bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    status: str
    details: str | None = None  # None: as they were
    polls: int = 1  # how many polls see this step
    after_s: float | None = None  # seconds from the creation; None: when the steps before it have had their polls
    scores: Mapping[str, float | str] | Literal["usual"] | None = None
    logs: Mapping[str, str] = field(default_factory=dict)
    prediction: Result | None = None
    scoring: Result | None = None
    detailed_html: str | None = None


@dataclass(frozen=True)
class Plan:
    name: str
    steps: tuple[Step, ...]

    def slower(self, factor: int) -> Plan:
        """The same, each step but the last seen by so many times the polls."""
        *steps, last = self.steps
        return replace(self, steps=(*(replace(step, polls=step.polls * factor) for step in steps), last))


def poll(state: State, submission: Submission) -> None:
    """A client asks for this submission: one poll further, and its children with a parent."""
    submission.polls += 1
    if state.settings.driven_by == "time":
        return
    for one in submission.children or [submission]:
        one.polls += one is not submission
        _enter_until(state, one, _step_by_polls(one))


def settle(state: State) -> None:
    """Bring every submission to where its time has come."""
    if state.settings.driven_by == "time":
        for submission in state.submissions:
            if not submission.children:
                _enter_until(state, submission, _step_by_time(state, submission))


def finish(state: State, submission: Submission) -> None:
    """Bring a submission to its plan's end, whatever drives it."""
    for one in submission.children or [submission]:
        _enter_until(state, one, len(one.plan.steps) - 1)


def _step_by_polls(submission: Submission) -> int:
    seen = 0
    for index, step in enumerate(submission.plan.steps):
        seen += step.polls
        if submission.polls <= seen:
            return index
    return len(submission.plan.steps) - 1


def _step_by_time(state: State, submission: Submission) -> int:
    age = (state.now() - submission.created_when).total_seconds()
    begin, reached = state.settings.step_seconds / 2, -1  # half a step as "Submitting"
    for index, step in enumerate(submission.plan.steps):
        begin = step.after_s if step.after_s is not None else begin
        if age < begin:
            break
        reached, begin = index, begin + step.polls * state.settings.step_seconds
    return reached


def _enter_until(state: State, submission: Submission, index: int) -> None:
    while submission.entered < index and submission.status != "Cancelled":
        submission.entered += 1
        _enter(state, submission, submission.plan.steps[submission.entered])


def _enter(state: State, submission: Submission, step: Step) -> None:
    submission.status = step.status
    if step.details is not None:
        submission.status_details = _worded(state, step)
    if step.status not in {"Submitting", "None"} and submission.prediction_result is None:
        _send_to_worker(state, submission)
    if step.status == "Scoring" and SCORING_LOGS[0] not in submission.logs:
        _make_logs(state, submission, SCORING_LOGS)
    for name, text in step.logs.items():
        submission.logs[name] = state.store(
            "submission_details", f"{name}.txt", text.encode(), content_type="application/zip"
        )
    _store_results(state, submission, step)
    if step.scores is not None:
        _add_scores(state, submission, step.scores)
    _tell_parent(submission)


def _worded(state: State, step: Step) -> str:
    """Workers since v1.25 put each message into a sentence."""
    details = step.details or ""
    if step.status != "Failed" or details.startswith(HOSTNAMES) or state.settings.worker_profile == "2026-03":
        return details
    if details.startswith("Pull for"):
        return f"Docker image pull failed: {details}"
    return f"Submission failed: {details}. See logs for more details."


def _send_to_worker(state: State, submission: Submission) -> None:
    """The site makes empty files that the worker will write."""
    submission.prediction_result = state.store(
        "prediction_result", "prediction_result.zip", content_type="application/zip"
    )
    submission.scoring_result = state.store("scoring_result", "scoring_result.zip", content_type="application/zip")
    _make_logs(state, submission, PREDICTION_LOGS)


def _make_logs(state: State, submission: Submission, names: tuple[str, ...]) -> None:
    for name in names:
        submission.logs[name] = state.store("submission_details", f"{name}.txt", content_type="text/plain")


def _store_results(state: State, submission: Submission, step: Step) -> None:
    zipped = "application/zip"
    if step.prediction is not None:
        copied = submission.dataset if state.settings.worker_profile == "2026-03" else None
        content = prediction_zip(step.prediction, copied)
        submission.prediction_result = state.store(
            "prediction_result", "prediction_result.zip", content, content_type=zipped
        )
    if step.scoring is not None:
        content = scoring_zip(step.scoring, _resolved(submission, step.scores))
        submission.scoring_result = state.store("scoring_result", "scoring_result.zip", content, content_type=zipped)
    if step.detailed_html is not None and submission.competition.enable_detailed_results:
        content = step.detailed_html.encode()
        submission.detailed_result = state.store(
            "detailed_result", "detailed_results.html", content, content_type="text/html"
        )


def _resolved(submission: Submission, scores: Mapping[str, float | str] | str | None) -> Mapping[str, float | str]:
    if scores == "usual":
        return {column.key: USUAL.get(column.key, 0.5) for column in submission.competition.leaderboard.columns}
    return scores or {}  # type: ignore[return-value]


def _add_scores(state: State, submission: Submission, scores: Mapping[str, float | str] | str) -> None:
    """Keys that are no column are passed over, as the site does; a parent gets its children's."""
    columns = {column.key: column for column in submission.competition.leaderboard.columns}
    for key, value in _resolved(submission, scores).items():
        if key in columns:
            score = Score(state.next_id("score"), columns[key].index, key, f"{float(value):.10f}")
            submission.scores.append(score)
            if submission.parent is not None:
                submission.parent.scores.append(score)
    put_on_leaderboard(state, submission)


def _tell_parent(submission: Submission) -> None:
    """A parent is finished when its children have ended, even when all have failed."""
    parent = submission.parent
    if parent is None or parent.status == "Cancelled":
        return
    if all(child.ended for child in parent.children):
        parent.status = "Finished"
    elif submission.status == "Running":
        parent.status = "Running"
