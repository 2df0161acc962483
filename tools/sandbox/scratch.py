"""A folder for one evaluation that is gone afterwards, also when the kit itself is killed.

A janitor process waits for the kit's end of a pipe to close. While the kit lives it does nothing; when the kit dies
before it has cleaned up, the janitor does it, and runs the commands it was told (to remove containers).
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tools.sandbox.folders import remove
from tools.sandbox.supervise import DETACHED

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
JANITOR = (sys.executable, "-I", "-m", "tools.sandbox.scratch")
TRIES = 100
PAUSE_S = 0.2
COMMAND_S = 60
ROOM = 4
PAUSES_S = (0, 2, 5)  # a container that was being made when the kit died appears later


class Scratch:
    """The folder, and what else must not outlive the kit."""

    def __init__(self, path: Path) -> None:
        """Start the janitor."""
        self.path = path
        self._in_memory = SHARED_MEMORY / path.name
        self._janitor = subprocess.Popen(  # noqa: S603 - the kit's own module
            [*JANITOR, str(path), str(self._in_memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **DETACHED,
        )

    def memory_folder(self, size_bytes: int) -> Path | None:
        """A folder in memory, where thousands of small files are made much faster; None without room to spare."""
        try:
            if shutil.disk_usage(SHARED_MEMORY).free < ROOM * size_bytes:
                return None
            self._in_memory.mkdir(mode=0o711, exist_ok=True)
            return Path(tempfile.mkdtemp(dir=self._in_memory))
        except OSError:
            return None

    def at_death(self, command: Sequence[str]) -> None:
        """Have a command run if the kit dies."""
        assert self._janitor.stdin is not None
        with contextlib.suppress(OSError):
            self._janitor.stdin.write(json.dumps(list(command)).encode() + b"\n")
            self._janitor.stdin.flush()

    def remove(self) -> None:
        """Remove the folder and send the janitor home."""
        remove(self._in_memory)
        remove(self.path)
        if not self.path.exists() and not self._in_memory.exists():
            self._janitor.kill()
        assert self._janitor.stdin is not None
        with contextlib.suppress(OSError):
            self._janitor.stdin.close()
        self._janitor.wait()


@contextmanager
def scratch_folder() -> Iterator[Scratch]:
    """A folder for one evaluation, with resolved symbolic links; gone afterwards, whatever programs left in it.

    Meanwhile what is made can be read by others: as root, programs run as another user.
    """
    umask = os.umask(0o022)
    scratch = Scratch(Path(tempfile.mkdtemp(prefix="kit-")).resolve())
    if os.name == "posix" and os.geteuid() == 0:
        scratch.path.chmod(0o711)
    try:
        yield scratch
    finally:
        scratch.remove()
        os.umask(umask)


def main() -> None:
    """Wait until nobody holds the other end of the standard input any more, then clean up."""
    commands = [json.loads(line) for line in sys.stdin.buffer]
    for pause_s in PAUSES_S if commands else ():
        time.sleep(pause_s)
        for command in commands:
            with contextlib.suppress(OSError, subprocess.SubprocessError):
                subprocess.run(command, timeout=COMMAND_S, capture_output=True, check=False)  # noqa: S603 - the kit's
    folders = [Path(word) for word in sys.argv[1:]]
    for _ in range(TRIES):
        for folder in folders:
            remove(folder)
        if not any(folder.exists() for folder in folders):
            return
        time.sleep(PAUSE_S)


if __name__ == "__main__":
    main()
