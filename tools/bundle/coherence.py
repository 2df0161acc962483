"""What in competition.yaml contradicts itself so that it cannot be played, and columns that cannot be computed."""

from collections.abc import Iterable, Iterator, Sequence

from tools.bundle.competition import Column, Competition, Index
from tools.bundle.document import Document, Place
from tools.bundle.errors import DefinitionError

Said = Iterator[tuple[Place, str]]
"""What is wrong, by its place in competition.yaml; the text goes behind the place."""


def check_coherence(document: Document, competition: Competition) -> None:
    """Raise DefinitionError about the first contradiction in the file."""
    wrong = [*_tasks(competition), *_phases(competition), *_columns(competition.leaderboards[0].columns)]
    if wrong:
        place, text = min(wrong, key=lambda one: document.line(one[0]))
        raise DefinitionError(document.at(place, text), f"mend {place[-1]}")


def _tasks(competition: Competition) -> Said:
    yield from _twice(("tasks",), "index", [task.index for task in competition.tasks], "ERROR: Duplicate task indexes.")
    for number, task in enumerate(competition.tasks):
        if task.key is None and task.scoring_program is None:
            said = f'ERROR: Task "{task.name or task.index}" does not have a scoring program'
            yield ("tasks", number, "scoring_program"), f" is missing: {said}"


def _phases(competition: Competition) -> Said:
    there = [task.index for task in competition.tasks]
    for number, phase in enumerate(competition.phases):
        for position, index in enumerate(phase.tasks):
            if index not in there:
                yield ("phases", number, "tasks", position), f" is {index!r}, the indexes of tasks are {_listed(there)}"


def _columns(columns: Sequence[Column]) -> Said:
    place = ("leaderboards", 0, "columns")
    yield from _twice(place, "key", [column.key for column in columns], "Columns must have unique keys!")
    yield from _twice(place, "index", [column.index for column in columns], "Columns must have unique indexes!")


def _twice(place: Place, key: str, values: Sequence[Index], said: str) -> Said:
    """Each value that an earlier item of a list has already."""
    for number, value in enumerate(values):
        if value in values[:number]:
            first = values.index(value)
            yield (*place, number, key), f" is {value!r}, as that of {place[-1]}[{first}]: {said}"


def uncomputable(columns: Sequence[Column], refused: Iterable[Place]) -> Said:
    """The columns whose computation the platform would refuse, in its words; those in `refused` have been told."""
    indexes, told = [column.index for column in columns], set(refused)
    for number, column in enumerate(columns):
        place = ("leaderboards", 0, "columns", number)
        given = column.model_fields_set
        if {(*place, "computation"), (*place, "computation_indexes")} & told:
            continue
        if "computation" in given and "computation_indexes" not in given:
            said = "Column with computation must have at least 1 column selected for the computation to act upon"
            yield (*place, "computation"), f": {said}"
        elif column.computation and not column.computation_indexes:
            yield (*place, "computation_indexes"), " is empty, the indexes of other columns are wanted"
        elif column.computation_indexes and "computation" not in given:
            yield (
                (*place, "computation"),
                " is missing: Cannot add computation columns without a computation function set",
            )
        for index in column.computation_indexes:
            if index == column.index:
                said = f"Column with index {index} referencing itself. Cannot self-reference, must be other columns."
                yield (*place, "computation_indexes"), f": {said}"
            elif index not in indexes:
                said = f"Column index {index} does not exist in available indexes {indexes}"
                yield (*place, "computation_indexes"), f": {said}"


def without_computations(competition: Competition, places: Iterable[Place]) -> Competition:
    """The competition whose columns at these places, or below them, are not computed but columns like any other."""
    bad = {place[3] for place in places}
    first, *others = competition.leaderboards
    columns = tuple(
        column.model_copy(update={"computation": None, "computation_indexes": ()})
        if number in bad or column.computation is None or not column.computation_indexes
        else column
        for number, column in enumerate(first.columns)
    )
    return competition.model_copy(update={"leaderboards": (first.model_copy(update={"columns": columns}), *others)})


def _listed(values: Sequence[Index]) -> str:
    return ", ".join(str(value) for value in values)
