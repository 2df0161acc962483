"""Options that several commands share."""

import tempfile
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tools.checks.organiser import Organiser
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
EnvironmentOption = Annotated[
    str | None,
    typer.Option(
        "--environment", metavar="NAME|FILE", help="The evaluator's packages: see kit environments, or your own pins."
    ),
]
PythonOption = Annotated[
    Path | None,
    typer.Option(
        "--python", metavar="PATH|3.N", help="The interpreter to build the environment with.", show_default=False
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


def contract_environment_and_organiser(
    bundle: Path | None,
) -> "tuple[Contract | None, str | None, Organiser | None]":
    """What the evaluator asks for, the name of its environment, and what lies beside its ingestion program.

    The contract is the bundle's, else the project's own, else the one that comes with the kit. The organiser is not
    known for a contract of the project's own without a bundle.
    """
    from tools.bundle import open_bundle
    from tools.checks.organiser import organiser_of, read_organiser
    from tools.competitions import DEFAULT
    from tools.contract import read_contract
    from tools.environments.known import wanted_name

    if bundle is None:
        own, image = inline_contract(), None
        contract = own or read_contract(DEFAULT)
        organiser = None if own else read_organiser(DEFAULT / "ingestion_program")
    else:
        with tempfile.TemporaryDirectory(prefix="kit-") as scratch:
            opened = open_bundle(bundle, Path(scratch))
            contract, image = opened.contract or inline_contract(), opened.competition.docker_image
            organiser = organiser_of(opened, Path(scratch))
    return contract, wanted_name(contract.environment if contract else None, image), organiser
