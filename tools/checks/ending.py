"""RUN004 and on: how the programs of the prediction job ended, beside what the entry raised."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tools.checks.finding import ERROR, WARNING, Evidence, Level
from tools.checks.raised import job_went_well
from tools.checks.registry import Stage, check
from tools.checks.run import CALLS
from tools.contract import Contract
from tools.sandbox.program import Outcome
from tools.worker.status import METADATA_EXISTS

if TYPE_CHECKING:
    from tools.evaluation import Evaluation

NO_LIMIT = "codabench.md 1.5 and 6: the worker itself sets no limit of memory, processes or disk; its machine has some"
STOPPED = ("RUN004", "RUN005", "RUN014")


def _unless_survived(outcome: Outcome) -> Level | None:
    """A warning where only a part of the program met the limit, and it went on to a good end; else the check's own."""
    return WARNING if outcome.exit_code == 0 else None


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
            for thread, where in (evaluation.probe.seen.threads or ()) if evaluation.probe else ():
                told = f"started at {where}, " if where else ""
                yield Evidence(f"the thread {thread!r}, {told}is no daemon, and keeps the program from ending", where)


@check(
    "RUN005",
    "over the memory limit",
    level=ERROR,
    fix="predict in batches, keep one copy of X (float32 is four times the size of uint8), or use a smaller model",
    source=NO_LIMIT,
    stage=Stage.EVALUATE,
    needs_contract=False,
)
def out_of_memory(evaluation: "Evaluation", _contract: Contract | None) -> Iterator[Evidence]:
    """A worker that runs out of memory kills the program: exit code 137, no traceback, nothing in the logs.

    The limit is the one given with --memory-limit. It is proved by what the kernel or the container's engine counted,
    or by what the watcher measured.
    """
    for name, outcome in evaluation.run.outcomes.items():
        if outcome.stopped == "memory":
            yield Evidence(f"{name}: {outcome.proof}", name, _unless_survived(outcome))
    report = evaluation.probe
    if report and report.outcome.stopped == "memory" and report.reached != "end" and not job_went_well(evaluation):
        yield Evidence(f"the probe, in the step {report.reached!r}: {report.outcome.proof}", "probe")


@check(
    "RUN014",
    "stopped by a limit that protects this machine: what is written, or how many processes there are",
    level=ERROR,
    fix="look for a loop that writes or forks; what a submission needs goes into its zip, not to the disk",
    source=NO_LIMIT,
    stage=Stage.EVALUATE,
    needs_contract=False,
)
def over_a_limit_of_this_machine(evaluation: "Evaluation", _contract: Contract | None) -> Iterator[Evidence]:
    """The platform sets no such limit, but its worker's disk and its table of processes end somewhere as well."""
    for name, outcome in evaluation.run.outcomes.items():
        if outcome.stopped in ("disk", "processes"):
            yield Evidence(f"{name}: {outcome.proof}", name, _unless_survived(outcome))


@check(
    "RUN008",
    "killed by a signal, or died in native code",
    level=ERROR,
    fix="signal 9 is mostly memory: predict in batches; 6 and 11 mostly a package built for another version or machine",
    source="codabench.md 1.7 and 6: for a SIGKILL only ingestionExitCode 137 in the output's metadata tells",
    stage=Stage.EVALUATE,
    after=STOPPED,
    needs_contract=False,
)
def killed_by_a_signal(evaluation: "Evaluation", _contract: Contract | None) -> Iterator[Evidence]:
    """A process that dies so leaves no traceback: the logs end in the middle, and scoring finds no predictions."""
    for name, outcome in evaluation.run.outcomes.items():
        if outcome.signal and not name.startswith("scoring"):
            yield Evidence(f"{name} ended by signal {outcome.signal} (exit code {outcome.exit_code})", name)
    report = evaluation.probe
    in_a_step = report and report.reached != "end" and not report.was_cut_off and not job_went_well(evaluation)
    if report and report.outcome.signal and in_a_step:
        yield Evidence(f"the probe ended by signal {report.outcome.signal}, in the step {report.reached!r}", "probe")


@check(
    "RUN009",
    "left early with sys.exit or os._exit",
    level=ERROR,
    fix="take the exit out: a submission is imported and called, and must come back to its caller",
    source="codabench.md 1.3: an exit code of ingestion decides nothing, and 6, case predict_raises",
    stage=Stage.EVALUATE,
    after=(*CALLS, "RUN003", "RUN008", *STOPPED),
    needs_contract=False,
)
def left_early(evaluation: "Evaluation", _contract: Contract | None) -> Iterator[Evidence]:
    """The ingestion program ends with the entry, before it has saved the predictions, and without a traceback.

    With status 0 even the exit code says that all went well. Scoring then looks for predictions that are not there.
    """
    report = evaluation.probe
    if report and report.error and report.error.is_exit:
        yield Evidence(f"the step {report.error.step!r} raised {report.error.text}", report.error.where)
    elif report and report.reached not in ("start", "end") and not report.error and _ended_by_itself(evaluation):
        code = report.outcome.exit_code
        yield Evidence(
            f"the process ended in the step {report.reached!r} with exit code {code}, without a word", "probe"
        )
    else:
        yield from _silent_end(evaluation)


def _ended_by_itself(evaluation: "Evaluation") -> bool:
    """Whether the probe's process ended and nobody had stopped it, as the job's did."""
    return evaluation.probe is not None and not evaluation.probe.outcome.stopped and not job_went_well(evaluation)


def _silent_end(evaluation: "Evaluation") -> Iterator[Evidence]:
    """An ingestion program that ended with 0 and left nothing that scoring could read."""
    run = evaluation.run
    ingestion = run.outcomes.get("ingestion")
    if run.status == "Failed" and ingestion is not None and ingestion.exit_code == 0 and not run.written:
        yield Evidence("the ingestion program ended with exit code 0, and wrote nothing into its output", "ingestion")


@check(
    "RUN010",
    "wrote a file `metadata` into the output folder",
    level=ERROR,
    fix="write it under another name: the worker keeps exit codes and times in /app/output/metadata",
    source="codabench.md 1.7; 4, row 38",
    stage=Stage.EVALUATE,
    needs_contract=False,
)
def wrote_metadata(evaluation: "Evaluation", _contract: Contract | None) -> Iterator[Evidence]:
    """The worker refuses to go on: 'Error, the output directory already contains a metadata file ...'."""
    run = evaluation.run
    if METADATA_EXISTS in (run.status_details or "") and run.predictions is None:
        yield Evidence("there was a file `metadata` in the output when the prediction job had ended", "ingestion")


@check(
    "RUN011",
    "flooded the log",
    level=WARNING,
    fix="print a line for each batch at most, and switch progress bars off (verbose=0)",
    source="codabench.md 1.7: the worker keeps both streams whole, in its memory",
    stage=Stage.EVALUATE,
    needs_contract=False,
)
def flooded_the_log(evaluation: "Evaluation", _contract: Contract | None) -> Iterator[Evidence]:
    """The platform sends and stores all of it, which can end the worker; the kit keeps the beginning and the end."""
    for name, outcome in evaluation.run.outcomes.items():
        for stream, count in outcome.left_out.items():
            yield Evidence(f"{name} wrote so much to {stream} that {count / 1e6:.0f} MB were left out", name)
