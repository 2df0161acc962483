"""When the phases of a competition are, in the platform's order, and what it says of dates that do not fit."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from tools.bundle.competition import Competition, Phase
from tools.bundle.dates import loses_its_time
from tools.bundle.document import Document, Place

Said = Iterator[tuple[Place, str]]


def in_order(competition: Competition) -> list[tuple[int, Phase]]:
    """The phases as the platform sorts them, each with its position in the file."""
    return sorted(enumerate(competition.phases), key=lambda item: item[1].index or 0)


def phase_refusals(competition: Competition) -> Said:
    """What the platform would refuse about the phases, each with its place."""
    ordered = in_order(competition)
    for number, phase in ordered:
        if not phase.name:
            yield ("phases", number, "name"), " is missing"
        if phase.start is None:
            yield ("phases", number, "start"), " is missing"
        if phase.execution_time_limit != int(phase.execution_time_limit):
            limit = phase.execution_time_limit
            yield ("phases", number, "execution_time_limit"), f" is {limit}, a whole number of seconds is wanted"
    first, phase = ordered[0]
    if phase.auto_migrate_to_this_phase:
        alone = len(ordered) == 1
        to = "in a competition with one phase" if alone else "to the first phase of a competition"
        yield ("phases", first, "auto_migrate_to_this_phase"), f": You cannot auto migrate {to}"
    for (before, one), (after, two) in pairwise(ordered):
        yield from _order(before, one, after, two)


def _order(before: int, one: Phase, after: int, two: Phase) -> Said:
    """What is wrong between a phase and the next."""
    if one.end is None:
        said = f"Phase: {one.name} must have an end time because it has a phase after it."
        yield ("phases", before, "end"), f": {said}"
    elif two.start is None:
        return
    elif two.start < one.end:
        said = f"Phases must be sequential. Phase: {two.name}starts before Phase: {one.name} has ended"
        yield ("phases", after, "start"), f": {said}"
    elif two.start == one.end:
        said = f"Phases dates conflict. Phase: {two.name} should start after Phase: {one.name} has ended"
        yield ("phases", after, "start"), f": {said}"


def lost_times(document: Document) -> Said:
    """The dates whose time of day the platform drops."""
    phases: Any = document.content.get("phases")
    for number, phase in enumerate(phases if isinstance(phases, list) else ()):
        for key in ("start", "end"):
            if isinstance(phase, dict) and loses_its_time(phase.get(key)):
                day = phase[key].date()
                yield ("phases", number, key), f" is read as midnight of {day}; put it in quotes, and its time counts"
