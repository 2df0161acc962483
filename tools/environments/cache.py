"""The folder of built environments: where each has its place, and how one gets there whole or not at all.

An environment is made in a half-built folder beside its place and renamed into it. One builder works at a time: it
holds a lock that the system takes back when the builder, and the uv that it started, are dead. So whoever holds it
may remove every half-built folder that is there. Locks of requirements files lie beside, in a folder of their own.
"""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import platformdirs

from tools.environments.known import Environment
from tools.environments.version import dotted

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

HALF_BUILT = ".half-built-"
LOCKS = "locks"
POLL_S = 0.1
DIGITS = 16


def cache_folder() -> Path:
    """The folder of everything built, which may not exist yet; KIT_CACHE_DIR puts it elsewhere."""
    folder = os.environ.get("KIT_CACHE_DIR") or platformdirs.user_cache_dir("codabench-kit", appauthor=False)
    return Path(folder).absolute() / "environments"


def place_of(known: Environment, lock: Path) -> Path:
    """Where an environment is once it is built: another lock or Python has another place."""
    digest = sha256(f"{lock.read_text('utf-8')}{dotted(known.python)}".encode()).hexdigest()
    return cache_folder() / f"{known.name}-{digest[:DIGITS]}"


@contextmanager
def turn(folder: Path, say: Callable[[str], None]) -> Iterator[int]:
    """Wait until no other builder works in the folder, and yield the open file of the lock while it is held."""
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _taken(handle):
            say("another build is under way; waiting for it")
            while not _taken(handle):
                time.sleep(POLL_S)
        yield handle
    finally:
        os.close(handle)


@contextmanager
def half_built(place: Path) -> Iterator[Path]:
    """Yield an empty folder that becomes `place` if the block ends well, else goes; only while the lock is held."""
    for stale in place.parent.glob(f"{HALF_BUILT}*"):
        shutil.rmtree(stale, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=HALF_BUILT, dir=place.parent))
    try:
        yield folder
        folder.chmod(0o755)
        if place.exists():
            place.rename(folder.with_name(f"{folder.name}-before"))
        folder.rename(place)
    finally:
        for left in place.parent.glob(f"{folder.name}*"):
            shutil.rmtree(left, ignore_errors=True)


def _taken(handle: int) -> bool:
    """Take the lock on an open file, if nobody has it."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
