"""Writes the lock of an environment anew: every package it needs, pinned with the hashes of its files.

`python -m tools.environments.lock NAME`. The lock serves every system, and names neither an index nor a path.
"""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tools.environments.cache import cache_folder
from tools.environments.known import Environment, environment, lock_path, names
from tools.environments.uv_program import run_uv
from tools.errors import KitError, UsageError
from tools.files import replacing


def requirements(known: Environment) -> str:
    """What an environment's facts ask for, one requirement a line."""
    pinned = (f"{package}=={version}" for package, version in known.packages.items())
    return "".join(f"{line}\n" for line in (*pinned, *known.unpinned))


def write_lock(known: Environment, path: Path) -> None:
    """Resolve an environment and put its lock at the path. Raises NotBuiltError where uv fails, and OSError."""
    version = ".".join(str(part) for part in known.python)
    words = ["pip", "compile", "requirements.in", "--quiet", "--universal", "--generate-hashes", "--no-annotate"]
    words += ["--python-version", version, "--output-file", "lock"]
    words += ["--custom-compile-command", f"python -m tools.environments.lock {known.name}"]
    if known.as_of:
        words += ["--exclude-newer", known.as_of]
    log = cache_folder() / f"lock-of-{known.name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, replacing(path) as beside:
        folder = Path(name)
        (folder / "requirements.in").write_text(requirements(known), "utf-8")
        run_uv(words, log=log, folder=folder)
        beside.write_bytes((folder / "lock").read_bytes())


def main(arguments: Sequence[str]) -> int:
    """Write the lock of the named environment; the exit code."""
    try:
        if len(arguments) != 1:
            raise UsageError("one environment's name is needed", f"one of: {', '.join(names())}")
        known = environment(arguments[0])
        write_lock(known, lock_path(known.name))
    except KitError as error:
        sys.stderr.write(f"{error.what}\n{error.fix}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
