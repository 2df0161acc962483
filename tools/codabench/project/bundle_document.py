"""A competition.yaml of Codabench's format 2 (codabench.md 2) from what the interface tells of a competition.

Programs and data are named by where they lie, and by their keys on the platform where they do not. What the interface
does not tell is left out; the bundle is for playing here, not for an upload.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from tools.codabench.answers import Column, Competition, Leaderboard, Phase, Question, Task
from tools.codabench.competition.limits import limit_in_all, limit_of_the_day
from tools.codabench.competition.overview import in_order
from tools.codabench.project.public_parts import kind_of

HEAD = """\
# {title}
# Written by `kit init {id}` from what {host} tells of the competition: a key in the place of a path names a program or
# data set that exists on the platform only. Change what you know better; a changed file is never written over.
"""
HIDES = ("hide_output", "hide_prediction_output", "hide_score_output")


def competition_yaml(competition: Competition, host: str, places: Mapping[str, str]) -> str | None:
    """The text of the file. `places` are paths in the bundle by key; None where there is no phase with a task."""
    content = bundle_document(competition, places)
    if content is None:
        return None
    title = " ".join(competition.title.split())
    head = HEAD.format(title="".join(letter for letter in title if letter.isprintable()), id=competition.id, host=host)
    return head + yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)


def bundle_document(competition: Competition, places: Mapping[str, str]) -> dict[str, Any] | None:
    """The same as plain values."""
    tasks = {task.id: task for phase in in_order(competition.phases) for task in phase.tasks}
    indexes = {number: index for index, number in enumerate(tasks)}
    phases = [phase for phase in in_order(competition.phases) if phase.tasks]
    if not phases:
        return None
    return {
        "version": 2,
        "title": competition.title,
        "description": competition.description,
        "registration_auto_approve": competition.registration_auto_approve,
        "enable_detailed_results": competition.enable_detailed_results,
        **({"docker_image": competition.docker_image} if competition.docker_image else {}),
        **({"queue": str(competition.queue.id)} if competition.queue else {}),
        **({"fact_sheet": _fact_sheet(competition.fact_sheet)} if competition.fact_sheet else {}),
        "tasks": [_task(task, index, places) for index, task in enumerate(tasks.values())],
        "phases": [_phase(phase, index, indexes, places) for index, phase in enumerate(phases)],
        "leaderboards": [_leaderboard(competition.leaderboard)],
    }


def _task(task: Task, index: int, places: Mapping[str, str]) -> dict[str, Any]:
    """Its programs and data; where its scoring program is not even named, the task's own key."""
    kinds = [(kind_of(data), data.key) for data in task.public_datasets]
    parts = {str(kind): places.get(key, key) for kind, key in kinds if kind}
    if "scoring_program" not in parts:
        return {"index": index, "key": task.key}
    return {"index": index, "name": task.name or f"Task {index}", **parts}


def _phase(phase: Phase, index: int, indexes: Mapping[int, int], places: Mapping[str, str]) -> dict[str, Any]:
    moments = {"start": phase.start, "end": phase.end}
    own = {"public_data": phase.public_data, "starting_kit": phase.starting_kit}
    limit_s = int(phase.execution_time_limit or 0)
    return {
        "index": index,
        "name": phase.name,
        "description": phase.description,
        **{name: f"{moment:%Y-%m-%d %H:%M:%S}" for name, moment in moments.items() if moment is not None},
        "tasks": list(dict.fromkeys(indexes[task.id] for task in phase.tasks)),
        "max_submissions_per_day": limit_of_the_day(phase).most or 0,
        "max_submissions": limit_in_all(phase).most or 0,
        **({"execution_time_limit": limit_s} if limit_s > 0 else {}),
        **({"auto_migrate_to_this_phase": True} if phase.auto_migrate_to_this_phase else {}),
        **{name: True for name in HIDES if getattr(phase, name)},
        **{name: places[kept.key] for name, kept in own.items() if kept is not None and kept.key in places},
    }


def _leaderboard(leaderboard: Leaderboard | None) -> dict[str, Any]:
    """One without columns where the platform shows none: the format wants a leaderboard."""
    if leaderboard is None:
        return {"title": "not shown by the platform", "key": "hidden", "columns": []}
    return {
        "title": leaderboard.title,
        "key": leaderboard.key,
        "hidden": leaderboard.hidden,
        **({"submission_rule": leaderboard.submission_rule} if leaderboard.submission_rule else {}),
        "columns": [dict(_column(column)) for column in leaderboard.columns],
    }


def _column(column: Column) -> Iterator[tuple[str, Any]]:
    yield from (("title", column.title or column.key), ("key", column.key), ("index", column.index))
    yield from (("sorting", column.sorting), ("precision", column.precision))
    if column.computation and column.computation_indexes:
        yield from (("computation", column.computation), ("computation_indexes", list(column.computation_indexes)))
    if column.hidden:
        yield "hidden", True


def _fact_sheet(sheet: Mapping[str, Question]) -> dict[str, Any]:
    return {
        name: {
            "key": question.key or name,
            "type": question.type,
            "title": question.title,
            "selection": list(question.selection) or "",
            "is_required": "true" if question.is_required else "false",
            "is_on_leaderboard": "true" if question.is_on_leaderboard else "false",
        }
        for name, question in sheet.items()
    }
