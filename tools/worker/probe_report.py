"""What a probe saw of the entry, read from the report of its child. The entry could write there as well."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tools.sandbox.program import Outcome

REPORT_LIMIT_BYTES = 4 << 20


@dataclass(frozen=True, kw_only=True)
class StepError:
    """What a step raised: type and text, the last line of the user's code in it, and the user's frames.

    `kinds` are the names of the exception's class and of those that it descends from, `raised_by` is the package whose
    Python raised it, None for the submission's own.
    """

    step: str
    text: str
    where: str | None
    frames: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    raised_by: str | None = None

    @property
    def is_exit(self) -> bool:
        """Whether the entry left on purpose."""
        return self.text.startswith("SystemExit")


@dataclass(frozen=True, kw_only=True)
class Call:
    """The method called otherwise: "one row", "a part", "again", "another order", "as floats" or "no rows".

    `differ` are the rows that got another answer than by the plain call, None where that cannot be compared; `shown`
    the first of them in words.
    """

    name: str
    rows: int
    error: StepError | None = None
    answer: Mapping[str, Any] | None = None
    differ: tuple[int, ...] | None = None
    shown: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the entry did beside answering the plain call; None for what was not looked at.

    `network` maps a destination to the line that reached for it, `writes` a path to its place ("submission",
    "program", "outside") and line; `changes` are files of the submission; `threads` and `processes` were left running,
    each with the line that started it, where it is known.
    """

    network: Mapping[str, str | None] | None = None
    writes: Mapping[str, tuple[str, str | None]] | None = None
    changes: Mapping[str, tuple[str, ...]] | None = None
    threads: tuple[tuple[str, str | None], ...] | None = None
    processes: tuple[str, ...] | None = None
    changed_rows: bool | None = None


@dataclass(frozen=True, kw_only=True)
class ProbeReport:
    """How far the entry came: the step reached ("end" when all went well), and what it answered for `images` images.

    `calls` are those that came to an end, `trying` is the one that did not; `is_complete` says that there was none
    left. `wants_array` is False where the contract allows any answer.
    """

    outcome: Outcome
    reached: str
    error: StepError | None = None
    answer: dict[str, Any] | None = None
    images: int = 0
    calls: tuple[Call, ...] = ()
    trying: str | None = None
    is_complete: bool = False
    seen: Seen = field(default_factory=Seen)
    wants_array: bool = True
    seconds: dict[str, float] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)

    @property
    def complaint(self) -> str | None:
        """What kept the entry from answering; None where it did."""
        if self.error:
            return f"the step {self.error.step!r} raised {self.error.text}"
        if self.reached != "end" or self.answer is None:
            return f"it ended in the step {self.reached!r}, exit code {self.outcome.exit_code}, without an answer"
        if self.wants_array and self.answer.get("kind", "O") == "O":
            return f"it answered {self.answer['type']}, which is no array of ids"
        return None

    @property
    def was_cut_off(self) -> bool:
        """Whether the kit ended it because its time was over: that says nothing of the entry."""
        return self.outcome.stopped in ("interrupt", "time")

    @property
    def died_in(self) -> str | None:
        """The call in which the process ended by itself; None where it did not."""
        return None if self.reached != "end" or self.was_cut_off else self.trying


def read_report(path: Path, outcome: Outcome, mounts: Mapping[str, Path], *, wants_array: bool) -> ProbeReport:
    """The child's report; where an engine has no /app, folders of this machine are told as they are there.

    What is no report of the child's is none.
    """
    nothing = ProbeReport(outcome=outcome, reached="start", wants_array=wants_array)
    if path.is_symlink() or not path.is_file() or path.stat().st_size > REPORT_LIMIT_BYTES:
        return nothing
    try:
        text = path.read_text("utf-8")
        for place, folder in mounts.items():
            text = text.replace(json.dumps(str(folder))[1:-1], place)
        return replace(_report(json.loads(text), outcome), wants_array=wants_array)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return nothing


def _report(told: dict[str, Any], outcome: Outcome) -> ProbeReport:
    errors = [_error(step) for step in told["steps"] if "error" in step]
    answer = told.get("answer")
    return ProbeReport(
        outcome=outcome,
        reached=str(told["reached"]),
        error=errors[0] if errors else None,
        answer=dict(answer) if answer is not None else None,
        images=int(told.get("images", 0)),
        calls=tuple(_call(call) for call in told["calls"]),
        trying=told.get("trying"),
        is_complete=bool(told.get("is_complete")),
        seen=_seen(told),
        seconds={step["name"]: float(step["seconds"]) for step in told["steps"] if "seconds" in step},
        versions=dict(told["versions"]),
    )


def _error(step: dict[str, Any]) -> StepError:
    told = step["error"]
    return StepError(
        step=str(step["name"]),
        text=str(told["text"]),
        where=told["where"],
        frames=tuple(map(str, told["frames"])),
        kinds=tuple(map(str, told["kinds"])),
        raised_by=told["raised_by"],
    )


def _call(told: dict[str, Any]) -> Call:
    differ = told.get("differ")
    return Call(
        name=str(told["name"]),
        rows=int(told["rows"]),
        error=_error(told) if "error" in told else None,
        answer=told.get("answer"),
        differ=None if differ is None else tuple(map(int, differ)),
        shown=tuple(map(str, told.get("shown", ()))),
    )


def _seen(told: dict[str, Any]) -> Seen:
    """What is told at any time of the network and of writes, and at the end of the plain call of the rest."""
    left, changes = told.get("left"), told.get("changes")
    return Seen(
        network={str(target): where for target, where in told["network"].items()},
        writes={str(path): (str(one["place"]), one["where"]) for path, one in told["writes"].items()},
        changes=None if changes is None else {kind: tuple(map(str, names)) for kind, names in changes.items()},
        threads=None if left is None else tuple((str(one["name"]), one["where"]) for one in left["threads"]),
        processes=None if left is None else tuple(str(one["name"]) for one in left["processes"]),
        changed_rows=told.get("is_changed"),
    )
