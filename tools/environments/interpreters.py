"""Finds a Python of a wanted version on this machine. It installs none, and downloads nothing."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.environments.errors import NoInterpreterError
from tools.environments.uv_program import uv_path, uv_variables
from tools.environments.version import dotted
from tools.errors import UsageError

START_LIMIT_S = 20
FACTS = """
import json, os, sys
print(json.dumps({
    "executable": os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable),
    "base": os.path.realpath(getattr(sys, "base_prefix", sys.prefix)),
    "version": list(sys.version_info[:3]),
    "implementation": getattr(getattr(sys, "implementation", None), "name", "python"),
}))
"""


@dataclass(frozen=True, kw_only=True)
class Interpreter:
    """What a Python says of itself: its own (not a virtual environment's) executable and prefix, real paths."""

    executable: Path
    base: Path
    version: tuple[int, int, int]
    implementation: str

    def is_cpython(self, version: tuple[int, int]) -> bool:
        """Whether packages built for that version of CPython run in it."""
        return self.implementation == "cpython" and self.version[:2] == version


def ask(executable: Path) -> Interpreter | None:
    """Start a Python and let it tell its facts; None where it does not start, or is no Python."""
    command = [str(executable), "-I", "-c", FACTS]
    try:
        told = subprocess.run(command, capture_output=True, check=True, timeout=START_LIMIT_S, env=uv_variables())  # noqa: S603
        facts = json.loads(told.stdout)
        major, minor, micro = facts["version"]
        return Interpreter(
            executable=Path(facts["executable"]),
            base=Path(facts["base"]),
            version=(major, minor, micro),
            implementation=facts["implementation"],
        )
    except (OSError, ValueError, KeyError, TypeError, subprocess.SubprocessError):
        return None


def version_of(given: Path) -> tuple[int, int]:
    """The version (major, minor) of what `--python` gave, which may be a version itself. Raises UsageError."""
    if named := _named(given):
        return named
    found = ask(given)
    if found is None:
        raise UsageError(f"{given} does not start as a Python", "give the path of a Python, or a version as 3.11")
    return found.version[:2]


def find_interpreter(version: tuple[int, int], *, given: Path | None = None) -> Path:
    """The real path of a CPython of that version (major, minor): the given one, else the first one found that starts.

    Looks on the PATH, then among pyenv's, then where uv looks; also where a version is given in place of a path. Raises
    UsageError for a given one that is another, NoInterpreterError where there is none.
    """
    if given is not None and not (named := _named(given)):
        return _checked(version, given)
    if given is not None and named != version:
        raise UsageError(f"Python {dotted(version)} is needed, and --python says {given}", "leave --python out")
    for candidate in _candidates(version):
        found = ask(candidate)
        if found and found.is_cpython(version):
            return found.executable
    wanted = dotted(version)
    raise NoInterpreterError(
        f"no Python {wanted} was found: not on the PATH, not among pyenv's, not by uv",
        f"install one: {uv_path()} python install {wanted}",
    )


def _named(given: Path) -> tuple[int, int] | None:
    """The version that is given in place of a path."""
    found = re.fullmatch(r"(\d+)\.(\d+)", str(given))
    return (int(found[1]), int(found[2])) if found and not given.exists() else None


def _checked(version: tuple[int, int], given: Path) -> Path:
    found = ask(given)
    wanted = dotted(version)
    if found is None:
        raise UsageError(f"{given} does not start as a Python", f"give the path of a Python {wanted}")
    if not found.is_cpython(version):
        kind = "Python" if found.implementation == "cpython" else found.implementation
        raise UsageError(
            f"{given} is {kind} {dotted(found.version)}, and Python {wanted} is needed",
            f"give the path of a Python {wanted}, or none: the kit then looks for one",
        )
    return found.executable


def _candidates(version: tuple[int, int]) -> Iterator[Path]:
    """What may be a Python of that version, lazily: each is asked before the next is looked for."""
    name = f"python{dotted(version)}"
    for folder in os.get_exec_path():
        if found := shutil.which(name, path=folder):
            yield Path(found)
    yield from _of_pyenv(version)
    words = [uv_path(), "python", "find", "--no-python-downloads", "--no-project", "--system", dotted(version)]
    told = subprocess.run(words, capture_output=True, text=True, check=False, env=uv_variables())  # noqa: S603
    if told.returncode == 0:
        yield Path(told.stdout.strip())


def _of_pyenv(version: tuple[int, int]) -> Iterator[Path]:
    """Those that pyenv has installed, the newest first."""
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    found = [(match, path) for path in root.glob("*") if (match := re.fullmatch(r"(\d+)\.(\d+)\.(\d+)", path.name))]
    for match, path in sorted(found, key=lambda pair: int(pair[0][3]), reverse=True):
        if (int(match[1]), int(match[2])) == version:
            yield path / "bin" / "python"
