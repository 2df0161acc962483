"""What a sweep has tried: Optuna's journal in the sweep's folder, and who is at which trial.

The journal and the locks let several processes work at one sweep. A trial that runs in the journal and whose lock is
free was interrupted: it is the next to go on. Nothing here trains.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import optuna
from filelock import FileLock, Timeout
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock
from optuna.trial import FrozenTrial, TrialState

from training.errors import ExistsError, InputError
from training.sweep.sweep import Point, Sweep, differences

JOURNAL = "journal.log"
LOCKS = ".locks"
FIRST = 5
"""Trials drawn at random before the sampler goes by what came out (its own default is 10, half of many a sweep)."""
STUDY, IDENTITY, FACTS = "sweep", "identity", "facts"
DONE, FAILED, RUNNING = "done", "failed", "running"
STATES = {TrialState.COMPLETE: DONE, TrialState.FAIL: FAILED, TrialState.RUNNING: RUNNING}


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One row of a sweep."""

    number: int
    """From 0; its run lies in the folder of that number."""
    values: Point
    state: str
    """One of DONE, FAILED and RUNNING."""
    facts: dict[str, Any]
    """What is known at its end: validation_accuracy and more (search.py), or the reason of a failure."""

    @property
    def folder(self) -> str:
        """The run's folder inside the sweep's."""
        return f"{self.number:03}"


class Ledger:
    """The trials of one sweep, in its folder."""

    def __init__(self, folder: Path, sweep: Sweep) -> None:
        """Open the sweep in `folder`, or begin it.

        Raises ExistsError where something else lies there, InputError naming every difference where it is another
        sweep, and OSError.
        """
        self.folder, self.sweep = folder, sweep
        _claim(folder)
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        with self.alone():
            self._study = _opened(folder / JOURNAL)
            then = self._study.user_attrs.get(IDENTITY)
            if then is None:
                self._study.set_user_attr(IDENTITY, sweep.identity)
            elif told := differences(then, sweep.identity):
                raise InputError(
                    f"{folder} is another sweep: {'; '.join(told)}",
                    "go on with the same command, or name another folder: --folder sweeps/NAME",
                )

    def trials(self) -> list[Trial]:
        """Every trial whose values are drawn, in order."""
        begun = (self._trial(one) for one in self._study.get_trials() if one.state in STATES)
        return [one for one in begun if len(one.values) == len(self.sweep.axes)]

    def is_finished(self) -> bool:
        """Whether all the trials that are wanted have ended."""
        return sum(one.state != RUNNING for one in self.trials()) >= self.sweep.wanted

    @contextmanager
    def taken(self) -> Iterator[Trial | None]:
        """Take the next trial for the length of the block: an interrupted one first, else a new one.

        None where as many as are wanted have ended or run in other processes.
        """
        with self.alone():
            trial, lock = self._take()
        try:
            yield trial
        finally:
            if lock:
                lock.release()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other processes from taking trials and from writing the table, for a moment."""
        (self.folder / LOCKS).mkdir(exist_ok=True)
        with FileLock(self.folder / LOCKS / "sweep.lock"):
            yield

    def done(self, trial: Trial, facts: dict[str, Any]) -> None:
        """Enter a trial's result; `validation_accuracy` is what the sweep maximizes."""
        self._tell(trial, facts, TrialState.COMPLETE, facts["validation_accuracy"])

    def failed(self, trial: Trial, reason: str) -> None:
        """Enter why a trial has no result. It is not tried again."""
        self._tell(trial, {"reason": reason}, TrialState.FAIL, None)

    def _tell(self, trial: Trial, facts: dict[str, Any], state: TrialState, value: float | None) -> None:
        with self.alone():
            self._live(trial.number).set_user_attr(FACTS, facts)
            self._study.tell(trial.number, value, state=state)

    def _live(self, number: int) -> optuna.trial.Trial:
        """A trial that was begun, by this process or another."""
        return optuna.trial.Trial(self._study, self._study.get_trials(deepcopy=False)[number]._trial_id)

    def _take(self) -> tuple[Trial | None, FileLock | None]:
        known = self._study.get_trials()
        for one in known:
            if one.state is TrialState.RUNNING and (lock := self._lock(one.number)):
                return self._trial(self._drawn(self._live(one.number))), lock
        if sum(one.state in STATES for one in known) >= self.sweep.wanted:
            return None, None
        if not any(one.state is TrialState.WAITING for one in known):
            self._put_down(known)
        self._study.sampler = optuna.samplers.TPESampler(n_startup_trials=FIRST, seed=self.sweep.seed + len(known))
        begun = self._drawn(self._study.ask())
        return self._trial(begun), self._lock(begun.number)

    def _put_down(self, known: list[FrozenTrial]) -> None:
        """Put down the values of the next trial where they are decided: a grid's, and the recipe's own as the first."""
        axes, recipe = self.sweep.axes, self.sweep.recipe
        point: Point = {}
        if self.sweep.is_grid:
            tried = [self._values(one.params) for one in known]
            point = next(one for one in self.sweep.grid() if one not in tried)
        elif not known:
            own = {axis: getattr(recipe, axis.field) for axis in axes}
            point = {axis.field: value for axis, value in own.items() if axis.holds(value)}
        if point:
            self._study.enqueue_trial(
                {axis.field: axis.stored(point[axis.field]) for axis in axes if axis.field in point}
            )

    def _drawn(self, trial: optuna.trial.Trial) -> FrozenTrial:
        """Draw what is not drawn yet of a trial's values: a kill may have come between two of them."""
        for axis in self.sweep.axes:
            axis.draw(trial)
        return self._study.get_trials()[trial.number]

    def _lock(self, number: int) -> FileLock | None:
        """The lock of a trial, taken; None where another process has it. It falls with the process that holds it."""
        lock = FileLock(self.folder / LOCKS / f"{number:03}.lock")
        try:
            lock.acquire(blocking=False)
        except Timeout:
            return None
        return lock

    def _values(self, params: dict[str, Any]) -> Point:
        return {axis.field: axis.value(params[axis.field]) for axis in self.sweep.axes if axis.field in params}

    def _trial(self, one: FrozenTrial) -> Trial:
        facts = one.user_attrs.get(FACTS, {})
        return Trial(number=one.number, values=self._values(one.params), state=STATES[one.state], facts=facts)


def _claim(folder: Path) -> None:
    """See that the folder is free or a sweep's."""
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file, a folder is wanted", "name another one: --folder sweeps/NAME")
    if folder.is_dir() and not (folder / JOURNAL).is_file() and {one.name for one in folder.iterdir()} - {LOCKS}:
        raise ExistsError(f"{folder} exists and holds no sweep", "name another folder: --folder sweeps/NAME")
    folder.mkdir(parents=True, exist_ok=True)


def _opened(journal: Path) -> optuna.Study:
    """Open the journal. A last line that a full disk or a kill left unfinished is cut off: Optuna would stop at it."""
    if journal.is_file():
        content = journal.read_bytes()
        with journal.open("r+b") as stream:
            stream.truncate(content.rfind(b"\n") + 1)
    storage = JournalStorage(JournalFileBackend(str(journal), JournalFileOpenLock(str(journal))))
    return optuna.create_study(storage=storage, study_name=STUDY, direction="maximize", load_if_exists=True)
