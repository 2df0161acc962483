"""The engine for any system: a child process with a clean environment, under a supervisor that keeps its limits.

What it does not do: it hides neither the network nor the user's files. There is no `/app`: folders of the job stand
in for it and are put into the command's words, so a program that hard-codes `/app/...` in its source is refused.
"""

import re
import shutil
from pathlib import Path
from typing import Any

from tools.environments.installed import Installed
from tools.errors import SandboxError
from tools.sandbox.fixed_paths import fixed_path
from tools.sandbox.folders import make_private
from tools.sandbox.program import Outcome, Program
from tools.sandbox.supervise import Supervisors, spec_of
from tools.sandbox.variables import variables

SOURCES = ("/app/program", "/app/ingested_program")


class ProcessEngine:
    """Runs each program as a child process."""

    name = "process"

    def __init__(self, installed: Installed) -> None:
        """Programs find the executables of `installed` first."""
        self.installed = installed
        self.supervisors = Supervisors()

    def run(self, program: Program) -> Outcome:
        """Run a program to its end or a limit. A command that cannot be started gives 127, as a shell does.

        Raises SandboxError where a source of the program, or of the submission it takes, hard-codes /app.
        """
        for place in SOURCES:
            if folder := program.mounts.get(place):
                refuse_fixed_paths(folder, place)
        make_private(program, owner=None)
        env = variables(self.installed.bin_folder, str(program.home), str(program.folder / "tmp"))
        spec = spec_of(
            program,
            _words(program, env["PATH"]),
            env,
            str(program.mounts[program.workdir]),
            writable=[str(program.folder), str(program.mounts.get("/app/output", program.folder))],
        )
        return self.supervisors.run(spec, program.call_off)

    def stop(self) -> None:
        """Kill every program that still runs, with all that it started."""
        self.supervisors.stop()

    def describe(self) -> dict[str, Any]:
        """Nothing but the name: there is no isolation to speak of."""
        return {"engine": self.name}


def refuse_fixed_paths(folder: Path, place: str) -> None:
    """Raise SandboxError where a source below the folder holds an /app path outside of its docstrings."""
    if found := fixed_path(folder):
        where, path = found
        raise SandboxError(
            f"{place}/{where} uses the fixed path {path}, which the process engine cannot give it",
            "evaluate with --engine bubblewrap or container, where /app is real; or take the folders from the "
            "command's arguments ($input, $output ...)",
        )


def _words(program: Program, path: str) -> list[str]:
    """The command with folders of this machine in place of the container's, the program itself looked up."""
    longest_first = sorted(program.mounts, key=len, reverse=True)
    pattern = re.compile("(" + "|".join(re.escape(place) for place in longest_first) + r")(?=/|$)")
    words = [pattern.sub(lambda match: str(program.mounts[match[1]]), word) for word in program.argv]
    return [shutil.which(words[0], path=path) or words[0], *words[1:]]
