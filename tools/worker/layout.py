"""The folders of a job on the worker's side, and where each program finds them (codabench.md 1.2 and 6)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tools.worker.command import Kind

Profile = Literal["2026-03", "2026-05"]
READ_ONLY = frozenset({"/app/data"})


@dataclass(frozen=True, kw_only=True)
class Job:
    """One of the two jobs of a submission, and its folders below `root`."""

    root: Path
    scoring: bool

    @property
    def name(self) -> str:
        """As the platform's logs call it."""
        return "scoring" if self.scoring else "prediction"

    @property
    def program(self) -> Path:
        """The submission in the prediction job, the scoring program in the scoring job."""
        return self.root / "program"

    @property
    def ingestion(self) -> Path:
        """The ingestion program, where the job has one."""
        return self.root / "ingestion_program"

    @property
    def output(self) -> Path:
        """What both programs of the job write into."""
        return self.root / "output"

    @property
    def input_data(self) -> Path:
        """The task's input data, where the job has it."""
        return self.root / "input_data"

    @property
    def reference(self) -> Path:
        """The labels; only the scoring job has them."""
        return self.root / "input" / "ref"

    @property
    def predictions(self) -> Path:
        """The prediction job's output; only the scoring job has it."""
        return self.root / "input" / "res"

    @property
    def submission(self) -> Path:
        """The submission in a scoring job (from profile 2026-05 on)."""
        return self.root / "submission"


def mounts(job: Job, kind: Kind, *, profile: Profile, during_scoring: bool) -> dict[str, Path]:
    """Container path -> folder for one program of a job; missing folders are made, and so appear empty.

    `during_scoring` says that the task's ingestion program runs in the scoring job only. `/app/ingestion_program`,
    which some documentation names, is never mounted.
    """
    places = {
        "/app/program": job.ingestion if kind == "ingestion" else job.program,
        "/app/output": job.output,
        "/app/data": job.root / "data",
    }
    if kind == "ingestion" and not job.scoring:
        places["/app/ingested_program"] = job.program
    if job.scoring:
        places |= {"/app/shared": job.root / "shared", "/app/input": job.root / "input"}
        if profile == "2026-05":
            places["/app/ingested_program"] = job.submission
        elif kind == "ingestion" and during_scoring:
            places["/app/ingested_program"] = job.predictions
    if job.input_data.is_dir():
        places["/app/input_data"] = job.input_data.resolve()
    for folder in places.values():
        folder.mkdir(parents=True, exist_ok=True)
    return places


def log_name(job: Job, kind: Kind, stream: str) -> str:
    """The name under which the platform keeps a log."""
    return f"{job.name}_{stream}" if kind == "program" else f"{job.name}_ingestion_{stream}"


def program_name(job: Job, kind: Kind) -> str:
    """A program's name in the kit's words."""
    if kind == "ingestion":
        return "scoring_ingestion" if job.scoring else "ingestion"
    return "scoring" if job.scoring else "submission"
