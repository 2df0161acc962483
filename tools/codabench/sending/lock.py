"""One upload of a zip to a phase at a time on this machine; the lock of a killed process is gone with it."""

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from tools import history
from tools.codabench.journal import Parcel
from tools.codabench.sending.naming import mark
from tools.errors import KitError

PATIENCE_S = 1.0
"""kit history holds the lock for an instant where it looks whether an upload is at work."""


@contextmanager
def alone(parcel: Parcel) -> Iterator[None]:
    """Hold the lock of a parcel. Raises KitError where another process has it."""
    folder = history.database().parent / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / f"upload{mark(parcel.zip_sha256)}{parcel.phase}.lock", timeout=PATIENCE_S):
            yield
    except Timeout as error:
        raise KitError(
            f"another kit upload of {parcel.zip_path.name} to phase {parcel.phase} is at work on this machine",
            "wait for it; kit history tells how far it is",
        ) from error
