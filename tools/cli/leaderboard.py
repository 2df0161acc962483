"""`kit leaderboard`: the table in the platform's order, one's own place in it, and what of one's own is on it."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tools.cli.options import Format, FormatOption, JsonOption
from tools.cli.output import current
from tools.cli.platform import (
    CompetitionOption,
    HostOption,
    PhaseOption,
    chosen_competition,
    chosen_phase,
    connected,
    shown,
)
from tools.codabench.dates import local_time

if TYPE_CHECKING:
    from tools.codabench.answers import Competition, Phase
    from tools.codabench.client import Client
    from tools.codabench.competition.standing import Gap, Place, Standing


WIDEST = 10_000


def add_to(app: typer.Typer) -> None:
    """Enter the command."""
    app.command("leaderboard")(leaderboard)


def leaderboard(
    competition: CompetitionOption = None,
    phase: PhaseOption = None,
    all_: Annotated[bool, typer.Option("--all", help="Every row (default: the first 20, and those around yours).")] = (
        False
    ),
    add: Annotated[
        int | None,
        typer.Option("--add", metavar="SUBMISSION", help="Put one of your submissions on it.", show_default=False),
    ] = None,
    remove: Annotated[
        int | None,
        typer.Option("--remove", metavar="SUBMISSION", help="Take one of yours off it.", show_default=False),
    ] = None,
    host: HostOption = None,
    format_: FormatOption = Format.TEXT,
    json_: JsonOption = None,
) -> int:
    """Show a phase's leaderboard, with your own place and the gap to the best; or change what of yours is on it."""
    from tools.codabench.competition.standing import standing
    from tools.errors import UsageError

    if add is not None and remove is not None:
        raise UsageError("--add and --remove are two changes", "give one of them, then the other")
    client = connected(host).client
    whole = client.competition(chosen_competition(competition))
    changed = None
    if add is not None or remove is not None:
        chosen, changed = _change(client, whole, add if add is not None else remove or 0, is_added=add is not None)
    else:
        chosen = chosen_phase(whole, phase)
    if whole.leaderboard is None:
        current().say(f"{shown(whole.title)} shows no leaderboard to you")
        current().document(_document(client, whole, chosen, None, None) | {"changed": changed})
        return 0
    user_name = client.account().username if client.wire.token is not None else None
    found = standing(client.board(chosen.id), user_name)
    current().document(_document(client, whole, chosen, found, user_name) | {"changed": changed})
    _print(whole, chosen, found, everything=all_, is_signed_in=user_name is not None)
    return 0


def _change(
    client: "Client", competition: "Competition", number: int, *, is_added: bool
) -> "tuple[Phase, dict[str, Any]]":
    """Put a submission on the leaderboard, or take it off, once the rule is told; gives the phase that it is of."""
    from tools.cli.asking import require_token
    from tools.codabench.competition.board_rules import refusal
    from tools.codabench.competition.overview import rule_in_words
    from tools.errors import UsageError

    require_token(client)
    output, submission = current(), client.submission(number)
    phase = next((one for one in competition.phases if one.id == submission.phase), None)
    if phase is None:
        raise UsageError(
            f"submission {number} is not of {shown(competition.title)} (competition {competition.id})",
            "give --competition ID, the one that it was made to",
        )
    rule = competition.leaderboard.submission_rule if competition.leaderboard else ""
    output.say(f"the rule here: {shown(rule_in_words(rule))}")
    if error := refusal(submission, rule, is_added=is_added):
        raise error
    is_there = submission.on_leaderboard
    if is_there == is_added:
        output.say(f"submission {number} is {'on it' if is_there else 'not on it'} already: nothing was sent")
    elif is_added:
        client.put_on_board(number)
        output.say(f"submission {number} is on the leaderboard now")
    else:
        client.take_off_board(number)
        output.say(f"submission {number} is off the leaderboard now")
    return phase, {"submission": number, "is_on": is_added, "was_on": is_there, "rule": rule}


def _print(
    competition: "Competition", phase: "Phase", found: "Standing", *, everything: bool, is_signed_in: bool
) -> None:
    output = current()
    output.heading(f"{shown(competition.title)}, {shown(phase.name)}")
    if found.places:
        _print_table(found, everything=everything)
    else:
        output.say("nobody is on the leaderboard yet")
    for line in _sentences(competition, found, is_signed_in=is_signed_in):
        output.say(line)


def _print_table(found: "Standing", *, everything: bool) -> None:
    """One line a row where that is no terminal, however many columns there are; a terminal folds what is too wide."""
    from rich.console import Console
    from rich.measure import Measurement
    from rich.table import Table
    from rich.text import Text

    console = current().console
    table = Table(box=None, pad_edge=False, header_style="")
    titles = [shown(one.column.title or one.column.key) for one in found.columns]
    if len({one.task_id for one in found.columns}) > 1:
        titles = [f"{title}\n{shown(one.task)}" for title, one in zip(titles, found.columns, strict=True)]
    for title in ("", "rank", "user", *titles, "submission", "date"):
        table.add_column(Text(title), overflow="fold", justify="left" if title in {"", "user", "date"} else "right")
    for place in found.shown(everything=everything):
        style = "bold" if not isinstance(place, int) and place.is_own else None
        table.add_row(*map(Text, _cells(place, len(found.columns))), style=style)
    if not console.is_terminal:
        needed = Measurement.get(console, console.options.update(max_width=WIDEST), table).maximum
        console = Console(file=console.file, width=max(needed, console.width), highlight=False)
    console.print(table)


def _cells(place: "Place | int", columns: int) -> list[str]:
    """A row; a number of rows that are left out is one line."""
    if isinstance(place, int):
        return ["", "...", f"({place} more)", *[""] * columns, "", ""]
    scores = [shown(score) if score is not None else "-" for score in place.scores]
    mark = "*" if place.is_own else ""
    return [
        mark,
        str(place.rank),
        shown(place.row.owner),
        *scores,
        str(place.row.id),
        local_time(place.row.created_when),
    ]


def _sentences(competition: "Competition", found: "Standing", *, is_signed_in: bool) -> list[str]:
    """Where one stands, and what is not shown."""
    from tools.codabench.answers import RULES_TO_ADD

    lines = []
    if found.hidden:
        lines.append(f"{found.hidden} column{'s are' if found.hidden > 1 else ' is'} hidden")
    if found.gap:
        lines.append(_standing(found.gap, len(found.places)))
    elif not is_signed_in:
        lines.append("you are not signed in, so your own place is not marked: kit login")
    elif not found.own:
        rule = competition.leaderboard.submission_rule if competition.leaderboard else ""
        lines.append("you are not on it" + (": kit leaderboard --add SUBMISSION" if rule in RULES_TO_ADD else ""))
    return lines


def _standing(gap: "Gap", count: int) -> str:
    """`you are 3 of 12, 0.02 behind alice (0.95) in Accuracy`."""
    own, column = gap.own, shown(gap.column.column.title or gap.column.column.key)
    if own.rank == 1:
        return f"* you are first of {count}"
    told = f"* you are {own.rank} of {count}"
    best = shown(gap.best.row.owner)
    if gap.distance is None:
        return f"{told}; how far {best} is ahead cannot be told, for a score in {column} is missing"
    if gap.distance == 0:
        return f"{told}, level with {best} in {column} as far as the rounded scores tell"
    return f"{told}, {gap.distance} behind {best} in {column}"


def _document(
    client: "Client", competition: "Competition", phase: "Phase", found: "Standing | None", user_name: str | None
) -> dict[str, Any]:
    from tools.codabench.competition.overview_document import column_document

    board = competition.leaderboard
    return {
        "schema": 1,
        "kind": "leaderboard",
        "host": client.host.url,
        "competition": competition.id,
        "phase": phase.id,
        "phase_name": phase.name,
        "rule": board.submission_rule if board else None,
        "user": user_name,
        "columns": [column_document(one.column) | {"task": one.task_id, "task_name": one.task} for one in found.columns]
        if found
        else [],
        "hidden_columns": found.hidden if found else None,
        "rows": [_row(place, found) for place in found.places] if found else [],
        "own_rank": found.own[0].rank if found and found.own else None,
        "gap_to_best": str(found.gap.distance) if found and found.gap and found.gap.distance is not None else None,
    }


def _row(place: "Place", found: "Standing") -> dict[str, Any]:
    scores = [
        {"task": one.task_id, "column": one.column.key, "score": score}
        for one, score in zip(found.columns, place.scores, strict=True)
    ]
    when = place.row.created_when
    return {
        "rank": place.rank,
        "submission": place.row.id,
        "user": place.row.owner,
        "is_own": place.is_own,
        "date": when.isoformat() if when else None,
        "scores": scores,
    }
