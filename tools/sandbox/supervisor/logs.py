"""A stream of output into a file of bounded size: its beginning and its end are kept, what lies between is counted."""

import threading
from collections import deque
from pathlib import Path
from typing import IO

BLOCK_BYTES = 1 << 16


class LogFile:
    """Reads a pipe to its end in a thread of its own, so that the program never waits for it."""

    def __init__(self, pipe: IO[bytes], path: Path, limit_bytes: int) -> None:
        """Start reading at once."""
        self.pipe = pipe
        self.path = path
        self.half = max(1, limit_bytes // 2)
        self.left_out = 0
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def finish(self, timeout_s: float) -> int:
        """Wait for the end of the stream, at most so long, and return how many bytes were left out."""
        self.thread.join(timeout_s)
        return self.left_out

    def _read(self) -> None:
        """The first half straight into the file, the last half through a queue of blocks."""
        written = held = 0
        tail: deque[bytes] = deque()
        with self.path.open("wb", buffering=0) as file:
            while block := self.pipe.read(BLOCK_BYTES):
                head = block[: self.half - written]
                self._write(file, head)
                written += len(head)
                if rest := block[len(head) :]:
                    tail.append(rest)
                    held += len(rest)
                while held - len(tail[0] if tail else b"") >= self.half:
                    dropped = len(tail.popleft())
                    held -= dropped
                    self.left_out += dropped
            if self.left_out:
                self._write(file, f"\n[{self.left_out} bytes left out]\n".encode())
            for block in tail:
                self._write(file, block)

    def _write(self, file: IO[bytes], block: bytes) -> None:
        """Write, or on a full disk count: the pipe must be read on, or the program waits for ever."""
        try:
            file.write(block)
        except OSError:
            self.left_out += len(block)
