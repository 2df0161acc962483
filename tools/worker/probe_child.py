"""Asks the entry what the ingestion program will ask, one step at a time, and writes down what happened.

Runs as a script in the evaluator's environment: Python 3.7 or newer, standard library and NumPy only; without NumPy it
does nothing. Its arguments are two folders: one
with `request.json` (`module`, `class`, `constructor`, `method`, `inside`: whether the working directory is the
submission's, `answers`: whether to save them) and `images.npy`, where `report.json` and `answers.npy` go, and the
submission. The report is rewritten after each step, so that a process that dies still tells how far it came.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import platform
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

PACKAGES = ("tensorflow", "keras", "numpy", "torch", "sklearn")


def describe(answer: Any) -> dict[str, Any]:
    """What an answer is, as plain values: type, shape, dtype, range, and how many values are not usable as ids."""
    import numpy as np

    kind = type(answer)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    told: dict[str, Any] = {"type": name}
    if answer is None:
        return told
    try:
        array = np.asarray(answer)
    except Exception as error:
        return {**told, "complaint": f"{type(error).__name__}: {error}"}
    told.update(is_array=isinstance(answer, np.ndarray), shape=list(array.shape), dtype=str(array.dtype))
    told["kind"] = array.dtype.kind
    if array.dtype.kind not in "biuf" or not array.size:
        return told
    finite = array[np.isfinite(array)] if array.dtype.kind == "f" else array
    told["not_finite"] = int(array.size - finite.size)
    if finite.size:
        told.update(least=float(finite.min()), most=float(finite.max()))
        told["whole"] = bool((finite == finite.round()).all())
    return told


def versions() -> dict[str, str]:
    """The versions of Python and of the packages that the submission has loaded."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        version = getattr(sys.modules.get(name), "__version__", None)
        if version:
            found[name] = version
    return found


class Probe:
    """The steps, and the report that grows with them."""

    def __init__(self, desk: Path, submission: Path) -> None:
        """Start with an empty report."""
        self.desk = desk
        self.submission = str(submission)
        self.request: dict[str, Any] = json.loads((desk / "request.json").read_text("utf-8"))
        self.report: dict[str, Any] = {"steps": [], "versions": {}}

    def step(self, name: str, function: Callable[[], Any]) -> Any:
        """Run one step and write down its time, or its error with the frames that lie in the submission."""
        self.report["reached"] = name
        self.write()
        started = time.perf_counter()
        try:
            value = function()
        except BaseException as error:
            self.report["steps"].append({"name": name, "error": _error(error, self.submission)})
            self.write()
            raise
        self.report["steps"].append({"name": name, "seconds": time.perf_counter() - started})
        self.report["versions"] = versions()
        self.write()
        return value

    def write(self) -> None:
        """Write the report beside its place and rename it."""
        place = self.desk / "report.json"
        beside = place.with_suffix(".part")
        beside.write_text(json.dumps(self.report), "utf-8")
        beside.replace(place)

    def run(self) -> None:
        """Stand where the evaluator stands; import, construct, predict, describe."""
        request = self.request
        sys.path[0] = self.submission
        if request["inside"]:
            os.chdir(self.submission)
        passed = [self.submission if name == "path" else name for name in request["constructor"]]
        module = self.step("import", lambda: importlib.import_module(request["module"]))
        built = self.step("construct", lambda: getattr(module, request["class"])(*passed))
        import numpy as np

        images = np.load(self.desk / "images.npy", allow_pickle=False)
        answer = self.step("predict", lambda: getattr(built, request["method"])(images))
        self.report["images"] = len(images)
        self.report["answer"] = describe(answer)
        if request["answers"] and self.report["answer"].get("kind", "O") != "O":
            np.save(self.desk / "answers.npy", np.asarray(answer), allow_pickle=False)
        self.report["reached"] = "end"
        self.write()


def _member(path: str | None, submission: str) -> str | None:
    """A file's name inside the submission; None for one that lies elsewhere."""
    if path is None or not path.startswith(submission + os.sep):
        return None
    return Path(path).relative_to(submission).as_posix()


def _error(error: BaseException, submission: str) -> dict[str, Any]:
    """The exception's type and text, and the frames of its traceback that lie in the submission."""
    own = [
        (f"{member}:{frame.lineno}", frame)
        for frame in traceback.extract_tb(error.__traceback__)
        for member in [_member(frame.filename, submission)]
        if member
    ]
    where = own[-1][0] if own else None
    if isinstance(error, SyntaxError) and _member(error.filename, submission):
        where = f"{_member(error.filename, submission)}:{error.lineno}"
    return {
        "text": "".join(traceback.format_exception_only(type(error), error)).strip(),
        "where": where,
        "frames": [f"{place}, in {frame.name}: {frame.line}" for place, frame in own],
    }


if __name__ == "__main__" and importlib.util.find_spec("numpy"):
    Probe(Path(sys.argv[1]), Path(sys.argv[2])).run()
