"""A competition bundle that has been read: what it says, what it holds, and what of it is to be played."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tools.bundle.competition import DEFAULT_LIMIT_S, PARTS, Column, Competition, Phase, Solution
from tools.bundle.document import Document, Place
from tools.bundle.errors import DamagedError, PartError, PlatformOnlyError
from tools.bundle.parts import Parts
from tools.bundle.plays import Play, choose, numbered
from tools.contract import Contract
from tools.errors import BundleError

PROGRAMS = ("ingestion_program", "scoring_program")


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """A competition, its contract if it has one, and its files.

    `refusals` are the reasons why the platform would not take the bundle, `remarks` what it takes and reads otherwise
    than one would think; each begins with `competition.yaml:LINE:`. Neither hinders playing it here.
    """

    root: Path
    competition: Competition
    contract: Contract | None
    refusals: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    parts: Parts = field(repr=False)
    document: Document = field(repr=False)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The leaderboard's columns in their order."""
        return tuple(sorted(self.competition.leaderboards[0].columns, key=lambda column: column.index))

    @property
    def phases(self) -> tuple[tuple[int, Phase], ...]:
        """The phases in the platform's order, each with the number that `plays` knows it by."""
        return tuple(numbered(self.competition))

    def list_solutions(self) -> tuple[Solution, ...]:
        """The example submissions that the bundle itself holds."""
        solutions = self.competition.solutions
        return tuple(one for one in solutions if one.path and self.parts.where(one.path) in ("folder", "zip"))

    def limit_s(self, phase: Phase) -> float:
        """The seconds that each job of a phase may take: on the default queue at most 600 (codabench.md 1.1)."""
        limit_s = phase.execution_time_limit
        return limit_s if self.competition.queue else min(DEFAULT_LIMIT_S, limit_s)

    def is_capped(self, phase: Phase) -> bool:
        """Whether the default queue allows a phase less time than its organisers wrote."""
        return self.limit_s(phase) < phase.execution_time_limit

    def plays(self, phase: str | int | None = None, task: str | int | None = None) -> tuple[Play, ...]:
        """The tasks to play, in order: all of the first phase, of another (number or name), or of "all".

        `task` is an index or a name. Raises UsageError for what is not there, PlatformOnlyError where a task to be
        played is only a key.
        """
        plays = choose(self.competition, phase, task)
        for play in plays:
            if play.task.key is not None:
                number = self.competition.tasks.index(play.task)
                raise PlatformOnlyError(
                    self.document.at(
                        ("tasks", number, "key"), f" is {play.task.key}: that task exists on the platform only"
                    ),
                    "give its programs and data in the bundle, scoring_program: FOLDER and so on, or play another one",
                )
        return plays

    def require(self, play: Play, *, data: bool = True) -> None:
        """Raise PartError or PlatformOnlyError where a program of the task, or its `data`, is not in the bundle."""
        for key in PARTS if data else PROGRAMS:
            value = getattr(play.task, key)
            if value is not None and self.parts.where(value) not in ("folder", "zip"):
                raise self._not_here(value, ("tasks", self.competition.tasks.index(play.task), key))

    def place(self, value: str | None, into: Path) -> bool:
        """Put a program or data set, folder or zip, at `into` as the platform would leave it; False for None.

        Contents are at the root of `into`, without exec bits. Raises BundleError where it is not in the bundle, or
        cannot be unpacked or written.
        """
        if value is None:
            return False
        if self.parts.where(value) not in ("folder", "zip"):
            raise self._not_here(value, next(self._named(value), ()))
        try:
            self.parts.unpack(value, into)
        except (DamagedError, PartError) as error:
            place = next(self._named(value), ())
            raise type(error)(self.document.at(place, f": {error.what}"), error.fix) from error
        return True

    def _not_here(self, value: str, place: Place) -> BundleError:
        if problem := self.parts.problem(value):
            return PartError(self.document.at(place, problem), "mend the path, or put the folder or zip there")
        said = f" is {value}, a key: it exists on the platform only"
        return PlatformOnlyError(self.document.at(place, said), "put a copy of it into the bundle, and give its path")

    def _named(self, value: str) -> Iterator[Place]:
        """Where competition.yaml names a program, data set or solution."""
        for number, task in enumerate(self.competition.tasks):
            yield from (("tasks", number, key) for key in PARTS if getattr(task, key) == value)
        for number, solution in enumerate(self.competition.solutions):
            if solution.path == value:
                yield ("solutions", number, "path")
