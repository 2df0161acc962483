"""Play Codabench for one zip: static checks, both jobs of each task with a probe beside the first, and their checks."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from tools.answers import answers_of, judged, read_array, unlike_the_probe, written_by_the_job
from tools.archive import Archive
from tools.bundle import Bundle, Play, open_bundle
from tools.checks import Level, Result, Stage, run_checks, subject_of
from tools.checks.chain import with_chain
from tools.checks.organiser import organiser_of
from tools.checks.selection import EVERYTHING, Selection
from tools.contract import Contract
from tools.engines import Wish, pick, wanted_environment
from tools.environments import own
from tools.errors import UsageError
from tools.evaluation import Evaluation
from tools.probing import play_with_probe
from tools.runs import claimed_accuracy
from tools.sandbox.choose import Choice
from tools.sandbox.process import ProcessEngine
from tools.sandbox.program import Engine, Limits
from tools.sandbox.scratch import scratch_folder
from tools.worker.data import TaskData, task_data
from tools.worker.jobs import play
from tools.worker.keep import keep
from tools.worker.layout import Profile
from tools.worker.probe import ANSWERS_FILE, DESK, IMAGES, IMAGES_FILE, Probe, desk_of, probe
from tools.worker.probe_report import ProbeReport
from tools.worker.submission import Request

NICENESS = 10
"""It leaves the jobs nine tenths of a core that both want, and still comes to an end beside other work."""
CANNOT_BE_IMPORTED = ("ARC001", "ARC002", "ARC003", "ARC004", "SRC001")


def _nothing(_text: str) -> None:
    """Say nothing."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How to evaluate. `limits.wall_s` None takes the phase's, capped as the default queue does.

    `data` None takes the bundle's; `contract` is the project's own, for a bundle without one; `keep` is a folder that
    gets what the platform lets one download. `selection` is what to report and what is known. `is_drawn` says that the
    data are the kit's own drawing; `patience_s` is how long the probe may go on after the jobs, None by the rule.
    """

    bundle: Path | None = None
    contract: Contract | None = None
    data: Path | None = None
    phase: str | None = None
    task: str | None = None
    wish: Wish = field(default_factory=Wish)
    limits: Limits = field(default_factory=Limits)
    profile: Profile = "2026-03"
    probes: bool = True
    is_drawn: bool = False
    patience_s: float | None = None
    keep: Path | None = None
    selection: Selection = EVERYTHING
    say: Callable[[str], None] = _nothing


@dataclass(frozen=True, kw_only=True)
class Evaluated:
    """All that was seen: one evaluation a task, what the engine enforced, and the findings together."""

    bundle: Bundle
    evaluations: tuple[Evaluation, ...]
    result: Result
    choice: Choice
    limits: Limits
    network: bool
    selection: Selection = EVERYTHING

    @property
    def first(self) -> Evaluation:
        """The evaluation of the first task."""
        return self.evaluations[0]

    @property
    def failed(self) -> bool:
        """Whether the platform would show anything but Finished for one of the tasks."""
        return any(evaluation.run.status != "Finished" for evaluation in self.evaluations)


def evaluate(archive: Archive, settings: Settings) -> Evaluated:
    """Check the archive, run its jobs whatever the checks found, and check what was seen.

    Raises UsageError for a bundle or data that cannot be used, SandboxError where no engine can play the bundle.
    The scratch folder, and every process, is gone afterwards.
    """
    with scratch_folder() as scratch, ThreadPoolExecutor(max_workers=1) as beside, ExitStack() as ready:
        bundle = _bundle(settings, scratch.path)
        plays = bundle.plays(settings.phase, settings.task)
        tasks = [
            (one, place, task_data(bundle, one, place / "data", settings.data, scratch.memory_folder))
            for number, one in enumerate(plays)
            if (place := scratch.path / f"play-{number}")
        ]
        for one in plays:
            bundle.require(one, data=settings.data is None)
        laid_out = beside.submit(tasks[0][2].lay_out)
        wanted = settings.wish.environment or (known.name if (known := wanted_environment(bundle)) else None)
        organiser = organiser_of(bundle, scratch.path)
        subject = subject_of(archive, bundle.contract, environment_name=wanted, organiser=organiser)
        static = run_checks(Stage.CHECK, subject, bundle.contract)
        choice = pick(settings.wish, bundle, scratch, settings.limits, settings.say)
        ready.callback(choice.engine.stop)
        laid_out.result()
        player = _Player(archive, bundle, choice.engine, settings)
        evaluations: list[Evaluation] = []
        result, before = static, settings.selection.before_the_run(static)
        for one, place, data in tasks:
            probes = settings.probes and not evaluations and _can_be_imported(before)
            evaluation = player.evaluate(one, place, data, probes=probes)
            if not evaluations:  # one task is enough to say it of
                evaluation = replace(evaluation, ran_in=choice.environment)
            dynamic = run_checks(Stage.EVALUATE, evaluation, bundle.contract, before=before)
            result, dynamic = with_chain(result, dynamic, evaluation, bundle.contract)
            result += _named(dynamic, one) if len(plays) > 1 else dynamic
            evaluations.append(evaluation)
        return Evaluated(
            bundle=bundle,
            evaluations=tuple(evaluations),
            result=settings.selection.apply(result),
            choice=choice,
            limits=settings.limits,
            network=settings.wish.network,
            selection=settings.selection,
        )


def _bundle(settings: Settings, scratch: Path) -> Bundle:
    """The bundle, with the project's contract where it has none of its own."""
    if settings.bundle is None and settings.contract is not None:
        raise UsageError(
            "the project has a contract of its own and no bundle, so there is nothing to play",
            "name one: `bundle` in [tool.kit], or --bundle; kit new writes one to start from",
        )
    bundle = open_bundle(settings.bundle, scratch)
    if bundle.contract is None and settings.contract is not None:
        return replace(bundle, contract=settings.contract)
    return bundle


def _can_be_imported(static: Result) -> bool:
    """Whether asking the entry can tell anything: after other errors it shows their effect, and what they hide."""
    return not any(one.code in CANNOT_BE_IMPORTED and one.level is Level.ERROR for one in static.findings)


def _named(result: Result, one: Play) -> Result:
    """The findings of one task among several, each saying which."""
    findings = (replace(finding, where=f"{one.name}: {finding.where or 'both jobs'}") for finding in result.findings)
    return replace(result, findings=tuple(findings))


class _Player:
    """Plays one submission's tasks in an engine."""

    def __init__(self, archive: Archive, bundle: Bundle, engine: Engine, settings: Settings) -> None:
        self.archive, self.bundle, self.engine, self.settings = archive, bundle, engine, settings

    def evaluate(self, one: Play, scratch: Path, data: TaskData, *, probes: bool) -> Evaluation:
        """Both jobs of a task and the probe, and what is to be judged of them."""
        scratch.mkdir(exist_ok=True)
        limit_s = self.settings.limits.wall_s or self.bundle.limit_s(one.phase)
        limits = replace(self.settings.limits, wall_s=limit_s)
        request = Request(
            archive=self.archive,
            bundle=self.bundle,
            play=one,
            scratch=scratch,
            engine=self.engine,
            limits=limits,
            profile=self.settings.profile,
            data=data,
        )
        asked = self._probe(scratch / "probe", limits) if probes else None
        if asked and data.sample(IMAGES, desk_of(asked.folder) / IMAGES_FILE) is None:
            asked = None
        settings = self.settings
        if asked is None:
            run, report = play(request), None
        else:
            run, report = play_with_probe(request, asked, settings.patience_s, settings.say)
        wanted = wanted_environment(self.bundle)
        written = written_by_the_job(run, self.bundle.contract)
        claimed = claimed_accuracy(self.archive, settings.data)
        return Evaluation(
            play=one,
            run=run,
            probe=report,
            answers=tuple(answers_of(written, data.count, report)),
            limit_s=limit_s,
            environment=wanted.name if wanted else None,
            columns=self.bundle.columns,
            archive=self.archive,
            contract=self.bundle.contract,
            judged=judged(written, run, data, is_drawn=settings.is_drawn, claimed=claimed),
            unlike_the_probe=unlike_the_probe(written, read_array(scratch / "probe" / DESK / ANSWERS_FILE)),
            kept=keep(run, self.settings.keep, one) if self.settings.keep else None,
        )

    def _probe(self, folder: Path, limits: Limits) -> Probe | None:
        """What to ask the entry; None where nobody knows how."""
        contract = self.bundle.contract
        if contract is None or len(contract.arguments) != 1:
            return None
        return Probe(
            archive=self.archive,
            contract=contract,
            folder=folder,
            limits=limits,
            niceness=NICENESS,
            calls=True,
        )


def ask(archive: Archive, contract: Contract, images: Any, *, engine: Engine | None = None) -> tuple[ProbeReport, Any]:
    """Load the archive in a fresh process and let it predict `images`; the report, and the answers as an array.

    Raises nothing for an entry that fails: the report says so, and the answers are None.
    """
    with scratch_folder() as scratch:
        asked = Probe(archive=archive, contract=contract, folder=scratch.path / "probe", limits=Limits())
        desk = desk_of(asked.folder)
        np.save(desk / IMAGES_FILE, images)
        used = engine or ProcessEngine(own.make(scratch.path / "environment"))
        try:
            return probe(asked, used), read_array(desk / ANSWERS_FILE)
        finally:
            used.stop()
