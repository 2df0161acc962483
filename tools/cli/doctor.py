"""`kit doctor`: whether submissions can be evaluated on this machine, and what to type where they cannot."""

import typer

from tools.cli.options import Format, FormatOption, JsonOption
from tools.cli.output import current

NOTHING_WORKS = 3


def add_to(app: typer.Typer) -> None:
    """Enter the command."""
    app.command("doctor")(doctor)


def doctor(format_: FormatOption = Format.TEXT, json_: JsonOption = None) -> int:
    """Try each engine, look at disk, memory, Python, uv and packages, and say what to type to mend what is amiss."""
    from tools.doctor.examine import examine
    from tools.report.doctor import examined_document, print_examined

    output = current()
    found = examine()
    output.document(examined_document(found))
    print_examined(output.console, found)
    return 0 if found.can_evaluate else NOTHING_WORKS
