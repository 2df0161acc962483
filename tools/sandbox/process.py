"""The engine for any system: a child process with a clean environment, its own session and a wall-clock limit.

What it does not do: it hides neither the network nor the user's files and limits no memory. There is no `/app`:
folders of the job stand in for it and are put into the command's words, so a program that hard-codes `/app/...` in
its source is refused before it runs.
"""

import ast
import contextlib
import os
import re
import shutil
import subprocess
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from tools.errors import SandboxError
from tools.sandbox.program import SIGNALLED, Outcome, Program

POSIX = os.name == "posix"
SYSTEM_PATH = ("/usr/local/bin", "/usr/bin", "/bin")
SOURCE_LIMIT_BYTES = 2 << 20


class ProcessEngine:
    """Runs each program as a child process of this one."""

    def __init__(self) -> None:
        """Start with nothing running."""
        self.enforced: dict[str, Any] = {
            "engine": "process",
            "wall_time": True,
            "network": False,
            "memory": False,
            "filesystem": False,
            "labels": "kept out of the prediction job's folders; the rest of the file system is open to it",
        }
        self.running: set[subprocess.Popen[bytes]] = set()

    def run(self, program: Program) -> Outcome:
        """Run a program to its end, or to its limit, and leave none of its processes behind.

        A command that cannot be started gives 127, as a shell does. Raises SandboxError where a source of the
        program hard-codes /app.
        """
        refuse_fixed_paths(program.mounts[program.workdir])
        started = time.monotonic()
        with program.stdout.open("wb") as out, program.stderr.open("wb") as err:
            try:
                child = subprocess.Popen(  # noqa: S603 - running the user's program is what an engine is for
                    _words(program),
                    cwd=program.mounts[program.workdir],
                    env=_variables(program),
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=err,
                    start_new_session=POSIX,
                )
            except OSError as error:
                err.write(f"{program.argv[0]}: {error.strerror or error}\n".encode())
                return Outcome(exit_code=127, seconds=time.monotonic() - started)
            self.running.add(child)
            code = _wait(child, program)
            self.running.discard(child)
        if code is not None and code < 0:
            code = SIGNALLED - code
        return Outcome(exit_code=code, seconds=time.monotonic() - started)

    def stop(self) -> None:
        """Kill every program that still runs, with all that it started."""
        for child in tuple(self.running):
            _kill_tree(child)


def refuse_fixed_paths(folder: Path) -> None:
    """Raise SandboxError where a Python source below the folder holds an /app path outside of its docstrings."""
    for path in folder.rglob("*.py"):
        for line, text in _strings(path):
            if text.startswith("/app/"):
                raise SandboxError(
                    f"{path.name}:{line} uses the fixed path {text}, which the process engine cannot give it",
                    "let the program take its folders from the command's arguments ($input, $output ...)",
                )


def _strings(path: Path) -> Iterator[tuple[int, str]]:
    """Line and text of each string of a source that is not a docstring; nothing of one that does not parse."""
    if path.stat().st_size > SOURCE_LIMIT_BYTES:
        return
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, RecursionError):
        return
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.lineno, node.value


def _words(program: Program) -> list[str]:
    """The command with folders of this machine in place of the container's, the program itself looked up."""
    longest_first = sorted(program.mounts, key=len, reverse=True)
    pattern = re.compile("(" + "|".join(re.escape(path) for path in longest_first) + r")(?=/|$)")
    words = [pattern.sub(lambda match: str(program.mounts[match[1]]), word) for word in program.argv]
    return [shutil.which(words[0], path=_variables(program)["PATH"]) or words[0], *words[1:]]


def _variables(program: Program) -> dict[str, str]:
    """The variables that the platform's container has (codabench.md 1.5), with the environment's own bin first."""
    home = str(program.home)
    path = [str(program.bin_folder), *(SYSTEM_PATH if POSIX else ())]
    variables = {"PATH": os.pathsep.join(path), "HOME": home, "TMPDIR": home, "LANG": "C.UTF-8"}
    variables |= {"PYTHONUNBUFFERED": "1", "http_proxy": "", "https_proxy": ""}
    if not POSIX:
        variables |= {"SYSTEMROOT": os.environ.get("SYSTEMROOT", ""), "USERPROFILE": home, "TEMP": home, "TMP": home}
    return variables


def _wait(child: "subprocess.Popen[bytes]", program: Program) -> int | None:
    """The return code, or None past the limit; whatever happens, the tree is dead afterwards."""
    try:
        if program.niceness and POSIX:
            with contextlib.suppress(psutil.Error):
                psutil.Process(child.pid).nice(program.niceness)
        return child.wait(program.limit_s)
    except subprocess.TimeoutExpired:
        return None
    finally:
        _kill_tree(child)


def _kill_tree(child: "subprocess.Popen[bytes]") -> None:
    """Kill the process, its descendants and whatever stayed in its session."""
    victims: list[psutil.Process] = []
    with contextlib.suppress(psutil.Error):
        victims = psutil.Process(child.pid).children(recursive=True)
    if POSIX:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, 9)
    for victim in victims:
        with contextlib.suppress(psutil.Error):
            victim.kill()
    if child.poll() is None:
        child.kill()
    child.wait()
