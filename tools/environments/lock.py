"""Writes the lock of an environment anew: every package it needs, pinned with the hashes of its files.

`python -m tools.environments.lock NAME`. The lock serves every system, and names neither an index nor a path. Then the
environment is built once, and what it installs is written beside the lock; `--contents NAME` does that alone.
"""

import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tools.environments.build import build
from tools.environments.cache import cache_folder
from tools.environments.contents import FILE, LIGHT
from tools.environments.interpreters import find_interpreter
from tools.environments.known import Environment, contents_path, environment, lock_path, names
from tools.environments.resolve import compile_lock
from tools.environments.version import dotted
from tools.errors import KitError, UsageError

LARGE = "platform_machine != 'x86_64' or sys_platform != 'linux'"
SMALL = "platform_machine == 'x86_64' and sys_platform == 'linux'"


def requirements(known: Environment) -> str:
    """What an environment's facts ask for, one requirement a line.

    TensorFlow without what only a graphics card needs is half as large; it is taken where it was published.
    """
    return "".join(f"{line}\n" for line in (*_pinned(known), *known.unpinned))


def _pinned(known: Environment) -> Iterator[str]:
    light = {package: small for small, package in LIGHT.items()}
    for package, version in known.packages.items():
        if small := light.get(package):
            yield f"{package}=={version} ; {LARGE}"
            yield f"{small}=={version} ; {SMALL}"
        else:
            yield f"{package}=={version}"


def write_lock(known: Environment, path: Path) -> None:
    """Resolve an environment and put its lock at the path. Raises NotBuiltError where uv fails, and OSError."""
    interpreter = str(find_interpreter(known.python))
    words = ["--universal", "--python-version", dotted(known.python), "--python", interpreter]
    words += ["--custom-compile-command", f"python -m tools.environments.lock {known.name}"]
    if known.as_of:
        words += ["--exclude-newer", known.as_of]
    log = cache_folder() / f"lock-of-{known.name}.log"
    compile_lock(words, path, requirements=requirements(known), log=log)


def write_contents(known: Environment, path: Path) -> None:
    """Build an environment, where it is not yet, and put at the path what it holds. Raises as `build` does."""
    installed = build(known)
    shutil.copyfile(installed.bin_folder.parent / FILE, path)


def main(arguments: Sequence[str]) -> int:
    """Write the lock of the named environment, or its contents alone; the exit code."""
    given = list(arguments)
    try:
        locks = "--contents" not in given
        chosen = [word for word in given if word != "--contents"]
        if len(chosen) != 1:
            raise UsageError("one environment's name is needed", f"one of: {', '.join(names())}")
        known = environment(chosen[0])
        if locks:
            write_lock(known, lock_path(known.name))
            environment.cache_clear()
        write_contents(environment(known.name), contents_path(known.name))
    except KitError as error:
        sys.stderr.write(f"{error.what}\n{error.fix}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
