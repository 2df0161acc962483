"""Which findings a user wants to see, and which they know and do not want to be stopped by.

All checks run whatever is selected: a check that was asked for may depend on one that was not. Where such a one has
found the cause, its finding is shown, for the check that was asked for could not be made. What is ignored is kept
apart with its reason, and stays a cause for the static checks after it, which cannot read past it. The run is judged
for itself: an ignored error of SRC or ENV keeps no check of the run off, so that the run shows who was right.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tools.checks.registry import CATALOGUE, Stage
from tools.checks.result import Ignored, Result
from tools.errors import UsageError


@dataclass(frozen=True)
class Ignore:
    """A code, or a prefix of codes, and why its findings are known; `is_settled` if the project's settings say so."""

    pattern: str
    reason: str
    is_settled: bool = False


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Codes or prefixes to report (none: all of them), and those to ignore."""

    select: tuple[str, ...] = ()
    ignore: tuple[Ignore, ...] = ()

    def selects(self, code: str) -> bool:
        """Whether findings of the code are wanted."""
        return not self.select or code.startswith(self.select)

    def reason(self, code: str) -> str | None:
        """Why findings of the code are ignored; None where they are not."""
        return next((one.reason for one in self.ignore if code.startswith(one.pattern)), None)

    def apply(self, result: Result) -> Result:
        """The same result without what was not selected, and what is ignored kept apart; twice is as once."""
        causes = {cause for code, cause in result.stopped_by if self.selects(code)}
        wanted = [one for one in result.findings if self.selects(one.code) or one.code in causes]
        known = [(one, self.reason(one.code)) for one in wanted]
        return replace(
            result,
            findings=tuple(one for one, reason in known if reason is None),
            ignored=(*result.ignored, *(Ignored(one, reason) for one, reason in known if reason is not None)),
            passed=tuple(filter(self.selects, result.passed)),
            not_reached=tuple(filter(self.selects, result.not_reached)),
        )

    def before_the_run(self, static: Result) -> Result:
        """The static findings that keep a check of the run off: ignored ones only where they are the zip's own."""
        kept = (one for one in static.findings if one.code.startswith("ARC") or self.reason(one.code) is None)
        return replace(static, findings=tuple(kept))

    def unused(self, result: Result) -> tuple[str, ...]:
        """The settled ignores that match nothing, though each of their checks was made."""
        passed, met = set(result.passed), {one.finding.code for one in result.ignored}
        others = {one.code for one in result.findings} | {*result.not_reached}
        return tuple(
            one.pattern
            for one in self.ignore
            if one.is_settled
            and any(code.startswith(one.pattern) for code in passed)
            and not any(code.startswith(one.pattern) for code in met | others)
        )


EVERYTHING = Selection()


def require_of_a_zip(patterns: Iterable[str]) -> tuple[str, ...]:
    """The patterns in capitals. Raises UsageError for no code, and for one of `kit upload`, which is of no zip."""
    asked = tuple(patterns)
    for pattern in (one.strip().upper() for one in asked):
        stages = {entry.stage for code, entry in CATALOGUE.items() if pattern and code.startswith(pattern)}
        if stages == {Stage.UPLOAD}:
            raise UsageError(
                f"{pattern} is found by kit upload alone, which selects and ignores nothing",
                f"leave it out; kit explain {pattern} tells what can be done",
            )
    return require_codes(asked, [code for code, entry in CATALOGUE.items() if entry.stage is not Stage.UPLOAD])


def require_codes(patterns: Iterable[str], known: Sequence[str]) -> tuple[str, ...]:
    """The patterns in capitals. Raises UsageError for one that is no code and begins none."""
    asked = tuple(pattern.strip().upper() for pattern in patterns)
    for pattern in asked:
        if not pattern or not any(code.startswith(pattern) for code in known):
            raise UsageError(f"{pattern!r} is no code of the catalogue and begins none", _suggestion(pattern, known))
    return asked


def _suggestion(pattern: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only where something was mistyped

    rooms: dict[str, list[str]] = {}
    for code in sorted(known):
        rooms.setdefault(code[:3], []).append(code)
    every = ", ".join(f"{codes[0]} to {codes[-1][3:]}" if len(codes) > 1 else codes[0] for codes in rooms.values())
    close = get_close_matches(pattern, [*rooms, *sorted(known)], n=1)
    return f"{f'did you mean {close[0]}? ' if close else ''}the codes are {every}"
