"""`kit new`: an entry, a contract and a bundle for another competition."""

import shlex
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tools.cli.options import Format, FormatOption, JsonOption
from tools.cli.output import current, shown_path

NEXT = "kit check submission"


class Constructor(StrEnum):
    """What the evaluator passes to the class."""

    NONE = "none"
    PATH = "path"


def add_to(app: typer.Typer) -> None:
    """Enter the command."""
    app.command("new")(new)


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The folder to write, and the competition's title.")],
    class_: Annotated[str, typer.Option("--class", metavar="NAME", help="The class that the evaluator imports.")] = (
        "Model"
    ),
    method: Annotated[str, typer.Option("--method", metavar="NAME", help="The method that it calls.")] = "predict",
    constructor: Annotated[
        Constructor, typer.Option("--constructor", help="What it passes to the class; path: the submission's folder.")
    ] = Constructor.NONE,
    out: Annotated[Path, typer.Option("-o", "--out", metavar="DIR", help="The folder that NAME/ goes into.")] = Path(),
    format_: FormatOption = Format.TEXT,
    json_: JsonOption = None,
) -> int:
    """Write an entry, a contract and a plain bundle for another competition; untouched they pass every check."""
    from tools.new import Start, write

    output = current()
    passed = () if constructor is Constructor.NONE else (constructor.value,)
    folder, names = write(Start(name=name, class_name=class_, method=method, constructor=passed), out)
    output.document({"schema": 1, "path": str(folder), "files": list(names)})
    output.say(f"{shown_path(folder)}: {len(names)} files")
    for member in names:
        output.say(f"  {member}")
    output.say("README.md there says what to edit first")
    output.say(f"next: cd {shlex.quote(shown_path(folder))} && {NEXT}")
    return 0
