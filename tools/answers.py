"""What an evaluation's answers can be held against: the labels, the card's claim, and the probe's own answers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from tools.contract import Contract
from tools.evaluation import Answer, Judged
from tools.worker.data import TaskData, sampled_rows
from tools.worker.probe_child import describe
from tools.worker.probe_report import ProbeReport
from tools.worker.submission import Run

LIMIT_BYTES = 512 << 20
IDS = "class ids"


def read_array(path: Path) -> Any:
    """The array of an .npy; None where there is none that can be read, or one that would fill this machine's memory."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size > LIMIT_BYTES:
        return None
    try:
        return np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None


def written_by_the_job(run: Run, contract: Contract | None) -> Any:
    """The array that the prediction job wrote, where the contract names the file; else None."""
    if contract is None or contract.output.file is None or run.predictions is None:
        return None
    return read_array(run.predictions / contract.output.file)


def answers_of(written: Any, count: int | None, report: ProbeReport | None) -> Iterator[Answer]:
    """What the prediction job wrote for `count` rows, and what the probe got."""
    if written is not None and count is not None:
        yield Answer(seen_in="the prediction job", images=count, told=describe(written))
    if report and report.answer:
        yield Answer(seen_in="the probe", images=report.images, told=report.answer)


def judged(
    written: Any, run: Run, data: TaskData, *, is_drawn: bool = False, claimed: float | None = None
) -> Judged | None:
    """The job's class ids beside the labels; None where either is not known, or they do not fit each other."""
    contract = data.bundle.contract
    if written is None or contract is None or contract.data is None or contract.output.kind != IDS:
        return None
    labels = data.labels()
    if labels is None and run.predictions is not None:
        labels = read_array(run.predictions.parent / "ref" / next(iter(contract.data.reference_data)))
    if labels is None or labels.dtype.kind not in "iu" or labels.size != len(labels):
        return None
    if written.shape != (len(labels),) or written.dtype.kind not in "iuf" or not np.isfinite(written).all():
        return None
    labels = labels.ravel()
    classes, counts = np.unique(labels, return_counts=True)
    return Judged(
        rows=len(labels),
        right=int(np.sum(written == labels)),
        counts=dict(zip(classes.tolist(), counts.tolist(), strict=True)),
        given=frozenset(np.unique(written).astype(int).tolist()),
        is_drawn=is_drawn,
        claimed=claimed,
    )


def unlike_the_probe(written: Any, probed: Any) -> int | None:
    """How many rows of the probe got another class id from the prediction job; None where that cannot be compared."""
    if written is None or probed is None or written.ndim != 1 or probed.ndim != 1 or not probed.size:
        return None
    if "f" in (written.dtype.kind, probed.dtype.kind) or len(written) < len(probed):
        return None
    return int(np.sum(written[sampled_rows(len(probed), len(written))] != probed))
