"""A second look at the entry, in a child of its own: the steps of the contract one by one, on a few images.

The platform's logs tell how the ingestion program fared; the probe tells what the entry itself did. It has its own
copy of the submission, so that the two jobs run untouched, and gives way to them. It runs in the jobs' own engine.
"""

import json
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tools.archive import Archive
from tools.contract import Contract
from tools.sandbox.program import Engine, Limits, Outcome, Program

CHILD = Path(__file__).with_name("probe_child.py")
IMAGES = 64
DESK = "desk"
REPORT_LIMIT_BYTES = 4 << 20
IMAGES_FILE = "images.npy"
ANSWERS_FILE = "answers.npy"


@dataclass(frozen=True, kw_only=True)
class StepError:
    """What a step raised: type and text, the last line of the user's code in it, and all of the user's frames."""

    step: str
    text: str
    where: str | None
    frames: tuple[str, ...]

    @property
    def is_exit(self) -> bool:
        """Whether the entry left on purpose."""
        return self.text.startswith("SystemExit")


@dataclass(frozen=True, kw_only=True)
class ProbeReport:
    """How far the entry came: the step reached ("end" when all went well), and what it answered for `images` images.

    `wants_array` is False where the contract allows any answer.
    """

    outcome: Outcome
    reached: str
    error: StepError | None = None
    answer: dict[str, Any] | None = None
    images: int = 0
    wants_array: bool = True
    seconds: dict[str, float] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)

    @property
    def complaint(self) -> str | None:
        """What kept the entry from answering; None where it did."""
        if self.error:
            return f"the step {self.error.step!r} raised {self.error.text}"
        if self.reached != "end" or self.answer is None:
            return f"it ended in the step {self.reached!r}, exit code {self.outcome.exit_code}, without an answer"
        if self.wants_array and self.answer.get("kind", "O") == "O":
            return f"it answered {self.answer['type']}, which is no array of ids"
        return None


@dataclass(frozen=True, kw_only=True)
class Probe:
    """What to ask: the entry, by which contract, for the images that lie on the desk of `folder` as IMAGES_FILE.

    With `answers` the entry's own are saved beside them, as ANSWERS_FILE.
    """

    archive: Archive
    contract: Contract
    folder: Path
    limits: Limits
    niceness: int = 0
    answers: bool = False


def probe(request: Probe, engine: Engine) -> ProbeReport:
    """Unpack the entry below the folder, go through the steps in a child process, and read its report."""
    folder = request.folder
    submission, work, private = folder / "submission", folder / "work", folder / "private"
    request.archive.extract(submission)
    for made in (submission, work, private):
        made.mkdir(exist_ok=True)
    contract = request.contract
    asked = {
        "module": contract.module,
        "class": contract.class_name,
        "constructor": list(contract.constructor),
        "method": contract.method,
        "inside": contract.working_directory == "submission",
        "answers": request.answers,
    }
    desk = folder / DESK
    (desk / "request.json").write_text(json.dumps(asked), "utf-8")
    shutil.copyfile(CHILD, desk / CHILD.name)
    outcome = engine.run(
        Program(
            argv=("python3", f"/app/probe/{CHILD.name}", "/app/probe", "/app/ingested_program"),
            mounts={"/app/program": work, "/app/probe": desk, "/app/ingested_program": submission},
            workdir="/app/program",
            folder=private,
            limits=request.limits,
            niceness=request.niceness,
        )
    )
    report = _read(desk / "report.json", outcome, submission)
    return replace(report, wants_array=contract.output.kind != "any")


def desk_of(folder: Path) -> Path:
    """The folder below a probe's own where the images are put and the answers are found."""
    desk = folder / DESK
    desk.mkdir(parents=True, exist_ok=True)
    return desk


def _read(path: Path, outcome: Outcome, submission: Path) -> ProbeReport:
    """The child's report; where an engine has no /app, folders of this machine are told as they are there.

    The entry could write there as well: what is no report of the child's is none.
    """
    nothing = ProbeReport(outcome=outcome, reached="start")
    if path.is_symlink() or not path.is_file() or path.stat().st_size > REPORT_LIMIT_BYTES:
        return nothing
    try:
        told = json.loads(path.read_text("utf-8").replace(json.dumps(str(submission))[1:-1], "/app/ingested_program"))
        return _report(told, outcome)
    except (ValueError, TypeError, KeyError, AttributeError):
        return nothing


def _report(told: dict[str, Any], outcome: Outcome) -> ProbeReport:
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
