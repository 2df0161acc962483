"""`kit check`: the zip or folder as it is, without running anything of it."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tools.cli.options import (
    BundleOption,
    EnvironmentOption,
    JsonOption,
    StrictOption,
    chosen_bundle,
    contract_environment_and_organiser,
)
from tools.cli.output import current, shown_path
from tools.cli.reporting import (
    IgnoreOption,
    ReportFormat,
    ReportFormatOption,
    SelectOption,
    check_again,
    chosen_selection,
    with_commands,
)

if TYPE_CHECKING:
    from tools.checks.selection import Selection


def add_to(app: typer.Typer) -> None:
    """Enter the command."""
    app.command("check")(check)


def check(
    submission: Annotated[Path, typer.Argument(metavar="ZIP|DIR", help="The zip, or the folder it would be made of.")],
    bundle: BundleOption = None,
    environment: EnvironmentOption = None,
    strict: StrictOption = False,
    select: SelectOption = None,
    ignore: IgnoreOption = None,
    format_: ReportFormatOption = ReportFormat.TEXT,
    json_: JsonOption = None,
) -> int:
    """Read a submission without running it, and name what would fail on the platform."""
    from tools.archive import open_archive

    archive = open_archive(submission)
    archive.look_ahead()
    from tools.checks import Stage, run_checks, subject_of
    from tools.report.document import checked
    from tools.report.text import print_findings

    output = current()
    selection = chosen_selection(select, ignore)
    _require_static(selection, submission)
    contract, wanted, organiser = contract_environment_and_organiser(chosen_bundle(bundle))
    subject = subject_of(archive, contract, environment_name=environment or wanted, organiser=organiser)
    result = selection.apply(run_checks(Stage.CHECK, subject, contract))
    words = check_again(submission, bundle, environment)
    result = with_commands(result, words)
    if output.wants_document:  # it names the zip's sha256, which takes as long again as reading a large one
        output.document(checked(archive, result, strict=strict, selection=selection))
    print_findings(output.console, result, selection.unused(result))
    if result.failed(strict=strict):
        output.say(f"next: mend it, then: {shlex.join(['kit', *words])}")
        return 1
    output.say(f"next: {shlex.join(['kit', 'build' if archive.is_folder else 'evaluate', *words[1:]])}")
    return 0


def _require_static(selection: "Selection", submission: Path) -> None:
    """Raise UsageError where none of the selected checks can be made without running the submission."""
    from tools.checks import CATALOGUE, Stage
    from tools.errors import UsageError

    if not any(entry.stage is Stage.CHECK and selection.selects(entry.code) for entry in CATALOGUE.values()):
        codes = ",".join(selection.select)
        raise UsageError(
            f"--select: kit check does not run the submission, and {codes} needs that",
            f"kit evaluate {shown_path(submission)} --select {codes}",
        )
