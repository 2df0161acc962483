"""Ready-made plans: a good submission, those that were seen to fail on the real site, and awkward orders of events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal

from . import texts
from .records import Submission
from .worker import Plan, Result, Step

Scores = Mapping[str, float | str] | Literal["usual"]
PREDICTING = (Step("Submitted"), Step("Preparing", "ingestion_hostname-vm"))
RUNNING = Step("Running", "scoring_hostname-vm")
PREDICTED = Result(ingestion_exit_code=0, elapsed_s=2.008, files={"prediction": "1.0\n" * 40, "metadata.json": "{}"})


def _scoring_after(prediction: Result, **logs: str) -> tuple[Step, ...]:
    """The way to the scoring job, with what the prediction job leaves."""
    named = {f"prediction_ingestion_{name}": text for name, text in logs.items()}
    return (*PREDICTING, Step("Scoring", logs=named, prediction=prediction), RUNNING)


def _finished(scores: Scores | None = "usual") -> Step:
    logs = {"scoring_stdout": texts.SCORING_OUT}
    return Step("Finished", scores=scores, logs=logs, scoring=Result(exit_code=0), detailed_html="<p>detailed</p>")


def _failed(
    stderr: str = texts.NO_PREDICTION, stdout: str = texts.SCORING_STARTED, details: str = texts.CHILD_FAILED
) -> Step:
    logs = {"scoring_stdout": stdout, "scoring_stderr": stderr}
    return Step("Failed", details, logs={name: text for name, text in logs.items() if text})


def good(scores: Scores = "usual") -> Plan:
    """Submitted, Preparing, Scoring, Running, Finished with its scores: five polls. "usual" fits any leaderboard."""
    return Plan("good", (*_scoring_after(PREDICTED, stdout=texts.INGESTION_OUT), _finished(scores)))


def prediction_fails(name: str, stderr: str, stdout: str = "", exit_code: int = 1) -> Plan:
    """The ingestion program ends badly, the scoring program finds no prediction and fails as well."""
    logs = {stream: text for stream, text in (("stdout", stdout), ("stderr", stderr)) if text}
    result = Result(ingestion_exit_code=exit_code)
    return Plan(name, (*_scoring_after(result, **logs), _failed()))


def model_missing() -> Plan:
    return prediction_fails("model_missing", texts.NO_MODEL)


def nested_folder() -> Plan:
    return prediction_fails("nested_folder", texts.NO_MODEL)


def import_error() -> Plan:
    return prediction_fails("import_error", texts.IMPORT_ERROR)


def predict_raises() -> Plan:
    return prediction_fails("predict_raises", texts.PREDICT_RAISES, texts.INGESTION_STARTED)


def weights_relative() -> Plan:
    return prediction_fails("weights_relative", texts.WEIGHTS_RELATIVE, texts.INGESTION_STARTED)


def sigkill() -> Plan:
    """Killed while predicting: no word in any log of the prediction, only the exit code 137 in its zip."""
    return prediction_fails("sigkill", "", texts.INGESTION_STARTED, exit_code=137)


def wrong_shape() -> Plan:
    """The prediction ends well; the scoring program refuses its length."""
    return Plan("wrong_shape", (*_scoring_after(PREDICTED, stdout=texts.INGESTION_OUT), _failed(texts.WRONG_LENGTH)))


def no_scores_file() -> Plan:
    """The scoring program ends well and writes nothing: Finished for a moment, then Failed."""
    seen = Step("Finished", logs={"scoring_stdout": texts.SCORING_STARTED})
    failed = Step("Failed", texts.NO_SCORES)
    return Plan("no_scores_file", (*_scoring_after(PREDICTED, stdout=texts.INGESTION_OUT), seen, failed))


def not_a_zip(polls: int = 2) -> Plan:
    """On the real site after 181 to 185 s, without a log."""
    waiting = Step("Preparing", "ingestion_hostname-vm", polls=polls)
    return Plan("not_a_zip", (Step("Submitted"), waiting, Step("Failed", texts.BAD_ZIP)))


def time_limit(limit_s: int = 600) -> Plan:
    text = texts.TIME_LIMIT.format(limit_s=limit_s)
    failed = Step("Failed", text, logs={"prediction_ingestion_stderr": f"\n{text}"})
    return Plan("time_limit", (*PREDICTING, failed))


def pull_failed(image: str = "codalab/codalab-legacy:py39") -> Plan:
    return Plan("pull_failed", (*PREDICTING, Step("Failed", texts.PULL_FAILED.format(image=image))))


def failed_with(details: str | None) -> Plan:
    """Failed in the scoring job with this text; None leaves the hostname, which says nothing."""
    failed = Step("Failed", details)
    return Plan("failed_with", (*_scoring_after(PREDICTED, stdout=texts.INGESTION_OUT), failed))


def finished_then_failed(details: str = texts.NO_SCORES, polls: int = 1) -> Plan:
    steps = _scoring_after(PREDICTED, stdout=texts.INGESTION_OUT)
    return Plan("finished_then_failed", (*steps, Step("Finished", polls=polls), Step("Failed", details)))


def failed_then_running_then_failed() -> Plan:
    """A Failed that passes, and another with another text."""
    steps = (*PREDICTING, Step("Failed", texts.BAD_ZIP), Step("Running", "scoring_hostname-vm"), _failed())
    return Plan("failed_then_running_then_failed", steps)


def failed_then_finished(scores: Scores = "usual") -> Plan:
    """A Failed that passes, and a good end."""
    steps = _scoring_after(PREDICTED, stdout=texts.INGESTION_OUT)
    return Plan("failed_then_finished", (*PREDICTING, Step("Failed", texts.BAD_ZIP), *steps[2:], _finished(scores)))


def scores_late(scores: Scores = "usual", polls: int = 2) -> Plan:
    """Finished is seen this many times before the scores are there."""
    steps = _scoring_after(PREDICTED, stdout=texts.INGESTION_OUT)
    return Plan("scores_late", (*steps, Step("Finished", polls=polls), _finished(scores)))


def finished_without_scores() -> Plan:
    """Finished for good, with no score: scores.json had no key of the leaderboard."""
    scoring = Result(exit_code=0, files={"scores.json": '{"Accuracy": 0.05}'})
    finished = Step("Finished", logs={"scoring_stdout": texts.SCORING_OUT}, scoring=scoring)
    return Plan("finished_without_scores", (*_scoring_after(PREDICTED, stdout=texts.INGESTION_OUT), finished))


def finished_after(polls: int = 1, seconds: float | None = None, scores: Scores = "usual") -> Plan:
    """Good, but Running for this many polls, or (driven by time) until so long after the creation."""
    *steps, last = good(scores).steps
    steps[-1] = replace(steps[-1], polls=polls)
    return Plan("finished_after", (*steps, replace(last, after_s=seconds)))


def stuck_in(status: str = "Submitted", details: str | None = None) -> Plan:
    """Goes as far as this status and stays."""
    steps: list[Step] = []
    if status != "Submitting":
        for step in good().steps:
            if step.status == status:
                break
            steps.append(step)
    return Plan(f"stuck_in {status}", (*steps, Step(status, details)))


def by_content(plan: Plan | None = None) -> Callable[[Submission], Plan]:
    """The plan, unless what was uploaded is no zip or nothing was: the platform looks at the file only then."""
    return lambda submission: (plan or good()) if submission.dataset.is_zip else not_a_zip()


NAMED: dict[str, Callable[[], Plan]] = {
    make.__name__: make
    for make in (
        good, model_missing, nested_folder, import_error, predict_raises, weights_relative, sigkill, wrong_shape,
        no_scores_file, not_a_zip, time_limit, pull_failed, finished_then_failed, failed_then_running_then_failed,
        failed_then_finished, scores_late, finished_without_scores, finished_after, stuck_in,
    )
}  # fmt: skip
