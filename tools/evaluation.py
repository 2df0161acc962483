"""What a local evaluation saw, as plain values: the checks of RUN, OUT and SCO are functions of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.archive import Archive
from tools.bundle import Column, Play
from tools.contract import Contract
from tools.worker.probe_report import ProbeReport
from tools.worker.submission import Run


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the method returned: `told` as `tools.worker.probe_child.describe` gives it, for `images` images."""

    seen_in: str
    images: int
    told: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Judged:
    """The prediction job's class ids beside the labels of the same rows.

    `right` of the `rows` answers are the label; `counts` maps each label to its rows, `given` are the ids among the
    answers. `is_drawn` says that the rows are the kit's own drawing, which no entry was trained on; `claimed` is the
    accuracy that the zip's card states for these very rows, None where it says nothing of them.
    """

    rows: int
    right: int
    counts: Mapping[int, int]
    given: frozenset[int]
    is_drawn: bool = False
    claimed: float | None = None


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """The two jobs of one task, the probe (None where none was asked for or possible) and the answers seen in either.

    `limit_s` is what each job was given, `environment` the evaluator's by name (None: unknown), `ran_in` the one that
    the programs had (None: an image's, or it is said of another task), `columns` the leaderboard's, `archive` the
    submission, from which findings quote, `contract` what the evaluator asks for.
    `judged` and `unlike_the_probe` (how many of the probe's rows the prediction job answered otherwise) are None
    where that cannot be compared.
    """

    play: Play
    run: Run
    probe: ProbeReport | None
    answers: tuple[Answer, ...]
    limit_s: float
    environment: str | None
    ran_in: str | None = None
    columns: tuple[Column, ...] = ()
    kept: Path | None = None
    archive: Archive | None = None
    contract: Contract | None = None
    judged: Judged | None = None
    unlike_the_probe: int | None = None
