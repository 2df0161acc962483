"""A second look at the entry, in a child of its own: the steps of the contract one by one, on a few images.

The platform's logs tell how the ingestion program fared; the probe tells what the entry itself did. It has its own
copy of the submission, so that the two jobs run untouched, and gives way to them.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.archive import Archive
from tools.contract import Contract
from tools.sandbox.program import Engine, Outcome, Program

CHILD = Path(__file__).with_name("probe_child.py")
IMAGES = 64


@dataclass(frozen=True, kw_only=True)
class StepError:
    """What a step raised: type and text, the last line of the user's code in it, and all of the user's frames."""

    step: str
    text: str
    where: str | None
    frames: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ProbeReport:
    """How far the entry came: the step reached ("end" when all went well), and what it answered for `images` images."""

    outcome: Outcome
    reached: str
    error: StepError | None = None
    answer: dict[str, Any] | None = None
    images: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)

    @property
    def complaint(self) -> str | None:
        """What kept the entry from answering; None where it did."""
        if self.error:
            return f"the step {self.error.step!r} raised {self.error.text}"
        if self.reached != "end" or self.answer is None:
            return f"it ended in the step {self.reached!r}, exit code {self.outcome.exit_code}, without an answer"
        if self.answer.get("kind", "O") == "O":
            return f"it answered {self.answer['type']}, which is no array of ids"
        return None


@dataclass(frozen=True, kw_only=True)
class Probe:
    """What to ask: the entry, by which contract, for which images (.npy); `answers` is an .npy to write or None."""

    archive: Archive
    contract: Contract
    images: Path
    scratch: Path
    bin_folder: Path
    limit_s: float | None
    niceness: int = 0
    answers: Path | None = None


def probe(request: Probe, engine: Engine) -> ProbeReport:
    """Unpack the entry below `scratch`, go through the steps in a child process, and read its report."""
    request.scratch.mkdir(parents=True, exist_ok=True)
    submission, home = request.scratch / "submission", request.scratch / "home"
    request.archive.extract(submission)
    for folder in (submission, home):
        folder.mkdir(exist_ok=True)
    contract = request.contract
    asked = {
        "submission": str(submission),
        "module": contract.module,
        "class": contract.class_name,
        "constructor": list(contract.constructor),
        "method": contract.method,
        "inside": contract.working_directory == "submission",
        "images": str(request.images),
        "answers": str(request.answers) if request.answers else None,
        "report": str(request.scratch / "report.json"),
    }
    (request.scratch / "request.json").write_text(json.dumps(asked), "utf-8")
    outcome = engine.run(
        Program(
            argv=("python", str(CHILD), str(request.scratch / "request.json")),
            mounts={"/app/program": home},
            workdir="/app/program",
            bin_folder=request.bin_folder,
            home=home,
            stdout=request.scratch / "stdout",
            stderr=request.scratch / "stderr",
            limit_s=request.limit_s,
            niceness=request.niceness,
        )
    )
    return _read(request.scratch / "report.json", outcome)


def _read(path: Path, outcome: Outcome) -> ProbeReport:
    if not path.is_file():
        return ProbeReport(outcome=outcome, reached="start")
    told = json.loads(path.read_text("utf-8"))
    errors = [
        StepError(
            step=step["name"],
            text=step["error"]["text"],
            where=step["error"]["where"],
            frames=tuple(step["error"]["frames"]),
        )
        for step in told["steps"]
        if "error" in step
    ]
    return ProbeReport(
        outcome=outcome,
        reached=told["reached"],
        error=errors[0] if errors else None,
        answer=told.get("answer"),
        images=told.get("images", 0),
        seconds={step["name"]: step["seconds"] for step in told["steps"] if "seconds" in step},
        versions=told["versions"],
    )
