"""`kit schema`: the JSON Schema of what check, build and evaluate write."""

import sys
from importlib.resources import files

import typer


def add_to(app: typer.Typer) -> None:
    """Enter the command."""
    app.command("schema")(schema)


def schema() -> int:
    """Print the JSON Schema (2020-12) of the documents of check, build and evaluate."""
    sys.stdout.write(files("tools.report").joinpath("schema.json").read_text("utf-8"))
    return 0
