"""The method called otherwise than the evaluator does: one row, a part of them, again, in another order, empty.

The cheap calls that tell most come first, for the process is ended when its time is over. Each has a fresh copy of
the rows, and its failure does not stop the others. What follows from a difference is decided elsewhere.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from .answer import describe, differing, rows_of
from .report import Report, error_of

FEW = 2
LEAST_PART = 4
SECONDS_A_CALL = 2.0
"""About what a call on a part of the rows may take; slower entries get fewer rows."""
SHOWN = 3


class Calls:
    """The calls on one set of rows, after the plain one has been answered in so many seconds."""

    def __init__(self, report: Report, method: Callable[[Any], Any], rows: Any, answer: Any, seconds: float) -> None:
        """Start with nothing asked; `answer` is that of the plain call."""
        self.report, self.method, self.rows, self.answer = report, method, rows, answer
        self.seconds = seconds

    def make(self) -> None:
        """All of them, as far as they make sense for these rows."""
        import numpy as np

        count = len(self.rows)
        part = self._part(count)
        self._call("one row", np.arange(1), self.answer)
        answer = self._call("a part", part, self.answer)
        base, known = np.arange(count), self.answer
        if self.seconds > SECONDS_A_CALL / 2:
            base, known = part, answer
        if known is not None:
            self._again(base, known)
            self._call("another order", base[np.random.RandomState(0).permutation(len(base))], known, base)
        few = np.arange(min(FEW, count))
        if self.rows.dtype.kind in "iu":
            self._call("as floats", few, None, convert=lambda rows: rows.astype(np.float32))
        self._call("no rows", np.arange(0), None)

    def _part(self, count: int) -> Any:
        """The rows of a partial batch: an odd half of them, the brightest, so that a mean over the batch is another."""
        import numpy as np

        size = min(count, max(LEAST_PART, int((count // 2 + 1) * min(1.0, SECONDS_A_CALL / max(self.seconds, 1e-6)))))
        if self.rows.dtype.kind not in "biuf":
            return np.arange(size)
        order = np.argsort(self.rows.reshape(count, -1).mean(axis=1), kind="stable")
        return np.sort(order[count - size :])

    def _again(self, base: Any, known: Any) -> None:
        """The same once more; and a third time where a single row was another, which may be chance."""
        self._call("again", base, known, base)
        last = self.report.told["calls"][-1]
        if len(last.get("differ") or ()) == 1:
            self._call("again", base, known, base)

    def _call(
        self, name: str, wanted: Any, known: Any, base: Any = None, convert: Callable[[Any], Any] | None = None
    ) -> Any:
        """Ask for the rows of these numbers; compare with `known`, which is for the rows `base` (None: for all)."""
        told: dict[str, Any] = {"name": name, "rows": len(wanted)}
        self.report.told["trying"] = name
        self.report.write()
        given = self.rows[wanted]
        started = time.perf_counter()
        answer = None
        try:
            answer = self.method(convert(given) if convert else given)
            told["seconds"] = time.perf_counter() - started
            told["answer"] = describe(answer)
        except BaseException as error:
            told["error"] = error_of(error, self.report.submission)
        rows = rows_of(answer)
        if known is not None and rows is not None and len(rows) == len(wanted):
            self._compare(told, wanted, rows, known, base)
        self.report.told["calls"].append(told)
        self.report.told["trying"] = None
        self.report.write()
        return rows if rows is not None and len(rows) == len(wanted) else None

    def _compare(self, told: dict[str, Any], wanted: Any, rows: Any, known: Any, base: Any) -> None:
        """Write down which of the rows got another answer, by their numbers among all, and the first few of them."""
        import numpy as np

        place = {int(row): index for index, row in enumerate(np.arange(len(self.rows)) if base is None else base)}
        before = known[[place[int(row)] for row in wanted]]
        found = differing(before, rows)
        if found is None:
            return
        found.sort(key=lambda index: int(wanted[index]))
        told["differ"] = [int(wanted[index]) for index in found]
        if rows.ndim == 1:
            told["shown"] = [f"row {wanted[i]}: {before[i]}, then {rows[i]}" for i in found[:SHOWN]]
