"""The command line as a whole: its commands, and the one place where errors become exit codes."""

import errno
import traceback

import typer

from tools.cli import build, check, data, demo, evaluate, train
from tools.cli.output import Output, configure

INTERRUPTED = 130
MACHINE = 3

app = typer.Typer(
    name="kit",
    help="From images to a Codabench submission that runs: train, build, check and evaluate before the upload.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for room in (demo, data, train, build, check, evaluate):
    room.add_to(app)


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code. The JSON document is written at every exit that wants one."""
    output = configure(arguments)
    try:
        code = app(args=arguments, prog_name="kit", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except (KeyboardInterrupt, typer.Abort):
        return _ended(output, INTERRUPTED, "interrupted", "the same command again; kit train goes on with --resume")
    except typer.TyperException as error:
        show = getattr(error, "show", None)
        if show is not None:
            show()
        code = getattr(error, "exit_code", 2)
        if output.wants_json:
            _write(output, str(error), "kit --help")
        return int(code)
    except BrokenPipeError:
        return MACHINE
    except OSError as error:
        return _ended(output, MACHINE, *_machine(error))
    except Exception as error:  # noqa: BLE001 - the border: an error with a fix is told, another is the kit's own
        fix = getattr(error, "fix", None)
        if fix is None:
            output.errors.print(traceback.format_exc(), markup=False)
            return _ended(output, MACHINE, f"the kit failed: {error!r}", "report it with the lines above")
        return _ended(output, getattr(error, "exit_code", MACHINE), str(error), fix)


def _machine(error: OSError) -> tuple[str, str]:
    where = f" ({error.filename})" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"the disk is full{where}; nothing was written in part", "free some space, then run the command again"
    return f"{error.strerror or error}{where}", "check the path, its permissions and the disk, then run it again"


def _ended(output: Output, code: int, what: str, fix: str) -> int:
    output.error(what, fix)
    if output.wants_json:
        _write(output, what, fix)
    return code


def _write(output: Output, what: str, fix: str) -> None:
    if not output.written:
        output.document({"schema": 1, "verdict": "unknown", "error": {"what": what, "fix": fix}})
