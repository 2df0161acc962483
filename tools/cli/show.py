"""`kit show`: a competition on one page: its phases, limits, leaderboard, questions and public files."""

import datetime
from typing import TYPE_CHECKING, Any

import typer

from tools.cli.asking import paragraphs
from tools.cli.competitions import IdArgument, SecretOption
from tools.cli.options import Format, FormatOption, JsonOption
from tools.cli.output import current
from tools.cli.platform import HostOption, chosen_competition, connected, shown
from tools.codabench.dates import local_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from tools.codabench.answers import Column, Competition, Leaderboard, Phase
    from tools.codabench.competition.limits import Limit
    from tools.codabench.competition.overview import Change

FEW_PHASES = 5
DESCRIPTION_LINES = 40


def add_to(app: typer.Typer) -> None:
    """Enter the command."""
    app.command("show")(show)


def show(
    number: IdArgument = None,
    secret_key: SecretOption = None,
    host: HostOption = None,
    format_: FormatOption = Format.TEXT,
    json_: JsonOption = None,
) -> int:
    """Show a competition: phases and what is open, limits and what is used of them, leaderboard, questions, files."""
    from tools.codabench.competition.overview_document import competition_document

    client = connected(host).client
    competition = client.competition(chosen_competition(number), secret_key)
    now = datetime.datetime.now(datetime.UTC)
    current().document(competition_document(competition, client.host, now))
    _head(competition, client.host.name, is_signed_in=client.wire.token is not None)
    _phases(competition, now, is_signed_in=client.wire.token is not None)
    _leaderboard(competition.leaderboard)
    _evaluation(competition)
    _fact_sheet(competition)
    _files(competition)
    _next(competition, is_signed_in=client.wire.token is not None)
    return 0


def _head(competition: "Competition", name: str, *, is_signed_in: bool) -> None:
    from tools.codabench.competition.overview import status_in_words

    output = current()
    output.console.print(shown(competition.title) or "(no title)", style="bold", markup=False)
    output.say(f"competition {competition.id} of {name}, by {shown(competition.created_by) or 'nobody named'}")
    if competition.contact_email:
        output.say(f"contact: {shown(competition.contact_email)}")
    output.say(
        status_in_words(competition.participant_status)
        if is_signed_in
        else "you are not signed in, so what you are in it is not known"
    )
    if competition.description.strip():
        output.console.print()
        output.console.print(paragraphs(competition.description, DESCRIPTION_LINES), markup=False)


def _phases(competition: "Competition", now: datetime.datetime, *, is_signed_in: bool) -> None:
    from tools.codabench.competition.overview import in_order, next_change, open_phases

    output, phases = current(), in_order(competition.phases)
    output.heading("Phases")
    if not phases:
        output.say("none")
        return
    table = _table("id", "phase", "state", "from", "to")
    for phase in phases:
        state = {"Current": "open", "Next": "to come", "Previous": "over"}.get(phase.status, shown(phase.status) or "-")
        end = local_time(phase.end) if phase.end else "no end"
        _row(table, str(phase.id), shown(phase.name), state, local_time(phase.start), end)
    output.console.print(table)
    output.say(_what_is_open(open_phases(competition), next_change(phases, now), now))
    told = phases if len(phases) <= FEW_PHASES else open_phases(competition) or _coming(phases)
    for phase in told:
        _phase(phase, competition, now, is_signed_in=is_signed_in)
    if len(told) < len(phases):
        output.say(f"the limits of the other {len(phases) - len(told)} phases: kit show --format json")


def _coming(phases: "Sequence[Phase]") -> "list[Phase]":
    """The next phase; the last where none is to come."""
    return [phase for phase in phases if phase.status == "Next"][:1] or [phases[-1]]


def _what_is_open(phases: "Sequence[Phase]", change: "Change | None", now: datetime.datetime) -> str:
    """`open now: Development; it closes in 29 days (Thu 24 Dec 2026 00:00 UTC)`."""
    from tools.codabench.competition.overview import from_now

    told = f"open now: {', '.join(shown(phase.name) for phase in phases)}" if phases else "no phase is open now"
    if change is None:
        return f"{told}; none of the dates is to come"
    who = "it" if [change.phase.id] == [phase.id for phase in phases] else shown(change.phase.name)
    return f"{told}; {who} {change.what} {from_now(change.at, now)} ({local_time(change.at)})"


def _phase(phase: "Phase", competition: "Competition", now: datetime.datetime, *, is_signed_in: bool) -> None:
    from tools.bundle import DEFAULT_LIMIT_S
    from tools.codabench.competition.limits import limit_in_all, limit_of_the_day, reopens
    from tools.codabench.competition.overview import hidden_of

    output = current()
    output.console.print()
    output.say(f"{shown(phase.name)} (phase {phase.id})")
    if phase.description.strip():
        output.console.print(paragraphs(phase.description, DESCRIPTION_LINES), markup=False)
    day, in_all = limit_of_the_day(phase), limit_in_all(phase)
    output.say(f"  today: {_limit(day, is_signed_in=is_signed_in)}")
    if day.most is not None:
        output.say(f"         a day ends at 00:00 UTC, the next time {local_time(reopens(now))}")
    output.say(f"  in all: {_limit(in_all, is_signed_in=is_signed_in)}")
    limit_s = phase.execution_time_limit
    is_capped = bool(limit_s and limit_s > DEFAULT_LIMIT_S and not competition.queue)
    told = f"; the default queue may stop it after {DEFAULT_LIMIT_S} s" if is_capped else ""
    output.say(f"  time: {f'{limit_s:g} s for each job{told}' if limit_s else 'not told'}")
    output.say(f"  tasks: {', '.join(shown(task.name) or str(task.id) for task in phase.tasks) or 'none'}")
    output.say(f"  hidden from you: {', '.join(hidden_of(phase)) or 'nothing'}")


def _limit(limit: "Limit", *, is_signed_in: bool) -> str:
    """`2 of 5 submissions used, 3 left`. Failed ones do not count, cancelled ones do."""
    if limit.most is None:
        return "any number of submissions" + (f", {limit.used} made" if is_signed_in and limit.used is not None else "")
    if not is_signed_in or limit.used is None:
        return f"{limit.most} submission{'' if limit.most == 1 else 's'}"
    return f"{limit.used} of {limit.most} submission{'' if limit.most == 1 else 's'} used, {limit.left} left"


def _leaderboard(board: "Leaderboard | None") -> None:
    from tools.codabench.competition.overview import rule_in_words

    output = current()
    output.heading("Leaderboard")
    if board is None:
        output.say("none that you may see")
        return
    output.say(f"{shown(board.title) or '(no title)'}: {shown(rule_in_words(board.submission_rule))}")
    if not board.columns:
        output.say("it has no columns")
        return
    table = _table("key", "title", "better", "decimals", "computed", "")
    for column in sorted(board.columns, key=lambda column: column.index):
        marks = ["decides the order"] if column.index == board.primary_index else []
        marks += ["hidden"] if column.hidden else []
        better = "higher" if column.sorting == "desc" else "lower"
        _row(
            table,
            shown(column.key),
            shown(column.title),
            better,
            str(column.precision),
            _computed(column, board),
            ", ".join(marks),
        )
    output.console.print(table)


def _computed(column: "Column", board: "Leaderboard") -> str:
    """`avg of a, b`, by the platform itself; nothing for a column of scores.json."""
    if not column.computation:
        return ""
    keys = {one.index: one.key for one in board.columns}
    return shown(f"{column.computation} of {', '.join(keys.get(at, str(at)) for at in column.computation_indexes)}")


def _evaluation(competition: "Competition") -> None:
    from tools.environments.known import environment_of_image

    output = current()
    output.heading("Evaluation")
    known = environment_of_image(competition.docker_image)
    told = f"; the kit knows it as --environment {known.name}" if known else ""
    output.say(f"image: {shown(competition.docker_image) or 'not told'}{told}")
    queue = competition.queue
    output.say(f"queue: {f'its own, {shown(queue.name) or queue.id}' if queue else 'the default one, shared by all'}")


def _fact_sheet(competition: "Competition") -> None:
    if not competition.fact_sheet:
        return
    output = current()
    output.heading("Questions that a submission answers")
    for name, question in competition.fact_sheet.items():
        kind = f"one of {', '.join(map(repr, question.selection))}" if question.selection else question.type
        needed = "required" if question.is_required else "optional"
        output.console.print(
            f"{shown(question.key or name)}: {shown(question.title)} ({shown(kind)}, {needed})", markup=False
        )


def _files(competition: "Competition") -> None:
    from tools.codabench.competition.overview import size_in_words
    from tools.codabench.project.public_parts import parts_of

    output = current()
    output.heading("Programs and data")
    parts = parts_of(competition)
    if not parts:
        output.say("the platform tells of none")
        return
    table = _table("what", "title", "size", "")
    for part in parts:
        state = "public" if part.is_given else "not public"
        _row(table, part.name.replace("_", " "), shown(part.title), size_in_words(part.size_bytes), state)
    output.console.print(table)


def _next(competition: "Competition", *, is_signed_in: bool) -> None:
    output = current()
    output.console.print()
    if not is_signed_in:
        output.say("next: kit login")
    elif competition.participant_status == "approved":
        output.say(f"next: kit init {competition.id}")
    elif not competition.participant_status or competition.participant_status == "unknown":
        output.say(f"next: kit join {competition.id}")


def _table(*titles: str) -> "Table":
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="")
    for title in titles:
        table.add_column(title, overflow="fold")
    return table


def _row(table: "Table", *texts: Any) -> None:
    """Texts of the platform go in as they are: no markup is read in them."""
    from rich.text import Text

    table.add_row(*(Text(text) for text in texts))
