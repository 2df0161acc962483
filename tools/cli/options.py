"""Options that several commands share."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """How a result is printed."""

    TEXT = "text"
    JSON = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="text for people, json for programs (to stdout).")]
JsonOption = Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Write the JSON document here, too.")]
BundleOption = Annotated[
    Path | None,
    typer.Option(
        "--bundle", metavar="DIR|ZIP", help="The competition's bundle [default: blood cells].", show_default=False
    ),
]
StrictOption = Annotated[bool, typer.Option("--strict", help="Warnings count as errors.")]
