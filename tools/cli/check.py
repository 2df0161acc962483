"""`kit check`: the zip or folder as it is, without running anything of it."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from tools.cli.options import BundleOption, Format, FormatOption, JsonOption, StrictOption
from tools.cli.output import current, shown_path


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
    from tools.checks import Stage, run_checks
    from tools.competitions import DEFAULT
    from tools.contract import read_contract
    from tools.report.document import checked
    from tools.report.text import print_findings
    from tools.worker.bundle import open_bundle

    output = current()
    archive = open_archive(submission)
    with tempfile.TemporaryDirectory(prefix="kit-") as scratch:
        contract = open_bundle(bundle, Path(scratch)).contract if bundle else read_contract(DEFAULT)
    result = run_checks(Stage.CHECK, archive, contract)
    output.document(checked(archive, result, strict=strict))
    print_findings(output.console, result)
    if result.failed(strict=strict):
        output.say(f"next: mend it, then: kit check {shown_path(submission)}")
        return 1
    step = f"kit build {shown_path(submission)}" if archive.is_folder else f"kit evaluate {shown_path(submission)}"
    output.say(f"next: {step}")
    return 0
