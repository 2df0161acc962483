"""Options that several commands share."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tools.contract import Contract


class Format(StrEnum):
    """How a result is printed."""

    TEXT = "text"
    JSON = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="text for people, json for programs (to stdout).")]
JsonOption = Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Write the JSON document here, too.")]
BundleOption = Annotated[
    Path | None,
    typer.Option(
        "--bundle",
        metavar="DIR|ZIP",
        help="The competition's bundle (default: the project's, else blood cells).",
        show_default=False,
    ),
]
StrictOption = Annotated[bool, typer.Option("--strict", help="Warnings count as errors.")]


def chosen_bundle(given: Path | None) -> Path | None:
    """The bundle of `--bundle`, else the project's; None, for the one that comes with the kit, where neither says."""
    from tools.errors import UsageError
    from tools.project import read_settings

    if given is not None:
        return given
    settled = read_settings().bundle
    if settled is not None and not settled.exists():
        raise UsageError(
            f"there is no {settled}, the bundle that the project's settings name",
            "mend `bundle` in [tool.kit] of its pyproject.toml, or give --bundle",
        )
    return settled


def inline_contract() -> "Contract | None":
    """The contract in the project's settings, which stands in for the contract.yaml that a bundle has not."""
    from tools.project import read_settings

    return read_settings().contract
