"""The last traceback of a log, read as text: which of the user's frames it went through, and what was raised."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

SUBMISSION = "/app/ingested_program"
HEAD = "Traceback (most recent call last):"
FRAME = re.compile(r'^  File "(?P<file>[^"]+)", line (?P<line>\d+), in (?P<function>\S+)$')


@dataclass(frozen=True, kw_only=True)
class Frame:
    """One frame inside the submission: member, line, function, and the code on that line."""

    member: str
    line: int
    function: str
    code: str

    @property
    def where(self) -> str:
        """`member:line`."""
        return f"{self.member}:{self.line}"


@dataclass(frozen=True, kw_only=True)
class Trace:
    """The exception's own lines, and the frames that lie in the submission, outermost first."""

    error: str
    frames: tuple[Frame, ...]


def last_trace(log: str) -> Trace | None:
    """The last traceback of a log; None where it ends without one."""
    start = log.rfind(HEAD)
    if start < 0:
        return None
    lines = log[start:].splitlines()[1:]
    frames = []
    for number, line in enumerate(lines):
        match = FRAME.match(line)
        if match and PurePosixPath(match["file"]).is_relative_to(SUBMISSION):
            member = str(PurePosixPath(match["file"]).relative_to(SUBMISSION))
            code = lines[number + 1].strip() if number + 1 < len(lines) else ""
            frames.append(Frame(member=member, line=int(match["line"]), function=match["function"], code=code))
    error = next((line for line in lines if line and not line.startswith(" ")), "")
    return Trace(error=error, frames=tuple(frames))
