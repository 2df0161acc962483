"""uv, the program that makes environments and locks, and what its failures mean."""

import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from uv import find_uv_bin

from tools.environments.errors import NotBuiltError

NO_NETWORK = (
    "dns error",
    "error sending request",
    "failed to lookup address",
    "connection refused",
    "network is unreachable",
    "timed out",
    "network was disabled",
)
NO_SPACE = ("no space left", "os error 28", "quota exceeded")
NOT_BUILT = re.compile(r"failed to build `([^`]+)`", re.IGNORECASE)
UNSATISFIABLE = re.compile(r"No solution found when resolving dependencies.*?(Because .*?)(?:\n\s*\n|\Z)", re.DOTALL)
OTHER_FILE = re.compile(r"hash mismatch for `([^`]+)`", re.IGNORECASE)
CHANGE_THE_RESULT = (
    "PYTHONHOME",
    "PYTHONPATH",
    "UV_BUILD_CONSTRAINT",
    "UV_CONSTRAINT",
    "UV_EXCLUDE_NEWER",
    "UV_NO_VERIFY_HASHES",
    "UV_OVERRIDE",
    "UV_PRERELEASE",
    "UV_PYTHON",
    "UV_RESOLUTION",
    "UV_SYSTEM_PYTHON",
    "UV_VENV_SEED",
    "VIRTUAL_ENV",
)


def uv_path() -> str:
    """The path of uv, which is one of the kit's packages. Raises NotBuiltError where it is gone."""
    try:
        return find_uv_bin()
    except FileNotFoundError as error:
        raise NotBuiltError("uv, which builds environments, is not installed beside the kit", "make setup") from error


def uv_variables() -> dict[str, str]:
    """The variables for uv: those that say whence and how it fetches stay, those that change what comes out go."""
    return {name: value for name, value in os.environ.items() if name not in CHANGE_THE_RESULT}


def run_uv(words: Sequence[str | Path], *, log: Path, folder: Path, held: int | None = None) -> None:
    """Run uv in a folder, its output added to the log. Raises NotBuiltError for a failure, OSError for a full disk.

    uv inherits the open file `held`, so that a lock on it lasts as long as uv does if this process is killed.
    """
    command = [uv_path(), "--no-progress", "--no-python-downloads", *map(str, words)]
    start = log.stat().st_size if log.exists() else 0
    with log.open("ab") as output:
        output.write(f"$ {' '.join(command)}\n".encode())
        output.flush()
        done = subprocess.run(  # noqa: S603 - uv comes with the kit
            command,
            check=False,
            cwd=folder,
            env=uv_variables(),
            pass_fds=() if held is None or os.name == "nt" else (held,),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            umask=0o022,  # another user, as which sandboxed programs run, must be able to read it
        )
    if done.returncode != 0:
        what, fix = complaint(log.read_bytes()[start:].decode(errors="replace").partition("\n")[2])
        raise NotBuiltError(what, f"{fix} (the whole output: {log})")


def complaint(output: str) -> tuple[str, str]:
    """What happened and what to do about it, each one sentence, by what uv said."""
    text = output.lower()
    if any(sign in text for sign in NO_NETWORK):
        return "the package index cannot be reached", "check the network or proxy, then run the command again"
    if any(sign in text for sign in NO_SPACE):
        return "the disk is full", "free some space, or set KIT_CACHE_DIR and UV_CACHE_DIR to folders elsewhere"
    if found := OTHER_FILE.search(output):
        return f"the package index gives another file for {found[1]} than the lock names", "use another index"
    if found := NOT_BUILT.search(output):
        return (
            f"{found[1]} has no wheel for this Python and system, and does not build here",
            "pin a version that has one, or take another Python; uv's output ends with why the build failed",
        )
    if found := UNSATISFIABLE.search(output):
        reason = " ".join(found[1].split()).removesuffix(".")
        return f"the requirements cannot be met: {reason}", "pin versions that go together, and with that Python"
    told = [line.strip() for line in output.splitlines() if line.strip()]
    reasons = [line.partition(": ")[2] for line in told if line.startswith(("error: ", "cause: "))]
    reason = ": ".join(dict.fromkeys([reasons[0], reasons[-1]])) if reasons else (told or ["it said nothing"])[-1]
    return f"uv failed: {reason}", "see uv's output"
