"""Which tasks of which phases are to be played: the words of the command line, or the first phase."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from tools.bundle.competition import Competition, Index, Phase, Task
from tools.bundle.document import printable
from tools.bundle.timeline import in_order
from tools.errors import UsageError

ALL = "all"
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Play:
    """A submission's way through one task of one phase."""

    phase: Phase
    task: Task

    @property
    def phase_name(self) -> str:
        """What to call the phase."""
        return self.phase.name or f"phase {self.phase.index or 0}"

    @property
    def task_name(self) -> str:
        """What to call the task."""
        return self.task.name or self.task.key or str(self.task.index)

    @property
    def name(self) -> str:
        """What to call both."""
        return f"{self.phase_name}-{self.task_name}"


def numbered(competition: Competition) -> list[tuple[int, Phase]]:
    """The phases in the platform's order, each with its number.

    That is its own `index` where all have one and no two the same, else its position as the platform counts anew.
    """
    phases = [phase for _, phase in in_order(competition)]
    indexes = [phase.index for phase in phases if phase.index is not None]
    own = len(set(indexes)) == len(phases)
    return list(zip(indexes if own else range(len(phases)), phases, strict=True))


def choose(competition: Competition, phase: str | int | None, task: str | int | None) -> tuple[Play, ...]:
    """The plays for a phase (a number, a name or "all"; None for the first) and a task (an index or a name).

    Raises UsageError, with what there is, for a phase or task that is not there or that two have the name of.
    """
    by_index = {one.index: one for one in competition.tasks}
    plays = tuple(
        Play(phase=one, task=by_index[index])
        for one in _phases(competition, phase)
        for index in dict.fromkeys(one.tasks)
    )
    if task is None:
        return plays
    there = list({play.task.index: play.task for play in plays}.values())
    found = _named(str(task), [(one.index, one.name, one) for one in there])
    if len(found) != 1:
        raise UsageError(_complaint("--task", task, found), f"give one of: {_list([(t.index, t.name) for t in there])}")
    return tuple(play for play in plays if play.task is found[0])


def _phases(competition: Competition, wanted: str | int | None) -> list[Phase]:
    there = numbered(competition)
    if wanted is None:
        return [there[0][1]]
    found = _named(str(wanted), [(number, phase.name, phase) for number, phase in there])
    if not found and str(wanted).casefold() == ALL:
        return [phase for _, phase in there]
    if len(found) != 1:
        listed = _list([(number, phase.name) for number, phase in there])
        raise UsageError(_complaint("--phase", wanted, found), f"give one of: {listed}, or {ALL}")
    return found


def _named(wanted: str, there: Sequence[tuple[Index, str, T]]) -> list[T]:
    """Those of that number; else those of exactly that name; else those of that name in any case."""
    wanted = wanted.strip()
    return (
        [one for index, _, one in there if str(index) == wanted]
        or [one for _, name, one in there if name.strip() == wanted]
        or [one for _, name, one in there if name.strip().casefold() == wanted.casefold()]
    )


def _complaint(option: str, wanted: str | int, found: Sequence[object]) -> str:
    return f"{option} {wanted}: {f'{len(found)} have that name' if found else 'there is none'}"


def _list(there: Sequence[tuple[Index, str]]) -> str:
    return printable(", ".join(f"{index} ({name})" if name else str(index) for index, name in there))
