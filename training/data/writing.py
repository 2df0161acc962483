"""Writing a result file whole or not at all, with the file system's refusals told as errors of this package."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from training.errors import InputError, TrainingError
from training.files import replacing

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def writing(out: Path) -> Iterator[Path]:
    """Yield a path beside `out` that takes its place when the block ends well; else nothing is left.

    Raises InputError when `out` is a folder or may not be written, TrainingError when the disk is full.
    """
    try:
        if out.is_dir():
            raise InputError(f"{out} is a folder, the name of a file was expected", f"name a file: {out}/<file>")
        with replacing(out) as beside:
            yield beside
    except OSError as error:
        if error.errno in _FULL:
            fix = "free some space, or choose another disk with -o"
            raise TrainingError(f"the disk is full: {out} was not written", fix) from error
        raise InputError(f"{out} cannot be written: {error.strerror}", "choose another place with -o") from error
