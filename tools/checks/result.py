"""What a series of checks gave: findings, those that were ignored, codes that passed, codes that were not reached."""

from dataclasses import dataclass

from tools.checks.finding import Finding, Level


@dataclass(frozen=True)
class Ignored:
    """A finding that the user does not want to be stopped by, and the reason given."""

    finding: Finding
    reason: str


@dataclass(frozen=True, kw_only=True)
class Result:
    """Findings in the catalogue's order, codes that passed, and codes not reached.

    `ignored` are kept apart from the findings and count for nothing. `stopped_by` holds pairs: a code that was not
    reached, and the code of a finding that made it moot.
    """

    findings: tuple[Finding, ...] = ()
    passed: tuple[str, ...] = ()
    not_reached: tuple[str, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    stopped_by: tuple[tuple[str, str], ...] = ()

    def failed(self, *, strict: bool = False) -> bool:
        """Whether a finding stops an upload; with `strict` a warning does, too."""
        grave = (Level.ERROR, Level.WARNING) if strict else (Level.ERROR,)
        return any(finding.level in grave for finding in self.findings)

    def __add__(self, other: "Result") -> "Result":
        """Join two stages, or the tasks of one."""
        return Result(
            findings=self.findings + other.findings,
            passed=self.passed + other.passed,
            not_reached=self.not_reached + other.not_reached,
            ignored=self.ignored + other.ignored,
            stopped_by=self.stopped_by + other.stopped_by,
        )


NOTHING = Result()
