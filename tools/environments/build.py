"""Builds an evaluator's environment from its lock, once: uv fetches the packages and checks each against its hash.

The environment is isolated: it sees neither the kit's packages nor the user's. Its modules are compiled to bytecode, as
in the image, because a sandbox shows them read-only and every start would compile them anew.
"""

import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tools.environments.cache import half_built, place_of, turn
from tools.environments.contents import FILE as CONTENTS
from tools.environments.errors import NotBuiltError
from tools.environments.installed import Installed
from tools.environments.interpreters import ask, find_interpreter
from tools.environments.known import Environment
from tools.environments.pins import digest
from tools.environments.resolve import with_lock
from tools.environments.site_packages import contents_of
from tools.environments.uv_program import run_uv
from tools.environments.version import dotted

FACTS = "built.json"
BIN = "Scripts" if os.name == "nt" else "bin"
PYTHON = "python.exe" if os.name == "nt" else "python"


def cached(environment: Environment) -> Installed | None:
    """The environment where it is built already, whole, and its Python still there; else None. Milliseconds."""
    if environment.lock is None:
        return None
    return _at(place_of(environment, environment.lock), environment.name)


def build(
    environment: Environment, *, python: Path | None = None, say: Callable[[str], None] = lambda _: None
) -> Installed:
    """The environment, built where it is not yet: half a minute, or minutes where much is to be fetched.

    Of several builders at once one builds and the others wait. A build that was killed is begun anew. `python` is the
    interpreter to build with, None for one that is found; an environment that is built already does not ask for it.
    A requirements file is resolved first. Raises NotBuiltError, NoInterpreterError, and UsageError for a `python` of
    another version.
    """
    environment = with_lock(environment, python=python)
    if environment.lock is None:
        raise NotBuiltError(
            f"the packages of {environment.name} are not locked, so it cannot be built",
            f"python -m tools.environments.lock {environment.name}",
        )
    if found := cached(environment):
        return found
    interpreter = find_interpreter(environment.python, given=python)
    place = place_of(environment, environment.lock)
    try:
        with turn(place.parent, say) as held:
            if not cached(environment):
                say(f"building {environment.name} with {interpreter}, about half a minute and the download")
                _fill(place, environment, interpreter, held)
    except OSError as error:
        raise NotBuiltError(
            f"{environment.name} cannot be built in {place.parent}: {error.strerror or error}",
            "free some space there, or set KIT_CACHE_DIR to a folder on a local disk that you may write",
        ) from error
    found = cached(environment)
    assert found
    return found


def _fill(place: Path, known: Environment, interpreter: Path, held: int) -> None:
    """Build the environment in its place, while the cache's lock is held."""
    assert known.lock
    lock = known.lock.absolute()
    log = place.with_name(f"{place.name}.log")
    log.unlink(missing_ok=True)
    with half_built(place) as folder:
        uv = partial(run_uv, log=log, folder=folder, held=held)
        options = ["--relocatable", "--no-project", "--allow-existing", "--prompt", place.name]
        uv(["venv", *options, "--python", interpreter, "."])
        python = folder / BIN / PYTHON
        sync: list[str | Path] = ["pip", "sync", "--require-hashes", "--link-mode", "hardlink"]
        sync += ["--build-constraints", lock, "--python", python, lock]
        uv(sync)
        uv([*sync, "--compile-bytecode"])  # apart, since it takes longest: the uv of a killed builder ends before it
        started = ask(python)
        if started is None:
            raise NotBuiltError(f"the Python of the environment does not start: {interpreter}", f"see {log}")
        contents_of(folder, lock=digest(lock)).write(folder / CONTENTS)
        facts: dict[str, object] = {"base": str(started.base), "python": dotted(started.version)}
        if known.requirements:
            facts |= {
                "requirements": str(known.requirements),
                "lock": lock.name if known.requirements != lock else None,
            }
        facts |= {"bytes": size_of(folder)}
        (folder / FACTS).write_text(json.dumps(facts), "utf-8")


def size_of(folder: Path) -> int:
    """The bytes of all files below a folder, each inode once; what uv's cache shares with it counts too."""
    seen: dict[int, int] = {}
    for place, _, names in os.walk(folder):
        for name in names:
            told = os.lstat(os.path.join(place, name))  # noqa: PTH118 - tens of thousands of files
            seen[told.st_ino] = told.st_size
    return sum(seen.values())


def _at(place: Path, name: str) -> Installed | None:
    """The environment at its place, where there is one that still starts."""
    try:
        base = Path(json.loads((place / FACTS).read_text("utf-8"))["base"])
    except (OSError, ValueError):
        return None
    if not (place / BIN / PYTHON).exists():
        return None
    return Installed(name=name, bin_folder=place / BIN, folders=(place, base))
