"""`kit recipes`: the recorded experiments, with what they scored and cost, and one of them in full."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tools.cli.options import Format, FormatOption, JsonOption
from tools.cli.output import current, shown_path
from tools.cli.tables import print_table

if TYPE_CHECKING:
    from training.recipes.results import Published, Result

NOT_RUN = "not run here"
TITLES = (
    "recipe",
    "clean",
    "shifted",
    "unseen",
    "worst family",
    "parameters",
    "minutes",
    "machine",
    "report: local / hidden",
    "what",
)
LEFT = ("recipe", "clean", "worst family", "machine", "what")
HISTORY = ("epoch", "phase", "learning_rate", "loss", "accuracy", "val_loss", "val_accuracy", "seconds")
"""The columns of a history that are shown."""


def add_to(app: typer.Typer) -> None:
    """Enter the command."""
    app.command("recipes")(recipes)


def recipes(
    name: Annotated[str | None, typer.Argument(metavar="[RECIPE]", help="Show this one in full.")] = None,
    record: Annotated[
        Path | None,
        typer.Option(
            "--record", metavar="RUN", help="Keep the result of a finished run as its recipe's.", show_default=False
        ),
    ] = None,
    format_: FormatOption = Format.TEXT,
    json_: JsonOption = None,
) -> int:
    """List the recorded experiments, with what they scored and cost, or show one in full."""
    from tools.errors import UsageError
    from training.recipes import get, names

    if record is not None:
        if name is not None:
            raise UsageError(f"--record keeps a run, and {name} is to be shown", "do the one, then the other")
        name = _record(record)
    shown = names() if name is None else (name,)
    settings = {one: get(one).settings for one in shown}
    current().document({"schema": 1, "recipes": settings, "results": {one: _document(one) for one in shown}})
    if name is None:
        _list(shown)
    else:
        _show(name)
    return 0


def _record(run: Path) -> str:
    from training.recipes.results import FOLDER, recording

    name = recording.record(run)
    current().say(f"kept in {shown_path(FOLDER / name)}; write the figures into the recipe's record, too")
    return name


def _list(names: tuple[str, ...]) -> None:
    """One row a recipe."""
    print_table(TITLES, [_row(name) for name in names], left=LEFT)
    output = current()
    output.say("")
    output.say("clean: accuracy on the test split; shifted: under compositions of corruptions; unseen: of those alone")
    output.say(
        "that no training uses. The report's hidden images are the competition's: other images, other corruptions."
    )
    output.say("next: kit recipes RECIPE shows one in full; kit train RECIPE --data FILE trains it")


def _row(name: str) -> list[str]:
    from training.recipes import get
    from training.recipes.results import parameters, published, stored

    result, count, report = stored(name), parameters(name), published().get(name)
    weights = "-" if count is None else f"{count:,}"
    told, what = _report(report), get(name).summary
    if result is None:
        return [name, NOT_RUN, "", "", "", weights, "", "", told, what]
    return [name, *_reached(result), weights, f"{result.minutes:.1f}", result.machine, told, what]


def _reached(result: "Result") -> list[str]:
    worst = result.worst_family
    named = f"{worst[0]} {worst[1]:.4f}" if worst else "-"
    return [*map(_share, (result.clean, result.shifted, result.unseen)), named]


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def _report(report: "Published | None") -> str:
    """`0.9544 / 0.21`, as the report rounds."""
    if report is None:
        return "-"
    return " / ".join("-" if value is None else str(value) for value in (report.local, report.hidden))


def _show(name: str) -> None:
    """The record, the values, the phases, and what the stored run reached, class by class and epoch by epoch."""
    from training.recipes import get, record
    from training.recipes.results import parameters, published, stored

    output, recipe, result, report = current(), get(name), stored(name), published().get(name)
    output.heading(name)
    output.say(record(name))
    output.heading("values")
    for field, value in recipe.settings.items():
        output.say(f"{field:20} {_spelled(value)}")
    output.heading("phases")
    for phase in recipe.phases:
        layers = {None: "all layers", 0: "the head alone"}.get(
            phase.unfrozen_layers, f"the last {phase.unfrozen_layers}"
        )
        output.say(f"{phase.name:20} at most {phase.epochs} epochs, learning rate {phase.learning_rate:g}, {layers}")
    output.heading("reached")
    count = parameters(name)
    output.say(f"parameters           {'not counted' if count is None else f'{count:,}'}")
    if report is not None:
        output.say(f"report               local / hidden {_report(report)} ({report.note})")
    if result is None:
        output.say(NOT_RUN)
    else:
        _show_result(result)
    output.say(f"next: kit train {name} --data FILE")


def _show_result(result: "Result") -> None:
    output, card = current(), result.card
    clean, shifted, unseen, worst = _reached(result)
    output.say(
        f"clean                {clean}, balanced {card['balanced_accuracy']:.4f}, {card['test_images']:,} images"
    )
    output.say(f"shifted / unseen     {shifted} / {unseen}; worst family {worst}")
    output.say(
        f"trained              {card['date']}, {result.minutes:.1f} minutes on {result.machine}; {card['ended']}"
    )
    output.say(f"command              {card['command']}")
    output.heading("recall")
    for label, recall in card["recall"].items():
        output.say(f"{label:20} {'no images' if recall is None else f'{recall:.4f}'}")
    output.heading(f"epochs; kept: {card['best_epoch']}")
    columns = [column for column in HISTORY if column in result.history[0]]
    rows = [[_shortened(column, row[column]) for column in columns] for row in result.history]
    print_table(columns, rows, left=("phase",))


def _shortened(column: str, text: str) -> str:
    """Shares and losses with four decimals, a learning rate with the digits that it has; the rest as it is."""
    if column == "learning_rate":
        return f"{float(text):.3g}"
    return f"{float(text):.4f}" if column.endswith(("loss", "accuracy")) else text


def _spelled(value: Any) -> str:
    return "off" if value is None else "-".join(map(str, value)) or "none" if isinstance(value, list) else str(value)


def _document(name: str) -> dict[str, Any]:
    """What is known of a recipe's result; `run` is null where it was not run here."""
    from training.recipes import record
    from training.recipes.results import parameters, published, stored

    result, report = stored(name), published().get(name)
    return {
        "record": record(name),
        "parameters": parameters(name),
        "published": {"local": report.local, "hidden": report.hidden, "note": report.note} if report else None,
        "run": {"card": result.card, "history": list(result.history)} if result else None,
    }
