"""Play Codabench for one zip: static checks, the two jobs with the probe beside them, and checks of what was seen."""

import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tools.archive import Archive
from tools.checks import Result, Stage, run_checks
from tools.environments import own
from tools.evaluation import Answer, Evaluation
from tools.sandbox.process import ProcessEngine
from tools.sandbox.program import Engine
from tools.worker.bundle import DEFAULT_LIMIT_S, Bundle, open_bundle
from tools.worker.data import TaskData, prepare
from tools.worker.jobs import Profile, Request, Run, play
from tools.worker.probe import IMAGES, Probe, ProbeReport, probe
from tools.worker.probe_child import describe

LEAST_PRIORITY = 19


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How to evaluate. `limit_s` None takes the phase's, capped as the default queue does; `data` None the bundle's."""

    bundle: Path | None = None
    data: Path | None = None
    limit_s: float | None = None
    profile: Profile = "2026-03"
    probes: bool = True


def evaluate(archive: Archive, settings: Settings) -> tuple[Evaluation, Result, Bundle]:
    """Check the archive, run its jobs whatever the checks found, and check what was seen.

    Raises UsageError for a bundle or data that cannot be used, SandboxError where the engine cannot play the bundle.
    The scratch folder, and every process, is gone afterwards.
    """
    with scratch_folder() as scratch:
        bundle = open_bundle(settings.bundle, scratch)
        static = run_checks(Stage.CHECK, archive, bundle.contract)
        data = TaskData(bundle=bundle)
        if settings.data:
            data = prepare(settings.data, bundle, scratch / "data")
        request = Request(
            archive=archive,
            bundle=bundle,
            scratch=scratch,
            bin_folder=own.make(scratch / "environment"),
            engine=ProcessEngine(),
            limit_s=settings.limit_s or min(DEFAULT_LIMIT_S, bundle.phase.execution_time_limit),
            profile=settings.profile,
            data=data,
        )
        run, report = _play_and_probe(request, data, probes=settings.probes and not static.failed())
        evaluation = Evaluation(
            run=run,
            probe=report,
            answers=tuple(_answers(bundle, run, report, data.count)),
            limit_s=request.limit_s,
            environment=bundle.contract.environment if bundle.contract else None,
            enforced=request.engine.enforced | {"time_limit_s": request.limit_s},
        )
        dynamic = run_checks(Stage.EVALUATE, evaluation, bundle.contract, before=static)
        return evaluation, static + dynamic, bundle


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder for one evaluation, with resolved symbolic links; gone afterwards, whatever programs left in it."""
    folder = Path(tempfile.mkdtemp(prefix="kit-")).resolve()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _play_and_probe(request: Request, data: TaskData, *, probes: bool) -> tuple[Run, ProbeReport | None]:
    """The jobs, and the probe in a process of the lowest priority beside them."""
    contract = request.bundle.contract
    images = None
    if contract and probes:
        images = data.sample(contract, IMAGES, request.scratch / "probe.npy")
    if contract is None or images is None:
        return play(request), None
    asked = Probe(
        archive=request.archive,
        contract=contract,
        images=images,
        scratch=request.scratch / "probe",
        bin_folder=request.bin_folder,
        limit_s=request.limit_s,
        niceness=LEAST_PRIORITY,
    )
    pool = ThreadPoolExecutor(max_workers=1)
    try:
        probing: Future[ProbeReport] = pool.submit(probe, asked, request.engine)
        return play(request), probing.result()
    except BaseException:
        request.engine.stop()
        raise
    finally:
        pool.shutdown()


def _answers(bundle: Bundle, run: Run, report: ProbeReport | None, count: int | None) -> Iterator[Answer]:
    """What the prediction job wrote, where the contract names the file, and what the probe got."""
    contract = bundle.contract
    if contract and contract.output.file and run.predictions and count is not None:
        path = run.predictions / contract.output.file
        try:
            written = np.load(path, allow_pickle=False)
        except (OSError, ValueError, EOFError):
            written = None
        if written is not None:
            yield Answer(seen_in="the prediction job", images=count, told=describe(written))
    if report and report.answer:
        yield Answer(seen_in="the probe", images=report.images, told=report.answer)


def ask(archive: Archive, bundle: Bundle, images: Path, answers: Path, *, engine: Engine | None = None) -> ProbeReport:
    """Load the archive in a fresh process, let it predict `images` (.npy) and save its `answers` (.npy).

    Raises nothing for an entry that fails: the report says so.
    """
    assert bundle.contract is not None
    with scratch_folder() as scratch:
        asked = Probe(
            archive=archive,
            contract=bundle.contract,
            images=images,
            scratch=scratch / "probe",
            bin_folder=own.make(scratch / "environment"),
            limit_s=None,
            answers=answers,
        )
        return probe(asked, engine or ProcessEngine())
