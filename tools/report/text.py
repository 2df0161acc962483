"""Findings and results for people, on any width of terminal."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from tools.bundle.document import printable
from tools.checks import Finding, Level, Result
from tools.report.document import enforced, parent_status
from tools.report.hanging import line_width, print_fact, print_hanging

if TYPE_CHECKING:
    from tools.evaluate import Evaluated
    from tools.evaluation import Evaluation

COLOURS = {Level.ERROR: "bold red", Level.WARNING: "bold yellow", Level.NOTE: "bold blue"}
LOG_LINES = 12
INDENT, LABEL = 2, 7
LONGEST_TEXT = 4000
ENFORCED = {
    "labels": ("labels hidden", "the labels can be read"),
    "files": ("your files hidden", "your files can be read"),
    "system": ("system read-only", "your files can be written"),
    "network": ("no network", "the network is on"),
    "processes": ("other processes hidden", "other processes can be seen"),
}


def print_findings(console: Console, result: Result, unused_ignores: Sequence[str] = ()) -> None:
    """Each finding, one line for each that is ignored, then a line that counts."""
    for finding in result.findings:
        print_finding(console, finding)
    for one in dict.fromkeys((one.finding.code, one.reason) for one in result.ignored):
        print_hanging(console, Text.assemble((f"ignored {one[0]}: ", "dim"), _clean(one[1])), hang=2)
    for pattern in unused_ignores:
        told = f"unused ignore {pattern}: nothing was found that it would hide; take it out of the settings"
        print_hanging(console, Text(_clean(told)), hang=2)
    print_hanging(console, Text(count_line(result)), hang=2)


def count_line(result: Result) -> str:
    """`1 error, 2 warnings; 18 checks passed, 3 not reached`."""
    parts = []
    for level in Level:
        count = sum(finding.level is level for finding in result.findings)
        if count or level is Level.ERROR:
            parts.append(f"{count} {level.value}{'' if count == 1 else 's'}")
    if ignored := {one.finding.code for one in result.ignored}:
        parts.append(f"{len(ignored)} ignored")
    met = {finding.code for finding in result.findings} | ignored
    count = len({*result.passed} - met)
    missed = len({*result.not_reached} - met - {*result.passed})
    told = f", {missed} not reached" if missed else ""
    return f"{', '.join(parts)}; {count} check{'' if count == 1 else 's'} passed{told}"


def print_finding(console: Console, finding: Finding) -> None:
    """One finding: what and where, what was seen and what follows, the fix; then why, and the rule's source."""
    head = Text.assemble((f"{finding.level.value} {finding.code}", COLOURS[finding.level]), f"  {finding.title}")
    print_hanging(console, head, hang=2)
    fact = partial(print_fact, console, width=LABEL)
    fact("where", _clean(finding.where or ""))
    if finding.excerpt and not any(finding.excerpt in text for text in finding.evidence):
        code = Text.assemble((f"{' ' * (INDENT + LABEL)}| ", "dim"), _clean(finding.excerpt))
        code.truncate(line_width(console), overflow="crop")
        console.print(code, soft_wrap=True)
    label = "seen"
    for text in _evidence(finding):
        fact(label, _clean(text))
        label = ""
    fact("then", _clean(" -> ".join(finding.chain)))
    fact("fix", _clean(finding.fix), style="bold")
    label = "why"
    for paragraph in finding.why.split("\n\n"):
        fact(label, _clean(paragraph.replace("\n", " ")))
        label = ""
    fact("source", _clean(finding.source), style="dim")
    if finding.reproduce:
        again = Text.assemble((f"{'again':<{LABEL}}", "dim"), _clean(finding.reproduce))
        console.print(Text(" " * INDENT) + again, soft_wrap=True)
    console.print()


def _evidence(finding: Finding) -> Iterator[str]:
    """What was seen, each with its place where that is not the finding's own and not told already."""
    places = finding.places or (None,) * len(finding.evidence)
    for text, place in zip(finding.evidence, places, strict=True):
        is_told = place is None or place == finding.where or place in text or finding.where is None
        yield text if is_told or (finding.where or "").endswith(f": {place}") else f"{place}: {text}"


def _clean(text: str) -> str:
    """A text of several lines as it may go to a terminal; the end of a very long one is left out."""
    shown = f"{text[:LONGEST_TEXT]}..." if len(text) > LONGEST_TEXT else text
    return "\n".join(printable(line) for line in shown.expandtabs().splitlines())


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
    if seen.result.findings:
        console.print()


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
