"""A second look at the entry, in a child of its own: the steps of the contract one by one, on a few images.

The platform's logs tell how the ingestion program fared; the probe tells what the entry itself did, and how it answers
when it is called otherwise. It has its own copy of the submission, so that the two jobs run untouched, and gives way
to them. It runs in the jobs' own engine. What it does not do: the entry finds no input data there but the rows.
"""

import json
import shutil
import threading
from dataclasses import dataclass
from pathlib import Path

from tools.archive import Archive
from tools.contract import Contract
from tools.sandbox.program import Engine, Limits, Program
from tools.worker.probe_report import ProbeReport, read_report

CHILD = Path(__file__).with_name("probe_child")
IMAGES = 64
DESK = "desk"
IMAGES_FILE = "images.npy"
ANSWERS_FILE = "answers.npy"


@dataclass(frozen=True, kw_only=True)
class Probe:
    """What to ask: the entry, by which contract, for the images that lie on the desk of `folder` as IMAGES_FILE.

    The entry's own answers are saved beside them, as ANSWERS_FILE. With `calls` it is called in other ways as well.
    Once `call_off` is set, the probe is ended wherever it is.
    """

    archive: Archive
    contract: Contract
    folder: Path
    limits: Limits
    niceness: int = 0
    calls: bool = False
    call_off: threading.Event | None = None


def probe(request: Probe, engine: Engine) -> ProbeReport:
    """Unpack the entry below the folder, go through the steps in a child process, and read its report."""
    folder, contract = request.folder, request.contract
    submission, work, output, private = (folder / name for name in ("submission", "work", "output", "private"))
    request.archive.extract(submission)
    for made in (submission, work, output, private):
        made.mkdir(exist_ok=True)
    asked = {
        "module": contract.module,
        "class": contract.class_name,
        "constructor": list(contract.constructor),
        "method": contract.method,
        "inside": contract.working_directory == "submission",
        "calls": request.calls,
        "niceness": request.niceness,
    }
    desk = folder / DESK
    (desk / "request.json").write_text(json.dumps(asked), "utf-8")
    shutil.copytree(CHILD, desk / CHILD.name, ignore=shutil.ignore_patterns("__pycache__"))
    mounts = {
        "/app/program": work,
        "/app/output": output,
        "/app/probe": desk,
        "/app/ingested_program": submission,
    }
    outcome = engine.run(
        Program(
            argv=("python3", "-m", CHILD.name, "/app/probe", "/app/ingested_program", "/app/program"),
            mounts=mounts,
            workdir="/app/probe",
            folder=private,
            limits=request.limits,
            niceness=request.niceness,
            call_off=request.call_off,
        )
    )
    return read_report(desk / "report.json", outcome, mounts, wants_array=contract.output.kind != "any")


def desk_of(folder: Path) -> Path:
    """The folder below a probe's own where the images are put and the answers are found."""
    desk = folder / DESK
    desk.mkdir(parents=True, exist_ok=True)
    return desk
