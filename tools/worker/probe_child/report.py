"""The report that grows with each step, and what an error was: the frames that lie in the submission.

It is rewritten after each step, so that a process that dies still tells how far it came.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

PACKAGES = ("tensorflow", "keras", "numpy", "torch", "sklearn", "scipy", "pandas", "PIL")
MOST_FRAMES = 12


class Report:
    """What is known so far: `told` as it will be written, beside its place and then renamed."""

    def __init__(self, desk: Path, submission: str) -> None:
        """Start with nothing reached."""
        self.place = desk / "report.json"
        self.submission = submission
        self.told: dict[str, Any] = {"reached": "start", "steps": [], "calls": [], "versions": versions()}

    def step(self, name: str, function: Callable[[], Any]) -> Any:
        """Run one step and write down its time, or its error with the frames that lie in the submission."""
        self.told["reached"] = name
        self.write()
        started = time.perf_counter()
        try:
            value = function()
        except BaseException as error:
            self.told["steps"].append({"name": name, "error": error_of(error, self.submission)})
            self.write()
            raise
        self.told["steps"].append({"name": name, "seconds": time.perf_counter() - started})
        self.told["versions"] = versions()
        self.write()
        return value

    def write(self) -> None:
        """Write it anew."""
        beside = self.place.with_suffix(".part")
        beside.write_text(json.dumps(self.told), "utf-8")
        beside.replace(self.place)


def versions() -> dict[str, str]:
    """The versions of Python and of the packages that the submission has loaded."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        version = getattr(sys.modules.get(name), "__version__", None)
        if version:
            found[name] = str(version)
    return found


def member_of(path: str | None, submission: str) -> str | None:
    """A file's name inside the submission; None for one that lies elsewhere."""
    if path is None or not path.startswith(submission + os.sep):
        return None
    return Path(path).relative_to(submission).as_posix()


def error_of(error: BaseException, submission: str) -> dict[str, Any]:
    """The exception's type and text, and the innermost frames of its traceback that lie in the submission."""
    own = [
        (f"{member}:{frame.lineno}", frame)
        for frame in traceback.extract_tb(error.__traceback__)
        for member in [member_of(frame.filename, submission)]
        if member
    ]
    where = own[-1][0] if own else None
    if isinstance(error, SyntaxError) and member_of(error.filename, submission):
        where = f"{member_of(error.filename, submission)}:{error.lineno}"
    origin = error.__traceback__
    while origin is not None and origin.tb_next is not None:
        origin = origin.tb_next
    module = str(origin.tb_frame.f_globals.get("__name__")) if origin is not None else ""
    is_own = origin is not None and member_of(origin.tb_frame.f_code.co_filename, submission) is not None
    return {
        "raised_by": None if is_own else module.partition(".")[0],
        "text": "".join(traceback.format_exception_only(type(error), error)).strip(),
        "kinds": [kind.__name__ for kind in type(error).__mro__[:-2]],
        "where": where,
        "frames": [f"{place}, in {frame.name}: {frame.line}" for place, frame in own[-MOST_FRAMES:]],
    }
