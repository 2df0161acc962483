"""The programs and data of a competition, and which of them the organiser lets participants have.

The platform lists all of a task's files to everybody, hidden ones with their keys too, and in versions before August
2026 gives whoever has a key the file. What the organiser keeps is not asked for here: the rule is the website's own
(its page of files), so that reference data comes only where it is a public data set.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tools.codabench.answers import Competition, DataSet, Phase
from tools.codabench.competition.overview import in_order
from tools.codabench.host import Host

Kind = Literal["ingestion_program", "scoring_program", "input_data", "reference_data", "public_data", "starting_kit"]
KINDS: tuple[Kind, ...] = (
    "ingestion_program",
    "scoring_program",
    "input_data",
    "reference_data",
    "public_data",
    "starting_kit",
)
TASK_KINDS = KINDS[:4]


@dataclass(frozen=True, kw_only=True)
class Part:
    """A program or data set. `name` is that of its folder: its kind, numbered where there are several of one kind.

    `is_given` says whether the organiser lets participants have it, `size_bytes` is None where nobody knows.
    """

    kind: Kind
    name: str
    key: str
    title: str
    file_name: str
    size_bytes: int | None
    is_given: bool

    def url(self, host: Host) -> str:
        """Where a browser, or the kit, can ask for it."""
        return f"{host}/datasets/download/{self.key}/"


def parts_of(competition: Competition) -> tuple[Part, ...]:
    """Every program and data set once, by its kind and in the order of the phases."""
    found: dict[Kind, dict[str, DataSet]] = {kind: {} for kind in KINDS}
    for phase in in_order(competition.phases):
        for task in phase.tasks:
            for data in task.public_datasets:
                if kind := kind_of(data):
                    found[kind].setdefault(data.key, data)
        for own, kept in _of_phase(phase):
            if kept is not None:
                found[own].setdefault(kept.key, kept)
    return tuple(part for kind in KINDS for part in _of_kind(competition, kind, list(found[kind].values())))


def kind_of(data: DataSet) -> Kind | None:
    """What a data set is to its task; None for what no task has."""
    return next((kind for kind in TASK_KINDS if kind == data.type), None)


def _of_phase(phase: Phase) -> tuple[tuple[Kind, DataSet | None], ...]:
    return (("public_data", phase.public_data), ("starting_kit", phase.starting_kit))


def _of_kind(competition: Competition, kind: Kind, found: Sequence[DataSet]) -> list[Part]:
    return [
        Part(
            kind=kind,
            name=kind if len(found) == 1 else f"{kind}_{number}",
            key=data.key,
            title=data.name,
            file_name=data.file_name,
            size_bytes=int(data.file_size) if data.file_size else None,
            is_given=data.is_public or _is_given(competition, kind),
        )
        for number, data in enumerate(found, 1)
    ]


def _is_given(competition: Competition, kind: Kind) -> bool:
    """By what the organiser has ticked; a version that does not tell lists only what it gives."""
    if kind == "reference_data":
        return False
    ticked = {
        "input_data": competition.make_input_data_available,
        "ingestion_program": competition.make_programs_available,
        "scoring_program": competition.make_programs_available,
    }
    return ticked.get(kind) is not False
