"""The tracebacks in a pasted log: what was raised, and through whose code.

A log that was copied from a page may have lost its indentation, or carry times before each line.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tools.explain.platform_text import Program

HEAD = "Traceback (most recent call last)"
FRAME = re.compile(r'File "(?P<file>[^"\n]{1,1000})", line (?P<line>\d{1,9})(?:, in (?P<function>.{1,200}))?')
RAISED = re.compile(r"(?P<kind>[A-Za-z_][\w.]{0,200})(?:: (?P<message>.*)|:?)$")
SURE = re.compile(r"(?:Error|Exception|Exit|Interrupt|Warning|Group|Exceeded)$")
DIGIT = re.compile(r"\d")
ALONE = re.compile(r"(?:[\w.]{1,200}\.)?(?:[A-Z]\w{0,80}(?:Error|Exception|Exceeded|Exit|Interrupt)|error)(?::\s.*)?")
LOG_NAME = re.compile(
    r"\W*(?P<name>(?:prediction|scoring)(?:_ingestion)?_std(?:out|err))(?:\.\w{1,5})?\W*", re.IGNORECASE
)
CHAINED = ("The above exception was the direct cause", "During handling of the above exception")
MESSAGE_LINES = 12
GAP_LINES = 4
SUBMISSION = "/app/ingested_program/"
PROGRAM = "/app/program/"
WORKER = ("compute_worker", "/celery/", "billiard")
SCORING = ("scor", "evaluat", "metric", "/input/res", "grade")


@dataclass(frozen=True, kw_only=True)
class Frame:
    """One call of a traceback."""

    file: str
    line: int
    function: str
    code: str


@dataclass(frozen=True, kw_only=True)
class Raised:
    """One exception of a log: its kind and message in one text, and its frames, outermost first.

    `start`, `said` and `end` are the numbers of its first line, of the line that names the exception, and of the line
    after it; what follows that line may be its message or the log's next line. `program` is the one that raised it,
    None where neither the log's name nor the frames tell. `causes` are those that it was raised from, or while they
    were handled.
    """

    told: str
    frames: tuple[Frame, ...]
    start: int
    said: int
    end: int
    program: Program | None
    causes: tuple["Raised", ...] = ()

    @property
    def yours(self) -> Frame | None:
        """The innermost frame in the submission."""
        return next((frame for frame in reversed(self.frames) if frame.file.startswith(SUBMISSION)), None)


def program_of(log_name: str) -> Program | None:
    """Which program writes a log of that name (of the platform's, or a file's); None where it does not tell."""
    name = log_name.lower()
    if "ingestion" in name:
        return "ingestion"
    if "scoring" in name:
        return "scoring"
    return "submission" if re.search(r"prediction_std(?:out|err)", name) else None


def tracebacks(lines: Sequence[str], program: Program | None) -> tuple[Raised, ...]:
    """All tracebacks, those that were chained as one, in the order of the log. `program` is who wrote the log."""
    found: list[Raised] = []
    number = 0
    while number < len(lines):
        if name := LOG_NAME.fullmatch(lines[number][:200]):
            program = program_of(name["name"])
        if HEAD in lines[number]:
            raised = _read(lines, number, program)
            between = lines[found[-1].end : number][-GAP_LINES:] if found else ()
            if any(sign in line for line in between for sign in CHAINED):
                before = found.pop()
                raised = _after(raised, before)
            found.append(raised)
            number = max(raised.end, number + 1)
        else:
            number += 1
    return tuple(found)


def _after(raised: Raised, before: Raised) -> Raised:
    causes = (*before.causes, before)
    return Raised(
        told=raised.told,
        frames=raised.frames,
        start=causes[0].start,
        said=raised.said,
        end=raised.end,
        program=raised.program,
        causes=causes,
    )


def _read(lines: Sequence[str], start: int, program: Program | None) -> Raised:
    """The traceback whose head is at `start`."""
    prefix = lines[start].partition(HEAD)[0]
    frames: list[Frame] = []
    is_indented = True
    number = start + 1
    while number < len(lines):
        line = _without(lines[number], prefix)
        if frame := FRAME.search(line):
            is_indented = line[:1].isspace()
            code = _without(lines[number + 1], prefix) if number + 1 < len(lines) else ""
            is_code = bool(code.strip()) and not FRAME.search(code) and not _is_raised(code, is_indented=is_indented)
            frames.append(
                Frame(
                    file=frame["file"],
                    line=int(frame["line"]),
                    function=frame["function"] or "",
                    code=code.strip() if is_code else "",
                )
            )
            number += 2 if is_code else 1
        elif HEAD in line or _is_raised(line, is_indented=is_indented):
            break
        else:
            number += 1
    told, end = _message(lines, number, prefix)
    return Raised(told=told, frames=tuple(frames), start=start, said=number, end=end, program=program or _who(frames))


def _message(lines: Sequence[str], number: int, prefix: str) -> tuple[str, int]:
    """The exception's own lines, and the number of the line after them."""
    told: list[str] = []
    while number < len(lines) and len(told) < MESSAGE_LINES:
        line = _without(lines[number], prefix)
        if HEAD in line or any(sign in line for sign in CHAINED) or LOG_NAME.fullmatch(line[:200]):
            break
        if told and not line.strip():
            break
        told.append(line)
        number += 1
    return "\n".join(told), number


def _without(line: str, prefix: str) -> str:
    """A line without what stands before each line of the log, such as a time."""
    is_alike = prefix.strip() and DIGIT.sub("0", line[: len(prefix)]) == DIGIT.sub("0", prefix)
    return line[len(prefix) :] if is_alike else line


def _is_raised(line: str, *, is_indented: bool) -> bool:
    """Whether a line names an exception, rather than being a line of code, which is indented if anything is."""
    match = None if line[:1].isspace() else RAISED.match(line)
    return bool(match and (is_indented or SURE.search(match["kind"])))


def _who(frames: Sequence[Frame]) -> Program | None:
    """The program that raised, by the files that the calls went through."""
    files = [frame.file for frame in frames]
    if any(file.startswith(SUBMISSION) for file in files):
        return "ingestion"
    if any(sign in file for file in files for sign in WORKER):
        return "worker"
    own = [file.lower() for file in files if file.startswith(PROGRAM)]
    if any("ingest" in file for file in own):
        return "ingestion"
    return "scoring" if any(sign in file for file in own for sign in SCORING) else None
