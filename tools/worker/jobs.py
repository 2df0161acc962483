"""The two jobs of a submission, prediction then scoring, as the compute worker runs them (codabench.md 1.1 to 1.8).

A prediction that fails does not stop scoring; what the scoring program does decides. The time limit holds for each
job by itself. Profile "2026-03" copies a submission without metadata into the output; "2026-05" does not where an
ingestion program takes it, and shows it to the scoring job instead.
"""

import errno
import shutil
import zipfile
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

from tools.sandbox.folders import remove
from tools.sandbox.program import Outcome, Program
from tools.worker.command import Kind, command_of, metadata_file, split
from tools.worker.handover import as_zipped, hand_over, write_metadata
from tools.worker.layout import READ_ONLY, Job, log_name, mounts, program_name
from tools.worker.logs import add_line, told
from tools.worker.scores import Stored, demand_bounded, demand_sendable, read_scores, shown, store
from tools.worker.status import (
    BAD_ZIP,
    CHILD_FAILED,
    HOST,
    OUT_OF_TIME,
    SubmissionError,
    Timeline,
    UncaughtError,
)
from tools.worker.submission import Request, Run
from tools.worker.touched import Before, look_before

OF_THIS_MACHINE = (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO)
"""Errors that are not the zip's fault."""


class _Submission:
    """One submission on its way through the jobs; it collects what will be told."""

    def __init__(self, request: Request) -> None:
        """Start with nothing run."""
        self.request = request
        self.task = request.play.task
        self.timeline = Timeline(profile=request.profile)
        self.prediction = Job(root=request.scratch / "prediction", scoring=False)
        self.scoring = Job(root=request.scratch / "scoring", scoring=True)
        self.input_folder = self.prediction.input_data
        self.outcomes: dict[str, Outcome] = {}
        self.logs: dict[str, str] = {}
        self.written: tuple[str, ...] = ()
        self.before: Before | None = None
        self.touched: tuple[str, ...] = ()
        self.scores: Any = None
        self.stored = Stored(scores={})
        self.unsent: str | None = None
        self.is_sent = False

    def play(self) -> Run:
        """Both jobs, then the scores."""
        with ThreadPoolExecutor(max_workers=1) as beside:
            try:
                self._predict()
                beside.submit(self._clean_up)
                self._score()
            except SubmissionError as error:
                self.timeline.fail(error)
            except UncaughtError as error:
                self.unsent = str(error)
                self.timeline.stumble(error)
        columns = self.request.bundle.columns
        has_result = self.timeline.status == "Finished" or bool(self.stored.scores)
        return Run(
            status=self.timeline.status,
            status_details=self.timeline.details,
            timeline=tuple(self.timeline.steps),
            outcomes=self.outcomes,
            logs=self.logs,
            written=self.written,
            touched=self.touched,
            scores=self.scores,
            stored=self.stored,
            unsent=self.unsent,
            shown=shown(self.stored.scores, columns) if has_result else {},
            predictions=_existing(self.scoring.predictions),
            output=_existing(self.scoring.output),
            is_sent=self.is_sent,
            detailed_results=self._detailed_results(),
        )

    def _clean_up(self) -> None:
        """Remove the prediction job's folders, as its worker does at its end; the input data may lie elsewhere.

        Beside the scoring job: before, it takes a while to see which of many input files were changed.
        """
        self._look_after("/app/input_data")
        remove(self.input_folder)
        remove(self.prediction.root)

    def _predict(self) -> None:
        """Unpack, copy the entry into the output where the profile does that, run ingestion, hand the output on."""
        request, job = self.request, self.prediction
        self.timeline.enter("Running", f"ingestion_hostname-{HOST}")
        self.timeline.enter("Preparing")
        self._unpack(job.program)
        request.data("input_data", job.input_data)
        self.input_folder = job.input_data.resolve()
        if not self.task.ingestion_only_during_scoring:
            request.bundle.place(self.task.ingestion_program, job.ingestion)
        self.before = look_before(job)
        self._run(job)
        self._look_after("/app/program", "/app/ingested_program")
        self.written = tuple(sorted(_names(job.output) - _names(job.program)))
        self.timeline.enter("Scoring")
        write_metadata(job.output, self.outcomes.get("submission"), self.outcomes.get("ingestion"))
        if request.profile != "2026-03" and job.program.is_dir() and not job.program.is_symlink():
            job.program.rename(_parent_made(self.scoring.submission))
        hand_over(job.output, self.scoring.predictions)

    def _look_after(self, *places: str) -> None:
        """Remember what was changed in folders of the prediction job."""
        for place in places:
            if self.before and place in self.before.folders:
                self.touched += self.before.touched(place)

    def _unpack(self, place: Path) -> None:
        """Unzip the submission as the worker does, with its ways to fail."""
        archive = self.request.archive
        if archive.problem:
            raise SubmissionError(BAD_ZIP)
        try:
            archive.extract(place)
        except zipfile.BadZipFile as error:
            raise SubmissionError(BAD_ZIP) from error
        except Exception as error:
            if isinstance(error, OSError) and error.errno in OF_THIS_MACHINE:
                raise
            raise UncaughtError(f"{type(error).__name__}: {error}") from error

    def _score(self) -> None:
        """Run the scoring program on the predictions and the reference data, then send its scores and its output."""
        request, job = self.request, self.scoring
        self.timeline.enter("Running", f"scoring_hostname-{HOST}")
        request.data("reference_data", job.reference)
        request.bundle.place(self.task.scoring_program, job.program)
        if self.task.ingestion_only_during_scoring:
            request.bundle.place(self.task.ingestion_program, job.ingestion)
            request.data("input_data", job.input_data)
        self._run(job)
        self._judge(self.outcomes.get("scoring"))
        self.timeline.enter("Finished")
        scores = read_scores(job.output)
        demand_bounded(scores)
        self.scores = scores
        demand_sendable(scores)
        self.stored = store(self.scores, request.bundle.columns)
        write_metadata(job.output, self.outcomes.get("scoring"), self.outcomes.get("scoring_ingestion"))
        self.is_sent = True

    def _judge(self, scoring: Outcome | None) -> None:
        """Raise SubmissionError where the worker takes the scoring program's end for a failure.

        One that has no command has no exit code either: later workers fail it, that of 2026-03 goes on, but waits
        for it until the time is over where it also watches for detailed results.
        """
        if scoring is not None and scoring.exit_code == 0:
            return
        if scoring is not None or self.request.profile != "2026-03":
            raise SubmissionError(CHILD_FAILED)
        if self.request.bundle.competition.enable_detailed_results:
            raise SubmissionError(OUT_OF_TIME.format(self.request.limits.wall_s))

    def _run(self, job: Job) -> None:
        """Run the programs of a job side by side. Raises SubmissionError when one of them is out of time."""
        job.output.mkdir(parents=True, exist_ok=True)
        prepared: dict[Kind, Program] = {}
        kinds: tuple[Kind, ...] = ("program", "ingestion")
        for kind in kinds:
            if program := self._prepared(job, kind):
                prepared[kind] = program
        outcomes = self._outcomes(prepared)
        as_zipped(job.output)
        for kind, outcome in outcomes.items():
            self.outcomes[program_name(job, kind)] = outcome
            for stream in ("stdout", "stderr"):
                path: Path = getattr(prepared[kind], stream)
                self.logs[log_name(job, kind, stream)] = told(path, prepared[kind].mounts)
        if any(outcome.timed_out for outcome in outcomes.values()):
            self._out_of_time(job)

    def _outcomes(self, programs: dict[Kind, Program]) -> dict[Kind, Outcome]:
        pool = ThreadPoolExecutor(max_workers=2)
        try:
            started = {kind: pool.submit(self.request.engine.run, program) for kind, program in programs.items()}
            wait(started.values())
        except BaseException:
            self.request.engine.stop()
            raise
        finally:
            pool.shutdown()
        return {kind: future.result() for kind, future in started.items()}

    def _out_of_time(self, job: Job) -> None:
        """Write the limit into the log that the server adds it to, and end."""
        text = OUT_OF_TIME.format(self.request.limits.wall_s)
        name = "scoring_stderr" if job.scoring else "prediction_ingestion_stderr"
        self.logs[name] = add_line(self.logs.get(name, ""), text)
        raise SubmissionError(text)

    def _prepared(self, job: Job, kind: Kind) -> Program | None:
        """The program of a kind; None where the job has none, or its metadata names no command.

        A submission or scoring program without metadata is copied into the output instead.
        """
        folder = job.ingestion if kind == "ingestion" else job.program
        if not folder.is_dir():
            return None
        if kind == "program" and metadata_file(folder) is None:
            if job.scoring or self._copies_entry:
                shutil.copytree(folder, job.output, dirs_exist_ok=True)
            return None
        during_scoring = self.task.ingestion_only_during_scoring
        command = command_of(folder)
        try:
            argv = split(command or "", kind, scoring=job.scoring, ingestion_only_during_scoring=during_scoring)
        except ValueError as error:  # a quote that is never closed: raised there, too, and counts in scoring alone
            if kind == "program" and job.scoring:
                raise SubmissionError(CHILD_FAILED) from error
            return None
        if not argv:
            return None
        private = job.root / f"private-{kind}"
        private.mkdir()
        return Program(
            argv=argv,
            mounts=mounts(job, kind, profile=self.request.profile, during_scoring=during_scoring),
            read_only=READ_ONLY,
            workdir="/app/program",
            folder=private,
            limits=self.request.limits,
        )

    @property
    def _copies_entry(self) -> bool:
        """Whether a submission without metadata is copied into the output: later workers do so for results only."""
        return self.request.profile == "2026-03" or self.task.ingestion_program is None

    def _detailed_results(self) -> Path | None:
        """The page that the platform would show beside the scores."""
        folder = self.scoring.output
        if not self.request.bundle.competition.enable_detailed_results or not folder.is_dir():
            return None
        named = folder / "detailed_results.html"
        return named if named.is_file() else next(iter(sorted(folder.glob("*.html"))), None)


def play(request: Request) -> Run:
    """Run a submission's two jobs in `request.scratch`, an empty folder, and return what the platform would show."""
    return _Submission(request).play()


def _existing(folder: Path) -> Path | None:
    return folder if folder.is_dir() else None


def _names(folder: Path) -> set[str]:
    """The names at the root of a folder; none where it is not there, or was closed by its program."""
    try:
        return set() if folder.is_symlink() else {path.name for path in folder.iterdir()}
    except OSError:
        return set()


def _parent_made(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
