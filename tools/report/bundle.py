"""What a bundle holds, for `kit evaluate --list`: as a document and as text. Nothing is played."""

import textwrap
from typing import Any

from rich.console import Console

from tools.bundle import Bundle, Phase, Task
from tools.bundle.competition import PARTS
from tools.bundle.document import printable
from tools.contract import Contract

MEGABYTE, KILOBYTE = 1_000_000, 1_000
WIDTH, COLUMN = 80, 22


def bundle_document(bundle: Bundle) -> dict[str, Any]:
    """The bundle as plain values, schema 1."""
    competition, leaderboard = bundle.competition, bundle.competition.leaderboards[0]
    return {
        "schema": 1,
        "bundle": {
            "path": str(bundle.root),
            "title": competition.title,
            "docker_image": competition.docker_image,
            "queue": competition.queue,
            "enable_detailed_results": competition.enable_detailed_results,
            "contract": None if bundle.contract is None else contract_line(bundle.contract),
        },
        "phases": [_phase(bundle, number, phase) for number, phase in bundle.phases],
        "tasks": [_task(bundle, task) for task in competition.tasks],
        "solutions": [
            one.model_dump(mode="json") | {"holds": None if one.path is None else _holds(bundle, one.path)}
            for one in competition.solutions
        ],
        "leaderboard": leaderboard.model_dump(mode="json", exclude={"columns"})
        | {"columns": [column.model_dump(mode="json") for column in bundle.columns]},
        "fact_sheet": {key: one.model_dump(mode="json") for key, one in (competition.fact_sheet or {}).items()},
        "refusals": list(bundle.refusals),
        "remarks": list(bundle.remarks),
    }


def _phase(bundle: Bundle, number: int, phase: Phase) -> dict[str, Any]:
    limits = {"number": number, "limit_s": bundle.limit_s(phase), "is_capped": bundle.is_capped(phase)}
    return limits | phase.model_dump(mode="json")


def _task(bundle: Bundle, task: Task) -> dict[str, Any]:
    parts: set[str] = {*PARTS}
    return task.model_dump(mode="json", exclude=parts) | {
        key: None if (value := getattr(task, key)) is None else {"path": value} | _holds(bundle, value) for key in PARTS
    }


def _holds(bundle: Bundle, value: str) -> dict[str, Any]:
    """Where a program or data set is, and how much it holds; null where that is not known."""
    size = bundle.parts.size(value)
    return {
        "where": bundle.parts.where(value),
        "files": size.files if size else None,
        "size_bytes": size.size_bytes if size else None,
    }


def contract_line(contract: Contract) -> str:
    """`Model().predict(X), class ids of 8 classes, an2dl-2024`."""
    returns = f"{contract.output.kind}"
    if contract.classes:
        returns += f" of {len(contract.classes)} classes"
    return ", ".join([contract.call, returns, *([contract.environment] if contract.environment else [])])


def print_bundle(console: Console, bundle: Bundle) -> None:
    """The same for people."""
    document = bundle_document(bundle)
    head = document["bundle"]
    _say(console, head["title"] or "(no title)", style="bold")
    _fact(console, "bundle", head["path"])
    _fact(console, "image", head["docker_image"])
    _fact(console, "queue", head["queue"] or "the default one, at most 600 s for each job")
    _fact(console, "contract", head["contract"] or "none: the bundle is played as it is")
    for phase in document["phases"]:
        console.print()
        _print_phase(console, phase, document["tasks"])
    _print_solutions(console, document["solutions"])
    _print_leaderboard(console, document["leaderboard"])
    _print_fact_sheet(console, document["fact_sheet"])
    _print_all(console, "Codabench would refuse this bundle", document["refusals"])
    _print_all(console, "remarks", document["remarks"])


def _print_phase(console: Console, phase: dict[str, Any], tasks: list[dict[str, Any]]) -> None:
    dates = f"{_day(phase['start'])} to {_day(phase['end'])}" if phase["end"] else f"from {_day(phase['start'])}"
    _say(console, f"phase {phase['number']}: {phase['name'] or '(no name)'}", style="bold")
    _fact(console, "when", f"{dates}, UTC")
    limit = f"{phase['limit_s']:g} s for each job"
    if phase["is_capped"]:
        limit += f"; {phase['execution_time_limit']:g} s are written, the default queue caps them"
    _fact(console, "time", limit)
    day, all_ = phase["max_submissions_per_day"], phase["max_submissions"]
    _fact(console, "uploads", f"{day or 'any number'} a day, {all_ or 'any number'} in all")
    by_index = {task["index"]: task for task in tasks}
    for index in dict.fromkeys(phase["tasks"]):
        _print_task(console, by_index[index])


def _print_task(console: Console, task: dict[str, Any]) -> None:
    _say(console, f"task {task['index']}: {task['name'] or '(no name)'}", indent=2)
    if task["key"] is not None:
        _fact(console, "key", f"{task['key']}, on the platform only", indent=4)
        return
    for key in PARTS:
        if (part := task[key]) is not None:
            _fact(console, key.replace("_", " "), f"{part['path']}  {_how_much(part)}", indent=4)
    if task["ingestion_only_during_scoring"]:
        _fact(console, "ingestion", "runs during scoring only", indent=4)


def _how_much(part: dict[str, Any]) -> str:
    """`(folder, 3 files, 12 kB)`."""
    told = {"platform": "on the platform only", "missing": "not there", "outside": "not in the bundle"}
    where = told.get(part["where"], part["where"])
    if part["size_bytes"] is None:
        return f"({where})"
    files = "" if part["files"] is None else f"{part['files']} file{'' if part['files'] == 1 else 's'}, "
    return f"({where}, {files}{_bytes(part['size_bytes'])})"


def _print_solutions(console: Console, solutions: list[dict[str, Any]]) -> None:
    if not solutions:
        return
    console.print()
    _say(console, "solutions", style="bold")
    for one in solutions:
        where = f"{one['path']}  {_how_much(one['holds'])}" if one["holds"] else f"{one['key']}, on the platform only"
        tasks = ", ".join(str(index) for index in one["tasks"])
        _fact(console, one["name"] or f"solution {one['index']}", f"{where}  for task {tasks or '?'}")


def _print_leaderboard(console: Console, leaderboard: dict[str, Any]) -> None:
    console.print()
    hidden = ", hidden" if leaderboard["hidden"] else ""
    _say(console, f"leaderboard: {leaderboard['title']} ({leaderboard['submission_rule']}{hidden})", style="bold")
    for column in leaderboard["columns"]:
        told = [column["title"], f"{column['sorting']}, {column['precision']} decimals"]
        if column["computation"]:
            told.append(f"{column['computation']} of columns {', '.join(map(str, column['computation_indexes']))}")
        _fact(console, column["key"], ", ".join([*told, *(["hidden"] if column["hidden"] else [])]))
    if not leaderboard["columns"]:
        _say(console, "no columns", indent=2)


def _print_fact_sheet(console: Console, sheet: dict[str, dict[str, Any]]) -> None:
    if not sheet:
        return
    console.print()
    _say(console, "fact sheet", style="bold")
    for key, entry in sheet.items():
        told = [entry["title"] or "(no title)", entry["type"] or "(no type)"]
        told += [word for word, is_so in (("required", entry["is_required"]),) if is_so]
        _fact(console, key, ", ".join(told))


def _print_all(console: Console, title: str, lines: list[str]) -> None:
    if not lines:
        return
    console.print()
    _say(console, title, style="bold")
    for line in lines:
        _say(console, line, indent=2)


def _fact(console: Console, name: str, text: str, *, indent: int = 2) -> None:
    """A name in a column of its own, then the text."""
    _say(console, f"{name:<{COLUMN - indent}} {text}", indent=indent, hang=COLUMN + 1 - indent)


def _say(console: Console, text: str, *, style: str = "", indent: int = 0, hang: int = 2) -> None:
    """A line, broken where the console ends and indented as it was; what the bundle says is text, not markup."""
    for line in _broken(printable(text), max(40, min(console.width, WIDTH * 2) - indent), hang):
        console.print(" " * indent + line, style=style, markup=False, highlight=False, soft_wrap=True)


def _broken(text: str, width: int, hang: int) -> list[str]:
    """A text in lines of that width. A path or key is never broken: one that is longer has a line to itself."""
    indent = " " * hang
    return textwrap.wrap(text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) or [""]


def _day(moment: str | None) -> str:
    """`2026-01-30 12:00`, without the time at midnight."""
    if moment is None:
        return "(no date)"
    return moment[:16].replace("T", " ").removesuffix(" 00:00")


def _bytes(count: int) -> str:
    if count >= MEGABYTE:
        return f"{count / MEGABYTE:.1f} MB"
    return f"{count / KILOBYTE:.1f} kB" if count >= KILOBYTE else f"{count} byte{'' if count == 1 else 's'}"
