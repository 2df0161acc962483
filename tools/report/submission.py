"""A submission on the platform for people: its statuses as they come, and its end with scores or with the cause."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tools.bundle.document import printable
from tools.checks import CATALOGUE
from tools.codabench.answers import ENDED
from tools.codabench.following.compared import Compared
from tools.codabench.following.ending import Ending
from tools.codabench.following.events import Row
from tools.codabench.following.outcome import Verdict
from tools.codabench.following.timeline import Stretch
from tools.explain import TEXTS
from tools.history import Evaluated
from tools.report.explained import print_diagnoses
from tools.report.hanging import print_hanging

STYLES = {"Finished": "green", "Failed": "bold red", "Cancelled": "yellow"}
STATUS_WIDTH, DIGITS, LONGEST = 12, 4, 600


def clean(text: str) -> str:
    """A text of the platform on one line, without anything that a terminal would obey, and not endless."""
    told = printable(" ".join(text.split()))
    return f"{told[:LONGEST]}..." if len(told) > LONGEST else told


def spoken(seconds: float) -> str:
    """A duration in two units: `12 s`, `3 min 5 s`, `2 h 10 min`."""
    whole = round(seconds)
    if whole < 60:  # noqa: PLR2004 - seconds of a minute
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:  # noqa: PLR2004 - minutes of an hour
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def task_name(row: Row) -> str:
    """Which task a row is of: its name, else its number."""
    task = row.submission.task
    return clean(task.name) if task and task.name else f"submission {row.submission.id}"


def stretch_line(one: Stretch, *, task: str = "") -> Text:
    """One status as it was seen: the local time, the status, what it means, and what the platform says beside it."""
    style = STYLES.get(one.status, "")
    said = one.message if one.status in ENDED else None  # elsewhere it is left over from the step before
    told = " ".join(filter(None, (one.meaning, f'"{clean(said)}"' if said else "")))
    head = f"{one.at.astimezone():%H:%M:%S}  "
    return Text.assemble(
        (head, "dim"), (f"{task}  ", "bold") if task else "", (f"{clean(one.status):<{STATUS_WIDTH}}", style), told
    )


def durations(row: Row) -> str:
    """How long each status took, as far as it was seen from here: `Submitted 4 s, Running 12 s (prediction)`."""
    lasting = [one for one in row.timeline() if one.seconds is not None]
    return ", ".join(
        f"{clean(one.status)} {spoken(one.seconds or 0)}"
        + (f" ({one.job})" if one.job and one.status == "Running" else "")
        for one in lasting
    )


def print_ending(console: Console, one: Ending, evaluated: Evaluated | None, *, task: str = "") -> None:
    """How one task ended: its scores, or why there are none."""
    head = f"{task}: {one.verdict.value}" if task else one.verdict.value
    style = "bold green" if one.verdict.exit_code == 0 else "bold red"
    console.print()
    console.print(head, style=style, markup=False, soft_wrap=True)
    if took := durations(one.row):
        print_hanging(console, Text.assemble(("  took    ", "dim"), took), hang=10)
    if one.verdict is Verdict.HIDDEN:
        print_hanging(console, Text("  the phase hides its scores: they come with the leaderboard, if at all"), hang=2)
    if one.submission.scores:
        _print_scores(console, one.compared)
        for sentence in score_sentences(one, evaluated):
            print_hanging(console, Text(f"  {sentence}"), hang=2)
    if one.clues:
        _print_clues(console, one)
    if one.trouble:
        print_hanging(console, Text(f"  {clean(one.trouble)}", style="yellow"), hang=2)
    if one.verdict is Verdict.FAILED and evaluated is not None:
        for sentence in local_sentences(evaluated):
            print_hanging(console, Text.assemble(("  here    ", "dim"), sentence), hang=10)


def _print_scores(console: Console, compared: Sequence[Compared]) -> None:
    """Stored values with all that they have to say; the leaderboard itself shows them rounded."""
    has_local = any(one.local is not None for one in compared)
    has_forecast = any(one.forecast is not None for one in compared)
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column(Text("  column"), overflow="fold")
    titles = ["platform", *(["here", "difference"] if has_local else []), *(["forecast"] if has_forecast else [])]
    for title in titles:
        table.add_column(Text(title), justify="right")
    for one in compared:
        name = clean(one.title)
        name += f" ({clean(one.key)})" if one.key != one.title else ""
        cells = [_number(one.platform)]
        cells += [_number(one.local), _signed(one.difference)] if has_local else []
        cells += [_forecast(one)] if has_forecast else []
        table.add_row(Text(f"  {name}"), *map(Text, cells))
    console.print(table)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.{DIGITS}f}"


def _signed(value: float | None) -> str:
    return "-" if value is None else f"{value:+.{DIGITS}f}"


def _forecast(one: Compared) -> str:
    if one.forecast is None:
        return "-"
    span = f" ({_number(one.interval[0])} to {_number(one.interval[1])})" if one.interval else ""
    return f"{_number(one.forecast)}{span}"


def score_sentences(one: Ending, evaluated: Evaluated | None) -> Iterator[str]:
    """What is odd about the scores: columns without one, and a remarkable difference in a score between 0 and 1."""
    if one.missing:
        names = ", ".join(clean(column.title) for column in one.missing)
        yield f"no score for {names}: the leaderboard shows n/a (kit explain SCO004)"
    for column in one.compared:
        is_share = all(value is not None and 0 <= value <= 1 for value in (column.platform, column.local))
        if column.is_remarkable and is_share and not _is_time(column.key):
            way = "lower" if (column.difference or 0) < 0 else "higher"
            yield (
                f"{clean(column.title)} is {abs(column.difference or 0):.3f} {way} there than here: the hidden data "
                f"differ from those it was evaluated on{_environments(evaluated)}"
            )
    if not any(column.local is not None for column in one.compared):
        yield "there is no evaluation of this zip on this machine to compare with: kit evaluate"


def _is_time(key: str) -> bool:
    return any(word in key.lower() for word in ("time", "duration", "second"))


def _environments(evaluated: Evaluated | None) -> str:
    """Where the evaluation here was in another environment than the evaluator's."""
    environment = (evaluated.document.get("environment") or {}) if evaluated else {}
    wanted, used = environment.get("wanted"), environment.get("used")
    return f", or the packages do ({used} here, {wanted} there)" if wanted and used and wanted != used else ""


def local_sentences(evaluated: Evaluated) -> Iterator[str]:
    """What the evaluation on this machine said of the same zip, and in what it was not the platform's."""
    when = f"{evaluated.at.astimezone():%d %b %H:%M}"
    if evaluated.verdict != "pass":
        yield f"kit evaluate said {evaluated.verdict} of this zip on {when}: its findings may be the cause"
        return
    document = evaluated.document
    environment, enforced = document.get("environment") or {}, document.get("enforced") or {}
    yield f"kit evaluate passed this zip on {when}, so look at what differed:"
    wanted, used = environment.get("wanted"), environment.get("used")
    if wanted and wanted != used:
        yield f"environment: {used or 'the kit'}'s packages here, {wanted} there: kit environments build {wanted}"
    elif used:
        yield f"environment: {used} on both sides, as far as is known"
    if limit_s := enforced.get("time_limit_s"):
        yield f"time limit: {limit_s:g} s for each job on this machine's processors; the worker's may be slower"
    memory = enforced.get("memory_limit_mb")
    yield f"memory: {f'{memory} MB' if memory else 'no limit'} here; the worker's is not known"
    yield "worker: --worker-profile 2026-05 plays the other version of the platform's worker"


def _print_clues(console: Console, one: Ending) -> None:
    """The first cause with its page, then what followed from it, a line each."""
    first, *others = one.clues
    for code, text in one.faults:
        entry = CATALOGUE.get(code)
        print_hanging(console, Text.assemble((f"  {code}  ", "bold"), clean(text)), hang=10)
        if entry:
            print_hanging(console, Text.assemble(" " * 10, ("fix: ", "dim"), entry.fix), hang=10)
    if one.is_hidden:
        console.print(f"  {TEXTS['SRV028'].title}: only the status can be explained", markup=False, soft_wrap=True)
    console.print(f"  by {first.source}:", style="dim", markup=False)
    print_diagnoses(console, [first.diagnosis])
    for clue in others:
        what = "followed from it" if clue.diagnosis.text.follows else "also"
        told = Text.assemble(("  also    ", "dim"), f"{clue.code} {clue.diagnosis.text.title} ({clue.source}; {what})")
        print_hanging(console, told, hang=10)


def now_line(row: Row, *, task: str = "") -> Text:
    """The status that lasts, with a clock that goes on."""
    last = row.timeline(datetime.now(UTC))[-1]
    told = ", ".join(filter(None, (clean(last.status), last.meaning, spoken(last.seconds or 0))))
    return Text.assemble((f"{task}  " if task else "", "bold"), told)
