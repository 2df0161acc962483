"""What a local evaluation saw, as plain values: the checks of RUN, OUT and SCO are functions of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.bundle import Column, Play
from tools.worker.probe import ProbeReport
from tools.worker.submission import Run


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the method returned: `told` as `tools.worker.probe_child.describe` gives it, for `images` images."""

    seen_in: str
    images: int
    told: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """The two jobs of one task, the probe (None where none was asked for or possible) and the answers seen in either.

    `limit_s` is what each job was given, `environment` the evaluator's by name (None: unknown), `columns` the
    leaderboard's.
    """

    play: Play
    run: Run
    probe: ProbeReport | None
    answers: tuple[Answer, ...]
    limit_s: float
    environment: str | None
    columns: tuple[Column, ...] = ()
    kept: Path | None = None
