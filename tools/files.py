"""Files are written beside their place and renamed into it, so that nothing half-written is ever found there."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path in the same folder; it takes the place of `path` if the block ends well, else it goes.

    Raises OSError where the folder cannot be written or the disk is full.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        yield path  # a device or a pipe: it is written to, never replaced
        return
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    beside = Path(name)
    try:
        yield beside
        beside.chmod(0o644)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
