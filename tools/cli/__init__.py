"""The `kit` commands: they read options, call what does the work, print, and turn errors into exit codes.

Nothing heavy is imported before a command needs it, so that `kit --help` and `kit check` answer at once.
"""

import sys
from collections.abc import Sequence

from tools.cli.app import run


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; return its exit code (0 fine, 1 findings, 2 usage, 3 machine, 130 interrupted)."""
    return run(list(sys.argv[1:] if arguments is None else arguments))
