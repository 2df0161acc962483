"""`kit explain`: a code's whole page, or what a text or a log of the platform means. Offline."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from tools.cli.options import Format, FormatOption, JsonOption
from tools.cli.output import current

STDIN = "-"


def add_to(app: typer.Typer) -> None:
    """Enter the command."""
    app.command("explain")(explain)


def explain(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="CODE | TEXT | LOG | -",
            help="A code (SRC002, or SRC for all of them), a text that the platform showed, or a log: a file, a folder "
            "of them, or - for what is piped in.",
            show_default=False,
        ),
    ] = None,
    log: Annotated[
        str, typer.Option("--log", metavar="NAME", help="The platform's name of a log that is piped in.")
    ] = "",
    format_: FormatOption = Format.TEXT,
    json_: JsonOption = None,
) -> int:
    """Explain a code, a text that the platform showed, or a log: the causes, whose they are, and what to run."""
    from tools.explain.lookup import codes, is_code

    is_piped = sys.stdin is not None and not sys.stdin.isatty()
    asked = words or ([STDIN] if is_piped else [])
    if not asked:
        _codes(codes())
    elif all(is_code(word) for word in asked) and not Path(asked[0]).exists():
        _codes_of(asked)
    else:
        _diagnose(asked, log, is_asked=bool(words))
    return 0


def _codes_of(asked: list[str]) -> None:
    from tools.explain.lookup import look_up

    _codes(tuple(dict.fromkeys(code for word in asked for code in look_up(word))))


def _codes(codes: tuple[str, ...]) -> None:
    from tools.explain.document import codes_document
    from tools.report.explained import print_codes

    output = current()
    output.document(codes_document(codes))
    print_codes(output.console, codes)


def _diagnose(asked: list[str], log: str, *, is_asked: bool) -> None:
    """Explain a text or a log. Without any words and with nothing piped in, the codes are listed."""
    from tools.explain import diagnose_log
    from tools.explain.document import diagnoses_document
    from tools.explain.lookup import codes
    from tools.report.explained import print_diagnoses

    name, told = _told(asked, log)
    if not is_asked and not told.strip():
        _codes(codes())
        return
    found = diagnose_log(name, told)
    output = current()
    output.document(diagnoses_document(found))
    print_diagnoses(output.console, found)


def _told(asked: list[str], log: str) -> tuple[str, str | bytes]:
    """The log's name, if it has one, and the text: from the standard input, a file or folder, or the words."""
    from tools.errors import UsageError
    from tools.explain.pasted import read_bounded
    from tools.explain.reading import LOG_SUFFIXES, read_log

    if asked == [STDIN]:
        return log, read_bounded(sys.stdin.buffer) if sys.stdin else b""
    path = Path(asked[0])
    if len(asked) == 1 and _is_there(path):
        name, data = read_log(path)
        return log or name, data
    if len(asked) == 1 and path.suffix in LOG_SUFFIXES and " " not in asked[0]:
        raise UsageError(f"there is no file {path}", "give the path of a log, or the text itself in quotes")
    return log, " ".join(asked)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a text, too long or too odd for a path
        return False
