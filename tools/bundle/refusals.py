"""Why Codabench would refuse the upload of a bundle that can be played here all the same (codabench.md 2).

Where the platform has words for it, they are used. What depends on the platform's own state is not known here: whether
a key or a queue exists there.
"""

from collections.abc import Iterator
from typing import Any

from tools.bundle.competition import PARTS, Competition, Solution
from tools.bundle.document import Document, Place
from tools.bundle.parts import Parts
from tools.bundle.timeline import phase_refusals

Said = Iterator[tuple[Place, str]]
FACT_KEYS = ("key", "type", "title", "selection", "is_required", "is_on_leaderboard")
FACT_TYPES = ("checkbox", "text", "select")
TITLE_LIMIT, LEADERBOARD_LIMIT = 36, 64


def refusals(document: Document, competition: Competition, parts: Parts) -> Said:
    """Each reason with its place; the text goes behind the place."""
    yield from _website(competition, parts)
    yield from _tasks(competition, parts)
    yield from phase_refusals(competition)
    for number, phase in enumerate(competition.phases):
        for key in ("public_data", "starting_kit"):
            yield from _part(("phases", number, key), getattr(phase, key), parts)
    known = [task.index for task in competition.tasks]
    for number, solution in enumerate(competition.solutions):
        for key, text in _solution(solution, known):
            yield ("solutions", number, key), text
        if solution.key is None:
            yield from _part(("solutions", number, "path"), solution.path, parts)
    yield from _leaderboard(competition)
    yield from _fact_sheet(document.content.get("fact_sheet"))


def _website(competition: Competition, parts: Parts) -> Said:
    if not competition.title:
        yield ("title",), " is missing"
    if competition.image is None:
        yield ("image",), " is missing: An image for this competition could not be found in the yaml"
    elif parts.read(competition.image, 1) is None:
        yield ("image",), f": Unable to find image: {competition.image}"
    if competition.terms is None:
        said = "A file containing the terms of this competition has not been supplied in the required location"
        yield ("terms",), f" is missing: {said}"
    else:
        yield from _page(("terms",), competition.terms, competition.terms, parts)
    if not competition.pages:
        yield ("pages",), " is missing: a list of at least one page, its title and its file, is wanted"
    for number, page in enumerate(competition.pages):
        if not page.title:
            yield ("pages", number, "title"), " is missing"
        if page.file is None:
            yield ("pages", number, "file"), " is missing"
        else:
            yield from _page(("pages", number, "file"), page.file, f"Page '{page.file}'", parts)


def _page(place: Place, file: str, called: str, parts: Parts) -> Said:
    text = parts.read(file, 1)
    if text is None:
        yield place, f": Unable to find page: {file}"
    elif not text:
        yield place, f": {called} is empty, it must contain content."


def _tasks(competition: Competition, parts: Parts) -> Said:
    for number, task in enumerate(competition.tasks):
        if task.key is not None:
            if not parts.is_key(task.key):
                yield ("tasks", number, "key"), f": Task with key {task.key} does not exist"
            continue
        if not task.name:
            yield ("tasks", number, "name"), " is missing"
        for key in PARTS:
            yield from _part(("tasks", number, key), getattr(task, key), parts)


def _part(place: Place, value: str | None, parts: Parts) -> Said:
    problem = None if value is None else parts.problem(value)
    if problem:
        yield place, problem


def _solution(solution: Solution, known: list[Any]) -> Iterator[tuple[str, str]]:
    called = solution.name or solution.key
    if solution.index is None:
        yield "index", f" is missing: ERROR: No index for solution: {called}"
    if "tasks" not in solution.model_fields_set:
        yield "tasks", f" is missing: Could not find tasks for solution: {called}"
    for index in solution.tasks:
        if index not in known:
            yield "tasks", f" holds {index!r}: ERROR: Solution: {called} missing task index pointers"
    if solution.key is None and solution.path is None:
        yield "path", f' is missing: Solution {called} missing "path"'


def _leaderboard(competition: Competition) -> Said:
    leaderboard = competition.leaderboards[0]
    place: Place = ("leaderboards", 0)
    yield from _short((*place, "title"), leaderboard.title, LEADERBOARD_LIMIT)
    yield from _short((*place, "key"), leaderboard.key, TITLE_LIMIT)
    if not leaderboard.columns:
        yield (*place, "columns"), " is missing: Leaderboards require at least 1 column"
    for number, column in enumerate(leaderboard.columns):
        yield from _short((*place, "columns", number, "title"), column.title, TITLE_LIMIT)
        yield from _short((*place, "columns", number, "key"), column.key, TITLE_LIMIT)
        if column.index < 0:
            yield (*place, "columns", number, "index"), f" is {column.index}, 0 or more is wanted"


def _short(place: Place, text: str, limit: int) -> Said:
    if not text:
        yield place, " is missing"
    elif len(text) > limit:
        yield place, f" has {len(text)} characters: Ensure this field has no more than {limit} characters."


def _fact_sheet(sheet: Any) -> Said:
    if not isinstance(sheet, dict):
        return
    for name, entry in sheet.items():
        if not isinstance(entry, dict) or not isinstance(name, str):
            continue
        place: Place = ("fact_sheet", name)
        if wrong := sorted(set(FACT_KEYS) ^ {str(key) for key in entry}):
            yield place, f": Missing {', '.join(wrong)} values for {name}"
        if entry.get("key", name) != name:
            yield (*place, "key"), f": key:{entry['key']}  does not match JSON key:{name}"
        if "type" in entry and entry["type"] not in FACT_TYPES:
            yield (*place, "type"), f": {entry['type']} is not a valid question type"
