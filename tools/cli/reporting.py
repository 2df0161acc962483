"""Options of the commands that give findings: which of them, in which format, and the command that shows one again."""

import shlex
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tools.cli.output import shown_path

if TYPE_CHECKING:
    from tools.checks import Finding, Result
    from tools.checks.selection import Selection

REPORTING = ("--select", "--ignore", "--format", "--json", "--keep", "--report")


class ReportFormat(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"


ReportFormatOption = Annotated[
    ReportFormat,
    typer.Option("--format", help="text for people; json (kit schema), sarif, junit, github for programs (to stdout)."),
]
SelectOption = Annotated[
    list[str] | None,
    typer.Option("--select", metavar="CODES", help="Report these only: codes or prefixes, as SRC,OUT001."),
]
IgnoreOption = Annotated[
    list[str] | None,
    typer.Option("--ignore", metavar="CODES", help="Do not fail for these; `ignore` in [tool.kit] keeps the reason."),
]


def chosen_selection(select: list[str] | None = None, ignore: list[str] | None = None) -> "Selection":
    """What `--select` and `--ignore` say, and what the project's settings ignore.

    Raises UsageError, naming the option, for what is no code and no prefix of one.
    """
    from tools.checks.selection import Ignore, Selection
    from tools.project import read_settings

    settled = [Ignore(pattern, reason, is_settled=True) for pattern, reason in read_settings().ignore.items()]
    given = [Ignore(pattern, "as --ignore asks") for pattern in _codes("--ignore", ignore)]
    return Selection(select=_codes("--select", select), ignore=(*settled, *given))


def _codes(option: str, given: list[str] | None) -> tuple[str, ...]:
    """The codes of an option that may be repeated, each time with several between commas."""
    from tools.checks.selection import require_of_a_zip
    from tools.errors import UsageError

    if not given:
        return ()
    try:
        return require_of_a_zip(part for words in given for part in words.rstrip(",").split(","))
    except UsageError as error:
        raise UsageError(f"{option}: {error.what}", error.fix) from error


def with_commands(result: "Result", check: Sequence[str], evaluate: Sequence[str] = ()) -> "Result":
    """Each finding with the command that shows it again: the one of its stage, and `--select` with its code."""
    from dataclasses import replace

    from tools.checks import CATALOGUE, Stage

    def again(finding: "Finding") -> "Finding":
        words = evaluate if CATALOGUE[finding.code].stage is Stage.EVALUATE else check
        return replace(finding, reproduce=shlex.join(["kit", *words, "--select", finding.code]) if words else None)

    return replace(result, findings=tuple(again(finding) for finding in result.findings))


def check_again(submission: Path, bundle: Path | None, environment: str | None = None) -> list[str]:
    """`check ZIP`, with the options that decide what it finds."""
    words = ["check", shown_path(submission)]
    words += ["--bundle", str(bundle)] if bundle else []
    return words + (["--environment", environment] if environment else [])


def same_again(arguments: Sequence[str]) -> list[str]:
    """A command line without the options that only choose what is reported, and where it is written."""
    kept: list[str] = []
    words = iter(arguments)
    for word in words:
        if word in REPORTING:
            next(words, None)
        elif word != "--strict" and not word.startswith(tuple(f"{option}=" for option in REPORTING)):
            kept.append(word)
    return kept
