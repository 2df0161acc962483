"""The two jobs of a submission, prediction then scoring, as the compute worker runs them (codabench.md 1.1 to 1.8).

A prediction that fails does not stop scoring; what the scoring program does decides. The time limit holds for each
job by itself. Profile "2026-03" copies a submission without metadata into the output; "2026-05" does not, and shows it
to the scoring program instead.
"""

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml

from tools.archive import Archive
from tools.sandbox.program import Engine, Outcome, Program
from tools.worker.bundle import Bundle
from tools.worker.command import Kind, command_of, metadata_file, split
from tools.worker.scores import ScoresError, Stored, read_scores, shown, store

Profile = Literal["2026-03", "2026-05"]
Status = Literal["Finished", "Failed", "Preparing"]
BAD_ZIP = "Bad or empty zip file"
OUT_OF_TIME = "Execution Time Limit exceeded. Limit was {:g} seconds"
CHILD_FAILED = "Child task failed or non-zero return code"
METADATA_EXISTS = (
    "Error, the output directory already contains a metadata file. This file is used to store exitCode and other "
    "data, do not write to this file manually."
)
LOG_LIMIT_BYTES = 200_000


@dataclass(frozen=True, kw_only=True)
class Request:
    """What to run and how: the entry, the competition, where the data lies, and the engine with its environment."""

    archive: Archive
    bundle: Bundle
    scratch: Path
    bin_folder: Path
    engine: Engine
    limit_s: float
    profile: Profile = "2026-03"
    data: Callable[[str, Path], bool]
    """data("input_data" | "reference_data", folder) fills a folder and says whether the task has such data."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """What became of a submission: what the platform would show, and what is known beyond that."""

    status: Status
    status_details: str | None
    statuses: tuple[str, ...]
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    logs: dict[str, str] = field(default_factory=dict)
    scores: Any = None
    stored: Stored = field(default_factory=lambda: Stored(scores={}))
    shown: dict[str, str] = field(default_factory=dict)
    predictions: Path | None = None


class _FailedError(Exception):
    """The worker's SubmissionException: its text becomes `status_details`."""


class _StuckError(Exception):
    """An error that the worker does not catch: the status stays as it was, and nothing is said."""


class _Submission:
    """One submission on its way through the jobs; it collects what will be told."""

    def __init__(self, request: Request) -> None:
        """Start with nothing run."""
        self.request = request
        self.root = request.scratch
        self.statuses = ["Submitting", "Submitted", "Running", "Preparing"]
        self.outcomes: dict[str, Outcome] = {}
        self.logs: dict[str, str] = {}
        self.scores: Any = None
        self.stored = Stored(scores={})
        self.submission = self.root / "prediction" / "submission"
        self.predictions = self.root / "scoring" / "input" / "res"

    def play(self) -> Run:
        """Both jobs, then the scores."""
        status: Status = "Finished"
        details = None
        try:
            self._predict()
            self.statuses += ["Scoring", "Running"]
            self._score()
        except (_FailedError, ScoresError) as error:
            status, details = "Failed", str(error)
        except _StuckError:
            status = "Preparing"
        if status != self.statuses[-1]:
            self.statuses.append(status)
        columns = self.request.bundle.columns
        return Run(
            status=status,
            status_details=details,
            statuses=tuple(self.statuses),
            outcomes=self.outcomes,
            logs=self.logs,
            scores=self.scores,
            stored=self.stored,
            shown=shown(self.stored.scores, columns) if status == "Finished" else {},
            predictions=self.predictions if self.predictions.is_dir() else None,
        )

    def _predict(self) -> None:
        """Unpack, copy the entry into the output where the profile does that, run ingestion, hand the output on."""
        request, job = self.request, self.root / "prediction"
        output = _made(job / "output")
        if request.archive.problem or request.archive.damaged_member:
            raise _FailedError(BAD_ZIP)
        if request.archive.unreadable:
            raise _StuckError
        request.archive.extract(self.submission)
        mounts = {"/app/program": self.submission, "/app/output": output}
        if request.data("input_data", job / "input_data"):
            mounts["/app/input_data"] = job / "input_data"
        programs: dict[Kind, dict[str, Path]] = {}
        if self.submission.is_dir():
            if metadata_file(self.submission) is None and request.profile == "2026-03":
                shutil.copytree(self.submission, output, dirs_exist_ok=True)
            programs["program"] = mounts
        task = request.bundle.task
        if not task.ingestion_only_during_scoring and request.bundle.place(task.ingestion_program, job / "ingestion"):
            seen = {"/app/program": job / "ingestion", "/app/ingested_program": _made(self.submission)}
            programs["ingestion"] = mounts | seen
        self._run(programs, scoring=False)
        self._write_metadata(output)
        self.predictions.parent.mkdir(parents=True)
        output.rename(self.predictions)

    def _score(self) -> None:
        """Run the scoring program on the predictions and the reference data, then read its scores."""
        request, job = self.request, self.root / "scoring"
        output = _made(job / "output")
        request.data("reference_data", job / "input" / "ref")
        mounts = {"/app/output": output, "/app/input": job / "input", "/app/shared": _made(job / "shared")}
        if request.profile == "2026-05":
            mounts["/app/ingested_program"] = self.submission
        task = request.bundle.task
        request.bundle.place(task.scoring_program, job / "program")
        programs: dict[Kind, dict[str, Path]] = {"program": mounts | {"/app/program": job / "program"}}
        if task.ingestion_only_during_scoring and request.bundle.place(task.ingestion_program, job / "ingestion"):
            seen = {"/app/program": job / "ingestion", "/app/ingested_program": self.predictions}
            if request.data("input_data", job / "input_data"):
                seen["/app/input_data"] = job / "input_data"
            programs["ingestion"] = mounts | seen
        self._run(programs, scoring=True)
        scoring = self.outcomes.get("scoring")
        if scoring is not None and scoring.exit_code != 0:
            raise _FailedError(CHILD_FAILED)
        self.scores = read_scores(output)
        self.stored = store(self.scores, request.bundle.columns)

    def _run(self, programs: dict[Kind, dict[str, Path]], *, scoring: bool) -> None:
        """Run the programs of a job side by side. Raises _FailedError when one of them is out of time."""
        prepared = {
            kind: program
            for kind, mounts in programs.items()
            if (program := self._prepared(kind, mounts, scoring=scoring)) is not None
        }
        pool = ThreadPoolExecutor(max_workers=2)
        try:
            started = {kind: pool.submit(self.request.engine.run, program) for kind, program in prepared.items()}
            wait(started.values())
        except BaseException:
            self.request.engine.stop()
            raise
        finally:
            pool.shutdown()
        for kind, future in started.items():
            name = _name(kind, scoring=scoring)
            self.outcomes[name] = future.result()
            for stream, path in (("stdout", prepared[kind].stdout), ("stderr", prepared[kind].stderr)):
                self.logs[_log(kind, stream, scoring=scoring)] = _as_there(_tail(path), prepared[kind].mounts)
        if any(self.outcomes[_name(kind, scoring=scoring)].timed_out for kind in started):
            raise _FailedError(OUT_OF_TIME.format(self.request.limit_s))

    def _prepared(self, kind: Kind, mounts: dict[str, Path], *, scoring: bool) -> Program | None:
        """The program to run; None where its metadata names no command, which the worker passes over."""
        command = command_of(mounts["/app/program"])
        if command is None:
            return None
        only_scoring = self.request.bundle.task.ingestion_only_during_scoring
        job = self.root / ("scoring" if scoring else "prediction")
        return Program(
            argv=split(command, kind, scoring=scoring, ingestion_only_during_scoring=only_scoring),
            mounts=mounts,
            workdir="/app/program",
            bin_folder=self.request.bin_folder,
            home=_made(job / f"home-{kind}"),
            stdout=job / _log(kind, "stdout", scoring=scoring),
            stderr=job / _log(kind, "stderr", scoring=scoring),
            limit_s=self.request.limit_s,
        )

    def _write_metadata(self, output: Path) -> None:
        """Leave exit codes and times for the scoring program, as the worker does."""
        if (output / "metadata").exists():
            raise _FailedError(METADATA_EXISTS)
        program, ingestion = self.outcomes.get("submission"), self.outcomes.get("ingestion")
        told = program or ingestion
        facts = {
            "elapsedTime": told.seconds if told else None,
            "exitCode": program.exit_code if program else None,
            "ingestionElapsedTime": ingestion.seconds if ingestion else None,
            "ingestionExitCode": ingestion.exit_code if ingestion else None,
        }
        (output / "metadata").write_text(yaml.safe_dump(facts), "utf-8")


def play(request: Request) -> Run:
    """Run a submission's two jobs in `request.scratch`, an empty folder, and return what the platform would show."""
    return _Submission(request).play()


def _name(kind: Kind, *, scoring: bool) -> str:
    if kind == "program":
        return "scoring" if scoring else "submission"
    return "scoring_ingestion" if scoring else "ingestion"


def _log(kind: Kind, stream: str, *, scoring: bool) -> str:
    """The name under which the platform keeps a log."""
    step = "scoring" if scoring else "prediction"
    return f"{step}_{stream}" if kind == "program" else f"{step}_ingestion_{stream}"


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _tail(path: Path) -> str:
    """The end of a log; what is left out is said in its place."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        stream.seek(max(0, size - LOG_LIMIT_BYTES))
        text = stream.read().decode("utf-8", "replace")
    return text if size <= LOG_LIMIT_BYTES else f"[{size - LOG_LIMIT_BYTES} bytes left out]\n{text}"


def _as_there(log: str, mounts: dict[str, Path]) -> str:
    """A log with the container's paths where an engine without mounts left those of this machine."""
    for place, folder in sorted(mounts.items(), key=lambda mount: len(str(mount[1])), reverse=True):
        log = log.replace(str(folder), place)
    return log
