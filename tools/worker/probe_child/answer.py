"""An answer as plain values, and the rows in which two answers differ."""

from __future__ import annotations

from typing import Any

TOLERANCE = 1e-3
"""Relative. Rounding in float32 stays below 1e-5, in half precision below 1e-3; what dropout does is larger."""


def describe(answer: Any) -> dict[str, Any]:
    """What an answer is, as plain values: type, shape, dtype, range, and how many values are not usable as ids."""
    import numpy as np

    kind = type(answer)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    told: dict[str, Any] = {"type": name}
    if answer is None:
        return told
    try:
        array = np.asarray(answer)
    except Exception as error:
        return {**told, "complaint": f"{type(error).__name__}: {error}"}
    told.update(is_array=isinstance(answer, np.ndarray), shape=list(array.shape), dtype=str(array.dtype))
    told["kind"] = array.dtype.kind
    if array.dtype.kind not in "biuf" or not array.size:
        return told
    finite = array[np.isfinite(array)] if array.dtype.kind == "f" else array
    told["not_finite"] = int(array.size - finite.size)
    if finite.size:
        told.update(least=float(finite.min()), most=float(finite.max()))
        told["whole"] = bool((finite == finite.round()).all())
    return told


def rows_of(answer: Any) -> Any:
    """The answer as an array of rows that can be compared; None where it is none."""
    import numpy as np

    try:
        array = np.asarray(answer)
    except Exception:
        return None
    return array if array.ndim and array.dtype.kind in "biufUS" else None


def differing(first: Any, second: Any) -> list[int] | None:
    """The rows in which two arrays differ, floats by more than the tolerance; None where they cannot be compared."""
    import numpy as np

    if first.shape != second.shape:
        return None
    if "f" not in (first.dtype.kind, second.dtype.kind):
        unlike = first != second
    else:
        finite = np.abs(first[np.isfinite(first)])
        scale = finite.max() if finite.size else 0.0
        close = np.isclose(second, first, rtol=TOLERANCE, atol=TOLERANCE * scale, equal_nan=True)
        unlike = ~close
    return [int(row) for row in np.flatnonzero(unlike.reshape(len(first), -1).any(axis=1))]
