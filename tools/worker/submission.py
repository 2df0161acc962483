"""What is asked of the worker, and what became of it: one submission on one task, as plain values."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.archive import Archive
from tools.bundle import Bundle, Play
from tools.sandbox.program import Engine, Limits, Outcome
from tools.worker.layout import Profile
from tools.worker.scores import Stored
from tools.worker.status import Status


@dataclass(frozen=True, kw_only=True)
class Request:
    """What to run and how: the entry, the competition, which phase and task, where the data lies, and the engine."""

    archive: Archive
    bundle: Bundle
    play: Play
    scratch: Path
    engine: Engine
    limits: Limits
    profile: Profile = "2026-03"
    data: Callable[[str, Path], bool]
    """data("input_data" | "reference_data", folder) fills a folder and says whether the task has such data."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """What became of a submission on one task: what the platform would show, and what is known beyond that.

    `timeline` has every status with its details; `written` are the names that the prediction job's programs left at
    the root of its output; `touched` are files that they should only have read; `unsent` says why the worker could not
    send the scores; `predictions` and `output` are the two jobs' outputs, None where there are none; `is_sent` says
    whether the worker came to upload the second.
    """

    status: Status
    status_details: str | None
    timeline: tuple[tuple[Status, str | None], ...]
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    logs: dict[str, str] = field(default_factory=dict)
    written: tuple[str, ...] = ()
    touched: tuple[str, ...] = ()
    scores: Any = None
    stored: Stored = field(default_factory=lambda: Stored(scores={}))
    unsent: str | None = None
    shown: dict[str, str] = field(default_factory=dict)
    predictions: Path | None = None
    output: Path | None = None
    is_sent: bool = False
    detailed_results: Path | None = None
