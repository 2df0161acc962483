"""Findings and results for people, on any width of terminal."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from tools.bundle.document import printable
from tools.checks import Finding, Level, Result
from tools.report.document import enforced, parent_status

if TYPE_CHECKING:
    from tools.evaluate import Evaluated
    from tools.evaluation import Evaluation

COLOURS = {Level.ERROR: "bold red", Level.WARNING: "bold yellow", Level.NOTE: "bold blue"}
LOG_LINES = 12
ENFORCED = {
    "labels": ("labels hidden", "the labels can be read"),
    "files": ("your files hidden", "your files can be read"),
    "system": ("system read-only", "your files can be written"),
    "network": ("no network", "the network is on"),
    "processes": ("other processes hidden", "other processes can be seen"),
}


def print_findings(console: Console, result: Result) -> None:
    """Each finding with its evidence and fix, then a line that counts."""
    for finding in result.findings:
        print_finding(console, finding)
    console.print(count_line(result), markup=False)


def count_line(result: Result) -> str:
    """`1 error, 2 warnings; 18 checks passed, 3 not reached`."""
    parts = []
    for level in Level:
        count = sum(finding.level is level for finding in result.findings)
        if count or level is Level.ERROR:
            parts.append(f"{count} {level.value}{'' if count == 1 else 's'}")
    passed = f"{len(result.passed)} check{'' if len(result.passed) == 1 else 's'} passed"
    missed = f", {len(result.not_reached)} not reached" if result.not_reached else ""
    return f"{', '.join(parts)}; {passed}{missed}"


def print_finding(console: Console, finding: Finding) -> None:
    """One finding: head, then where, what was seen, why, and the fix."""
    head = Text.assemble((f"{finding.level.value} {finding.code}", COLOURS[finding.level]), f"  {finding.title}")
    console.print(head)
    facts = [("where", finding.where or ""), *(("seen", text) for text in finding.evidence)]
    facts += [("why", paragraph.replace("\n", " ")) for paragraph in finding.why.split("\n\n")]
    facts += [("fix", finding.fix), ("source", finding.source)]
    last = ""
    for name, text in facts:
        if text:
            label = f"{name if name != last else '':<7}"
            told = "\n".join(printable(line) for line in text.splitlines())
            console.print(Padding(Text.assemble((label, "dim"), told), (0, 0, 0, 2), expand=False))
            last = name
    console.print()


def print_evaluated(console: Console, seen: "Evaluated") -> None:
    """What the platform would show of each task, and what the engine enforced while it ran."""
    for one in seen.evaluations:
        if len(seen.evaluations) > 1:
            console.print(Text.assemble(("phase ", "dim"), one.play.phase_name, ("  task ", "dim"), one.play.task_name))
        print_platform(console, one)
    if len(seen.evaluations) > 1:
        told = "its own status says nothing of the tasks'"
        console.print(f"the submission itself would show  {parent_status(seen)}; {told}", markup=False)
    print_enforced(console, seen)


def print_platform(console: Console, one: "Evaluation") -> None:
    """What the platform would show: status and details, and the leaderboard's row or the ends of the logs."""
    run = one.run
    details = run.status_details or ""
    told = "" if not details or "_hostname-" in details else f": {details}"
    if run.status == "Preparing":
        told = ", for a day: its worker has died of this zip without a word"
    style = "green" if run.status == "Finished" else "red"
    console.print(Text.assemble("the platform would show  ", (f"{run.status}{printable(told)}", f"bold {style}")))
    for title, value in run.shown.items():
        console.print(f"  {printable(title):<28} {value}", markup=False)
    if complaint := run.unsent or run.stored.complaint:
        console.print(f"  not stored: {printable(complaint)}", markup=False)
    if run.detailed_results:
        console.print(f"  and the page {printable(run.detailed_results.name)}", markup=False)
    if run.status == "Failed":
        for name, log in run.logs.items():
            _print_log(console, name, log.splitlines())
    if one.kept:
        console.print(f"  outputs and logs: {one.kept}", markup=False, soft_wrap=True)


def print_enforced(console: Console, seen: "Evaluated") -> None:
    """One line each for what was enforced, what was not, and which engines were passed over."""
    facts = enforced(seen)
    kept = [f"{facts['time_limit_s']:g} s a job", *(words for key, (words, _) in ENFORCED.items() if facts[key])]
    if facts["memory_limit_mb"]:
        kept.append(f"{facts['memory_limit_mb']} MB ({facts['memory'] or 'not applied'})")
    missing = [words for key, (_, words) in ENFORCED.items() if facts[key] is False]
    unknown = [words for key, (words, _) in ENFORCED.items() if facts[key] is None]
    for one in seen.evaluations:
        if seen.limits.wall_s is None and seen.bundle.is_capped(one.play.phase):
            asked_s = one.play.phase.execution_time_limit
            told = f"{one.play.phase_name} asks for {asked_s:g} s a job; the default queue gives {one.limit_s:g} s"
            console.print(told, style="yellow", markup=False)
    where = facts.get("image") or seen.choice.environment
    console.print(f"engine {facts['engine']} ({where}): {', '.join(kept)}", style="dim", markup=False)
    if missing:
        console.print(f"not enforced: {', '.join(missing)}", style="yellow", markup=False)
    if unknown:
        console.print(f"could not be measured: {', '.join(unknown)}", style="yellow", markup=False)
    for reason in facts["passed_over"]:
        console.print(f"passed over  {reason}", style="dim", markup=False, soft_wrap=True)


def _print_log(console: Console, name: str, lines: Sequence[str]) -> None:
    kept = [line for line in lines if line.strip()][-LOG_LINES:]
    if kept and name.endswith("stderr"):
        console.print(f"  {name}, its end:", style="dim", markup=False)
        for line in kept:
            console.print(f"    {printable(line.expandtabs())}", style="dim", markup=False, soft_wrap=True)
