"""From the content of competition.yaml to the models: what is missing or of a wrong type, and whether that matters.

A wrong value that decides how a submission runs or is scored is an error. Any other is told as a refusal of the
platform's, and left out, so that the bundle can still be played.
"""

import reprlib
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from tools.bundle.competition import PARTS, Competition
from tools.bundle.document import Document, Place, path
from tools.bundle.errors import DefinitionError, FormatError

HOW_IT_RUNS = ("ingestion_only_during_scoring", "execution_time_limit")
DECISIVE = frozenset(
    (*PARTS, *HOW_IT_RUNS, "version", "tasks", "phases", "leaderboards", "columns", "index", "key"),
)
"""The keys that decide how a submission runs or is scored here. Below any other key nothing does."""
WANTED = {
    "int": "a whole number",
    "string": "a text",
    "bool": "true or false",
    "float": "a number",
    "finite": "a finite number",
    "tuple": "a list",
    "dict": "a mapping of keys",
    "model": "a mapping of keys",
    "too": "a list of at least one",
}
PLATFORM = {
    "tasks": "No tasks listed in this competition",
    "phases": "Unable to find any phases for this competition",
    "phases[].tasks": "Phases must contain at least one task to be valid",
    "leaderboards": "Could not find leaderboards in the competition yaml",
}
EXAMPLES = {
    "tasks": "tasks: [{index: 0, name: Task, scoring_program: scoring_program}]",
    "phases": "phases: [{index: 0, name: Phase, start: 2026-01-30, tasks: [0]}]",
    "leaderboards": "leaderboards: [{title: Results, key: main, columns: [{title: Score, key: score, index: 0}]}]",
    "columns": "columns: [{title: Score, key: score, index: 0}]",
    "execution_time_limit": "execution_time_limit: 600",
    "index": "index: 0",
    "key": "key: score",
}
_SHORT = reprlib.Repr()
_SHORT.maxlevel, _SHORT.maxdict, _SHORT.maxlist, _SHORT.maxtuple = 2, 2, 3, 3
_SHORT.maxstring = _SHORT.maxother = 60


def read_competition(document: Document) -> tuple[Competition, dict[Place, str]]:
    """The models, and what was left out because the platform would refuse it, by its place.

    Raises FormatError for another version than 2, DefinitionError for what cannot be played.
    """
    content = document.content
    if not isinstance(content, dict):
        got = "empty" if content is None else f"a {type(content).__name__}"
        raise FormatError(
            document.at((), f" it is {got}, a mapping of keys is wanted"), f"write {EXAMPLES['tasks']} ..."
        )
    _check_version(document)
    content = content | {"version": 2}
    refused: dict[Place, str] = {}
    while True:
        try:
            return Competition.model_validate(content), refused
        except ValidationError as error:
            wrong = dict(_wrong(content, error))
        if decisive := [place for place in wrong if _is_decisive(place)]:
            first = min(decisive, key=document.line)
            raise DefinitionError(document.at(first, wrong[first]), _fix(first))
        left_out: set[Place] = set()
        for place in sorted(wrong, key=lambda place: len(_cut(place))):
            cut = _cut(place)
            if not any(cut[:length] in left_out for length in range(len(cut) + 1)):
                left_out.add(cut)
                refused[cut] = document.at(place, wrong[place])
                content = _without(content, cut)


def shown(value: Any) -> str:
    """A value of the file for a message, shortened."""
    return _SHORT.repr(value)


def _check_version(document: Document) -> None:
    """The platform compares the text of the version; without one it takes the bundle for an old one."""
    version = document.content.get("version", "1")
    is_scalar = isinstance(version, str | int | float)  # the text of a list of aliases may have no end
    written = str(version) if is_scalar else ""
    if written == "2":
        return
    is_what = f"is {shown(version)}" if "version" in document.content else "is missing"
    if written in ("1", "1.5"):
        raise FormatError(
            document.at(("version",), f" {is_what}: that is a CodaLab bundle of version 1.5, format 2 is wanted"),
            "upload it to Codabench, which converts it, and take the bundle that it dumps; "
            "or, where it is of format 2 already, add the line version: 2",
        )
    raise FormatError(document.at(("version",), f" {is_what}, 2 is wanted"), "write version: 2")


def _is_decisive(place: Place) -> bool:
    return all(part in DECISIVE for part in place if isinstance(part, str))


def _wrong(content: Any, error: ValidationError) -> Iterator[tuple[Place, str]]:
    """What pydantic found wrong, by its place in the file, in words."""
    seen = set()
    for found in error.errors(include_url=False):
        place, value = _placed(content, found)
        a_wrong_item = found["type"] == "too_short" and len(value) > 0  # pydantic counts the items that are right
        if place not in seen and not a_wrong_item:
            seen.add(place)
            yield place, _in_words(place, value, found)


def _placed(content: Any, found: ErrorDetails) -> tuple[Place, Any]:
    """The part of pydantic's location that is in the file, with the value there. A missing key ends it."""
    place: list[str | int] = []
    for part in found["loc"]:
        try:
            content = content[part]
        except (LookupError, TypeError):
            if found["type"] == "missing":
                place.append(part)
            break
        place.append(part)
    return tuple(place), content


def _in_words(place: Place, value: Any, found: ErrorDetails) -> str:
    """` is 'x', a whole number is wanted`."""
    kind = found["type"]
    if kind == "missing":
        said = PLATFORM.get(path(place), PLATFORM["phases[].tasks"] if place[-1] == "tasks" else "")
        return f" is missing: {said}" if said else " is missing"
    if found["loc"][-1:] == ("[key]",):
        return f" has the key {shown(found['input'])}, a text is wanted"
    if kind == "literal_error":
        return f" is {shown(value)}, {found['ctx']['expected']} is wanted"
    if kind == "value_error":
        return f" is {shown(value)}, {found['ctx']['error']}"
    if kind == "greater_than":
        return f" is {shown(value)}, more than {found['ctx']['gt']:g} is wanted"
    wanted = WANTED.get(kind.partition("_")[0], found["msg"])
    return f" is {shown(value)}, {wanted} is wanted"


def _fix(place: Place) -> str:
    key = next((str(part) for part in reversed(place) if isinstance(part, str)), "")
    return f"write it as {EXAMPLES[key]}" if key in EXAMPLES else "mend that key (Codabench's bundle format 2)"


def _cut(place: Place) -> Place:
    """The key to leave out: the last one, so that no list loses an item and its positions stay."""
    while place and isinstance(place[-1], int):
        place = place[:-1]
    return place


def _without(content: Any, place: Place) -> Any:
    """A copy of the content that lacks one key."""
    first, rest = place[0], place[1:]
    if not rest:
        return {key: value for key, value in content.items() if key != first}
    if isinstance(content, list):
        return [_without(value, rest) if number == first else value for number, value in enumerate(content)]
    return content | {first: _without(content[first], rest)}
