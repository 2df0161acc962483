"""Asks the entry what the ingestion program will ask, one step at a time, and writes down what happened.

Runs as a script in the evaluator's environment: standard library and NumPy only. Its arguments are two folders: one
with `request.json` (`module`, `class`, `constructor`, `method`, `inside`: whether the working directory is the
submission's, `answers`: whether to save them) and `images.npy`, where `report.json` and `answers.npy` go, and the
submission. The report is rewritten after each step, so that a process that dies still tells how far it came.
"""

import importlib
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

    told: dict[str, Any] = {"type": f"{type(answer).__module__}.{type(answer).__qualname__}".removeprefix("builtins.")}
    if answer is None:
        return told
    try:
        array = np.asarray(answer)
    except Exception as error:
        return told | {"complaint": f"{type(error).__name__}: {error}"}
    told |= {"is_array": isinstance(answer, np.ndarray), "shape": list(array.shape), "dtype": str(array.dtype)}
    if array.dtype.kind not in "biuf" or not array.size:
        return told | {"kind": array.dtype.kind}
    finite = array[np.isfinite(array)] if array.dtype.kind == "f" else array
    told |= {"kind": array.dtype.kind, "not_finite": int(array.size - finite.size)}
    if finite.size:
        told |= {"least": float(finite.min()), "most": float(finite.max())}
        told["whole"] = bool((finite == finite.round()).all())
    return told


def versions() -> dict[str, str]:
    """The versions of Python and of the packages that the submission has loaded."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        if version := getattr(sys.modules.get(name), "__version__", None):
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


def _error(error: BaseException, submission: str) -> dict[str, Any]:
    """The exception's type and text, and the frames of its traceback that lie in the submission."""
    own = [f for f in traceback.extract_tb(error.__traceback__) if Path(f.filename).is_relative_to(submission)]
    places = [f"{Path(frame.filename).relative_to(submission).as_posix()}:{frame.lineno}" for frame in own]
    text = "".join(traceback.format_exception_only(error)).strip()
    if isinstance(error, SyntaxError) and error.filename and Path(error.filename).is_relative_to(submission):
        places.append(f"{Path(error.filename).relative_to(submission).as_posix()}:{error.lineno}")
    return {
        "text": text,
        "where": places[-1] if places else None,
        "frames": [f"{place}, in {frame.name}: {frame.line}" for place, frame in zip(places, own, strict=False)],
    }


if __name__ == "__main__":
    Probe(Path(sys.argv[1]), Path(sys.argv[2])).run()
