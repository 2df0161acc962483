"""`kit check`: the zip or folder as it is, without running anything of it."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tools.cli.options import (
    BundleOption,
    Format,
    FormatOption,
    JsonOption,
    StrictOption,
    chosen_bundle,
    inline_contract,
)
from tools.cli.output import current, shown_path

if TYPE_CHECKING:
    from tools.contract import Contract


def add_to(app: typer.Typer) -> None:
    """Enter the command."""
    app.command("check")(check)


def check(
    submission: Annotated[Path, typer.Argument(metavar="ZIP|DIR", help="The zip, or the folder it would be made of.")],
    bundle: BundleOption = None,
    strict: StrictOption = False,
    format_: FormatOption = Format.TEXT,
    json_: JsonOption = None,
) -> int:
    """Read a submission without running it, and name what would fail on the platform."""
    from tools.archive import open_archive
    from tools.checks import Stage, run_checks, subject_of
    from tools.report.document import checked
    from tools.report.text import print_findings

    output = current()
    archive = open_archive(submission)
    contract = _contract(chosen_bundle(bundle))
    result = run_checks(Stage.CHECK, subject_of(archive, contract), contract)
    output.document(checked(archive, result, strict=strict))
    print_findings(output.console, result)
    if result.failed(strict=strict):
        output.say(f"next: mend it, then: kit check {shown_path(submission)}")
        return 1
    step = f"kit build {shown_path(submission)}" if archive.is_folder else f"kit evaluate {shown_path(submission)}"
    output.say(f"next: {step}")
    return 0


def _contract(bundle: Path | None) -> "Contract | None":
    """The bundle's contract, else the project's own; the one that comes with the kit where neither is there."""
    from tools.bundle import open_bundle
    from tools.competitions import DEFAULT
    from tools.contract import read_contract

    if bundle is None:
        return inline_contract() or read_contract(DEFAULT)
    with tempfile.TemporaryDirectory(prefix="kit-") as scratch:
        return open_bundle(bundle, Path(scratch)).contract or inline_contract()
