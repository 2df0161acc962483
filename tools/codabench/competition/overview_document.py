"""A competition as plain values for programs: what `kit show --format json` gives."""

import datetime
from typing import Any

from tools.codabench.answers import Column, Competition, Phase
from tools.codabench.competition.limits import Limit, limit_in_all, limit_of_the_day, reopens
from tools.codabench.competition.overview import hidden_of, in_order, next_change, rule_in_words, status_in_words
from tools.codabench.host import Host
from tools.codabench.project.public_parts import Part, parts_of


def competition_document(competition: Competition, host: Host, now: datetime.datetime) -> dict[str, Any]:
    """The document. Dates are UTC in ISO 8601, null where there is none."""
    change = next_change(competition.phases, now)
    board = competition.leaderboard
    return {
        "schema": 1,
        "kind": "competition",
        "host": host.url,
        "id": competition.id,
        "title": competition.title,
        "description": competition.description,
        "organiser": competition.created_by,
        "contact": competition.contact_email or None,
        "my_status": competition.participant_status,
        "my_status_in_words": status_in_words(competition.participant_status),
        "is_approved_automatically": competition.registration_auto_approve,
        "phases": [_phase(phase) for phase in in_order(competition.phases)],
        "open": [phase.id for phase in competition.phases if phase.is_open],
        "next_change": {"phase": change.phase.id, "what": change.what, "at": _iso(change.at)} if change else None,
        "limit_of_the_day_reopens": _iso(reopens(now)),
        "leaderboard": board
        and {
            "title": board.title,
            "key": board.key,
            "rule": board.submission_rule,
            "rule_in_words": rule_in_words(board.submission_rule),
            "primary_index": board.primary_index,
            "columns": [column_document(column) for column in board.columns],
        },
        "docker_image": competition.docker_image,
        "queue": competition.queue and {"id": competition.queue.id, "name": competition.queue.name},
        "fact_sheet": [
            {
                "key": question.key or name,
                "title": question.title,
                "type": question.type,
                "selection": list(question.selection),
                "is_required": question.is_required,
            }
            for name, question in competition.fact_sheet.items()
        ],
        "files": [part_document(part, host) for part in parts_of(competition)],
    }


def _phase(phase: Phase) -> dict[str, Any]:
    return {
        "id": phase.id,
        "index": phase.index,
        "name": phase.name,
        "description": phase.description,
        "status": phase.status,
        "start": _iso(phase.start),
        "end": _iso(phase.end),
        "submissions_today": _limit(limit_of_the_day(phase)),
        "submissions_in_all": _limit(limit_in_all(phase)),
        "execution_time_limit_s": phase.execution_time_limit,
        "tasks": [{"id": task.id, "name": task.name} for task in phase.tasks],
        "hidden": hidden_of(phase),
    }


def _limit(limit: Limit) -> dict[str, int | None]:
    return {"most": limit.most, "used": limit.used, "left": limit.left}


def column_document(column: Column) -> dict[str, Any]:
    """A leaderboard column."""
    return {
        "key": column.key,
        "title": column.title,
        "index": column.index,
        "sorting": column.sorting,
        "precision": column.precision,
        "computation": column.computation,
        "computation_indexes": list(column.computation_indexes),
        "hidden": column.hidden,
    }


def part_document(part: Part, host: Host) -> dict[str, Any]:
    """A program or data set."""
    return {
        "kind": part.kind,
        "key": part.key,
        "title": part.title,
        "size_bytes": part.size_bytes,
        "is_given": part.is_given,
        "url": part.url(host) if part.is_given else None,
    }


def _iso(moment: datetime.datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
