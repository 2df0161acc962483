"""What followed from the primary cause, step by step, up to what the platform shows: one defect, one finding."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tools.checks.cause import cause_of
from tools.checks.finding import Finding, Level
from tools.checks.raised import first_line, raised, raised_outside
from tools.checks.result import Result
from tools.contract import Contract

if TYPE_CHECKING:
    from tools.evaluation import Evaluation

RAISED = ("RUN001", "RUN002", "RUN003")
UNZIP = ("ARC001", "ARC004")
BREAK_THE_IMPORT = ("ARC002", "ARC003", "ARC008", "SRC001", "SRC002", "SRC003", "SRC004")


def with_chain(
    static: Result, dynamic: Result, evaluation: "Evaluation", contract: Contract | None
) -> tuple[Result, Result]:
    """Both results, with the chain at the one finding that is the primary cause, if there is one."""
    primary = primary_of(static.findings, dynamic.findings, evaluation)
    if primary is None:
        return static, dynamic
    chain = tuple(chain_of(primary, evaluation, contract))
    told = replace(primary, chain=chain)

    def put(result: Result) -> Result:
        return replace(result, findings=tuple(told if one is primary else one for one in result.findings))

    return put(static), put(dynamic)


def primary_of(static: Sequence[Finding], dynamic: Sequence[Finding], evaluation: "Evaluation") -> Finding | None:
    """The first error that the run showed; else the static one that explains why it failed; None where it did not."""
    for finding in dynamic:
        if finding.level is Level.ERROR:
            return finding
    error = raised(evaluation) or raised_outside(evaluation)
    if found := cause_of(error, static):
        return found
    if evaluation.run.status == "Finished":
        return None
    wanted = BREAK_THE_IMPORT if "ingestion" in evaluation.run.outcomes else UNZIP
    return next((one for one in static if one.level is Level.ERROR and one.code in wanted), None)


def chain_of(primary: Finding, evaluation: "Evaluation", contract: Contract | None) -> Iterator[str]:
    """What followed from a finding, in order."""
    run = evaluation.run
    error = raised(evaluation)
    if error is not None and primary.code not in RAISED and not error.only_in_probe:
        yield error.told
    elif error is None and primary.code.startswith(("ARC", "SRC", "ENV")) and (outside := raised_outside(evaluation)):
        yield f"the ingestion program met {first_line(outside.text)}"
    for name in ("submission", "ingestion", "scoring"):
        if name != primary.where and (told := _ending(name, evaluation)):
            yield told
        if name == "ingestion" and _nothing_written(evaluation, contract):
            ended = run.outcomes["ingestion"].exit_code == 0
            yield "no predictions were written" + (", though the exit code says that all went well" if ended else "")
    yield _shown(run.status, run.status_details, run.shown)


def _ending(name: str, evaluation: "Evaluation") -> str | None:
    """How a program failed; None where it did not, or was not run."""
    outcome = evaluation.run.outcomes.get(name)
    if outcome is None or outcome.exit_code == 0:
        return None
    who = {"submission": "the submission's own command", "ingestion": "the ingestion program"}.get(
        name, f"the {name} program"
    )
    if outcome.timed_out:
        return f"{who} was killed at the limit of {evaluation.limit_s:g} s"
    if name == "scoring":
        return f"{who} failed: {_last_words(evaluation.run.logs.get('scoring_stderr', ''))}"
    return f"{who} ended with exit code {outcome.exit_code}"


def _last_words(log: str) -> str:
    lines = [line for line in log.splitlines() if line.strip()]
    return first_line(lines[-1].strip()) if lines else "without a word"


def _nothing_written(evaluation: "Evaluation", contract: Contract | None) -> bool:
    """Whether the prediction job left no predictions: the file that the contract names, else nothing at all."""
    run = evaluation.run
    if "ingestion" not in run.outcomes:
        return False
    file = contract.output.file if contract else None
    return file not in run.written if file else not run.written


def _shown(status: str, details: str | None, shown: dict[str, str]) -> str:
    """What the platform would show."""
    if status == "Finished":
        row = ", ".join(f"{title} {value}" for title, value in list(shown.items())[:1])
        return f"the platform shows Finished{f', {row}' if row else ' and no score'}"
    if status != "Failed":
        return f"the platform stays at {status}, without a word"
    return f"the platform shows Failed: {first_line(details or 'without a text')}"
