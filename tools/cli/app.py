"""The command line as a whole: its commands, and the one place where errors become exit codes."""

import errno
import traceback

import typer

from tools.cli import (
    account,
    build,
    check,
    competitions,
    data,
    demo,
    doctor,
    environments,
    evaluate,
    explain,
    history,
    init,
    leaderboard,
    logs,
    new,
    recipes,
    results,
    schema,
    show,
    sweep,
    train,
    upload,
    watch,
)
from tools.cli.output import configure
from tools.codabench.errors import PlatformError

INTERRUPTED = 130
USAGE = 2
MACHINE = 3

app = typer.Typer(
    name="kit",
    help="From images to a score on Codabench: train, build, check and evaluate here, then upload and follow.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
PANELS = {
    "Images to a zip": (demo, new, data, recipes, train, sweep, build),
    "Before the upload": (check, evaluate, explain),
    "The platform": (account, competitions, show, init, upload, watch, logs, results, leaderboard, history),
    "This machine": (doctor, environments, schema),
}
for panel, rooms in PANELS.items():
    commands, groups = len(app.registered_commands), len(app.registered_groups)
    for room in rooms:
        room.add_to(app)
    for command in app.registered_commands[commands:]:
        command.rich_help_panel = panel
    for group in app.registered_groups[groups:]:
        group.rich_help_panel = panel


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code. The JSON document is written at every exit that wants one."""
    output = configure(arguments)
    try:
        code = app(args=arguments, prog_name="kit", standalone_mode=False)
        if code == INTERRUPTED:  # typer has turned the Ctrl-C into an exit of its own
            raise KeyboardInterrupt
        return code if isinstance(code, int) else 0
    except BaseException as error:
        told = _told(error)
        if told is None:
            raise
        code, what, fix = told
        if isinstance(error, typer.TyperException) and hasattr(error, "show"):
            error.show()
        else:
            output.error(*(_clean(text, error) for text in (what, fix)))
        explained = _code(error)
        if explained and not (fix.startswith("kit ") or "kit explain" in fix):  # the fix is the whole answer there
            output.note(f"more: kit explain {explained}")
        if output.wants_document and not output.written:
            from tools.report.document import failure

            try:
                output.document(failure(what, fix, code, explained))
            except OSError as unwritten:
                output.error(f"{unwritten.strerror or unwritten}{_file(unwritten)}", "check the path of --json")
        return code


def _told(error: BaseException) -> tuple[int, str, str] | None:  # noqa: PLR0911 - one return a kind of error
    """Exit code, what happened and the fix; None for what is no error of a command."""
    match error:
        case KeyboardInterrupt() | typer.Abort():
            return INTERRUPTED, "interrupted", "the same command again; kit train goes on with --resume"
        case typer.TyperException():
            return getattr(error, "exit_code", USAGE), str(error), "kit --help"
        case Exception() if hasattr(error, "fix"):
            return getattr(error, "exit_code", MACHINE), str(error), str(error.fix)
        case OSError(errno=errno.ENOSPC | errno.EDQUOT | errno.EFBIG):
            return (
                MACHINE,
                f"the disk is full{_file(error)}; nothing was written in part",
                "free some space, then again",
            )
        case OSError():
            return MACHINE, f"{error.strerror or error}{_file(error)}", "check the path, its permissions and the disk"
        case Exception():
            return MACHINE, f"the kit failed\n{traceback.format_exc()}", "report it with the lines above"
    return None


def _code(error: BaseException) -> str | None:
    """The catalogue's page on what the kit raised, where there is one."""
    code = getattr(error, "code", None)
    return code if hasattr(error, "fix") and isinstance(code, str) else None


def _clean(text: str, error: BaseException) -> str:
    """A message as it may go to a terminal: control characters are written out, a server's words stand on one line."""
    from tools.bundle.document import printable

    lines = [" ".join(text.split())] if isinstance(error, PlatformError) else text.expandtabs().split("\n")
    return "\n".join(map(printable, lines))


def _file(error: OSError) -> str:
    return f" ({error.filename})" if error.filename else ""
