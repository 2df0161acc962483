"""Resolves requirements to a lock, by uv: every package that they need, pinned with the hashes of its files."""

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tools.environments.errors import NotBuiltError
from tools.environments.interpreters import find_interpreter
from tools.environments.known import Environment
from tools.environments.requirements import names_an_index
from tools.environments.uv_program import run_uv
from tools.files import replacing

COMPILE = ("pip", "compile", "--quiet", "--generate-hashes", "--no-annotate", "--output-file", "lock")
ENTRY = re.compile(r"^(?=[A-Za-z0-9.])", re.MULTILINE)


def compile_lock(words: Sequence[str | Path], path: Path, *, requirements: str | Path, log: Path) -> None:
    """Let uv resolve requirements, a file's or of the text, and put the lock at the path.

    Raises NotBuiltError where uv fails, and OSError.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, replacing(path) as beside:
        folder = Path(name)
        source = requirements
        if isinstance(requirements, str):
            source = "requirements.in"
            (folder / source).write_text(requirements, "utf-8")
        run_uv([*COMPILE, *words, source], log=log, folder=folder)
        beside.write_bytes((folder / "lock").read_bytes())


def with_lock(known: Environment, *, python: Path | None = None) -> Environment:
    """The environment with its lock: a requirements file's is resolved now, for this machine, where it is not yet.

    Raises NotBuiltError where there is neither, where the file cannot be resolved or names what cannot be locked.
    """
    if known.lock or known.requirements is None or known.lock_to_be is None:
        return known
    lock = known.lock_to_be
    interpreter = find_interpreter(known.python, given=python)
    words: list[str | Path] = ["--python", interpreter, "--no-header"]
    if names_an_index(known.requirements):  # the user's own settings may hold a password, and are asked for anyway
        words += ["--emit-index-url", "--emit-find-links"]
    compile_lock(words, lock, requirements=known.requirements, log=lock.with_suffix(".log"))
    for entry in ENTRY.split(lock.read_text("utf-8"))[1:]:
        if "--hash=" not in entry:
            lock.unlink()
            raise NotBuiltError(
                f"{known.requirements} names {entry.splitlines()[0]!r}, whose files have no hash to lock",
                "name a published version, as in numpy==1.26.4, in place of a folder or repository",
            )
    return known.with_lock(lock)
