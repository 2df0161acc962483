"""Rows to try an entry on, in the form that a contract gives: those of an .npz, the bundle's own, or drawn ones.

Nobody knows the right answers to drawn rows; they show only whether the entry takes what it will be handed.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.bundle import Bundle
from tools.contract import Input
from tools.errors import UsageError
from tools.worker.data import task_data

DRAWN_ROWS = 64
MOST_ROWS = 2000
VARYING_SIZE = 16
Rows = NDArray[Any]


def example_rows(bundle: Bundle, npz: Path | None, scratch: Path) -> tuple[Rows, str]:
    """At most 2000 rows for the first task, and where they are from, in words. `scratch` is a folder to unpack into.

    Raises UsageError where the contract does not say what the method receives, or `npz` does not hold it.
    """
    contract = bundle.contract
    if contract is None:
        raise UsageError(
            f"{bundle.competition.title!r} has no contract.yaml, so nothing says how to ask the zip",
            "write one beside its competition.yaml, or zip the folder's contents by hand",
        )
    data = task_data(bundle, bundle.plays()[0], scratch / "data", npz)
    if saved := data.sample(MOST_ROWS, scratch / "rows.npy"):
        return np.load(saved, allow_pickle=False), str(npz or "the bundle's own input data")
    if contract.input is None:
        raise UsageError(
            f"the contract of {bundle.competition.title!r} does not say what {contract.method} receives",
            "write `input` into it (shape, dtype, range), or zip the folder's contents by hand",
        )
    return _drawn(contract.input), f"an array {contract.input}, drawn"


def _drawn(described: Input) -> Rows:
    """64 rows of noise, the same each time, inside of the range [default: 0 to 1]."""
    first, *others = described.shape or (None,)
    shape = (DRAWN_ROWS if first is None else first, *(VARYING_SIZE if size is None else size for size in others))
    least, most = described.value_range or (0, 1)
    generator = np.random.default_rng(0)
    try:
        dtype = np.dtype(described.dtype)
    except TypeError as error:
        raise UsageError(f"the contract's input.dtype is {described.dtype!r}: {error}", "float32, for one") from error
    if dtype.kind in "iub":
        return generator.integers(int(least), int(most), shape, endpoint=True).astype(dtype)
    if dtype.kind == "f":
        return generator.uniform(least, most, shape).astype(dtype)
    raise UsageError(f"the contract's input.dtype is {described.dtype}, which cannot be drawn", "give rows with --data")
