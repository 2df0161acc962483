"""What the entry raised, in which step and where: read from the probe, or else from the prediction job's logs."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.checks.trace import last_trace
from tools.contract import Contract

if TYPE_CHECKING:
    from tools.evaluation import Evaluation

STEPS = {"import": "the import", "construct": "the constructor", "predict": "the method"}
OF_THIS_MACHINE = frozenset({"OSError", "MemoryError"})
"""What the probe can meet for itself: it finds no input data there, and needs memory beside the jobs."""
LOG = "prediction_ingestion_stderr"


@dataclass(frozen=True, kw_only=True)
class Raised:
    """An exception: `step` is "import", "construct" or "predict", `text` its type and message.

    `where` is the last line of the submission that it went through, `frames` all of those as text. `kind` is the name
    of its class. `only_in_probe` says that the prediction job went well on its rows, `only_in_job` that the probe did.
    """

    step: str
    text: str
    where: str | None
    frames: tuple[str, ...]
    kinds: tuple[str, ...]
    only_in_probe: bool = False
    only_in_job: bool = False

    @property
    def is_doubtful(self) -> bool:
        """Whether the probe alone met it, and may itself be the reason."""
        return self.only_in_probe and bool(OF_THIS_MACHINE.intersection(self.kinds))

    @property
    def told(self) -> str:
        """In a sentence: `the method raised ValueError: bad (model.py:12)`."""
        return f"{STEPS[self.step]} raised {first_line(self.text)}{f' ({self.where})' if self.where else ''}"


def first_line(text: str, limit: int = 200) -> str:
    """The first line of a message, at most so many characters of it."""
    line = next((line for line in text.splitlines() if line.strip()), "")
    return f"{line[:limit]}..." if len(line) > limit else line


def job_went_well(evaluation: "Evaluation") -> bool:
    """Whether the ingestion program came to its end and left something for scoring to read."""
    outcome = evaluation.run.outcomes.get("ingestion")
    return outcome is not None and outcome.exit_code == 0 and bool(evaluation.run.written)


def raised(evaluation: "Evaluation") -> Raised | None:
    """What the entry raised; None where it did not, or left on purpose."""
    report = evaluation.probe
    if report and report.error:
        error = report.error
        if error.is_exit or error.step not in STEPS:
            return None
        return Raised(
            step=error.step,
            text=error.text,
            where=error.where,
            frames=error.frames,
            kinds=error.kinds or (_class_name(error.text),),
            only_in_probe=job_went_well(evaluation),
        )
    if not _trace_counts(evaluation):
        return None
    trace = last_trace(evaluation.run.logs.get(LOG, ""))
    step = _step(trace.frames[0].function, evaluation.contract) if trace and trace.frames else None
    if trace is None or step is None or trace.error.startswith("SystemExit"):
        return None
    return Raised(
        step=step,
        text=trace.error,
        where=trace.frames[-1].where,
        frames=tuple(f"{frame.where}, in {frame.function}: {frame.code}" for frame in trace.frames),
        kinds=(_class_name(trace.error),),
        only_in_job=report is not None and report.reached == "end",
    )


def _trace_counts(evaluation: "Evaluation") -> bool:
    """Whether a traceback in the log can be why the job failed: an entry may print one, and go on."""
    outcome, report = evaluation.run.outcomes.get("ingestion"), evaluation.probe
    if outcome is not None and outcome.exit_code == 0:
        return evaluation.run.status == "Failed" and not (report and report.reached == "end")
    return True


def raised_outside(evaluation: "Evaluation") -> Raised | None:
    """What ended the ingestion program without a line of the submission, as if it had happened in its last step."""
    outcome = evaluation.run.outcomes.get("ingestion")
    trace = last_trace(evaluation.run.logs.get(LOG, ""))
    if outcome is None or not outcome.exit_code or trace is None or trace.frames:
        return None
    return Raised(step="import", text=trace.error, where=None, frames=(), kinds=(_class_name(trace.error),))


def _step(function: str, contract: Contract | None) -> str | None:
    """The step that the outermost frame in the submission belongs to; without a contract any other is the last."""
    steps = {"<module>": "import", "__init__": "construct"}
    if contract is None:
        return steps.get(function, "predict")
    return (steps | {contract.method: "predict"}).get(function)


def _class_name(text: str) -> str:
    """The class in a message as Python prints it: `urllib.error.URLError: <urlopen ...>` is a URLError."""
    return text.partition(":")[0].strip().rpartition(".")[2]
