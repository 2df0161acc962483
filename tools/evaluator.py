"""The evaluator whom a zip is built for: asked in its environment where that is there, else judged by what was read.

What it does not do: it builds an environment only when one was asked for.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tools.bundle import Bundle
from tools.checks import Level, Result
from tools.engines import Wish, wanted_environment
from tools.environments.build import build, cached
from tools.environments.installed import Installed
from tools.environments.known import Environment
from tools.environments.requirements import chosen_environment
from tools.errors import KitError
from tools.worker.probe_report import ProbeReport

MISSING = re.compile(r"ModuleNotFoundError: No module named '([^'.]+)")
LONGEST = 200
OPENING = ("import", "construct", "predict")


class BuildError(KitError):
    """The zip could be written, but does not do what it was made for."""

    exit_code = 1


@dataclass(frozen=True, kw_only=True)
class Evaluator:
    """The evaluator's environment, None where unknown, and where it is installed, None where it is not."""

    environment: Environment | None
    installed: Installed | None
    asked_for: str | None = None

    @property
    def name(self) -> str | None:
        """As `--environment` takes it."""
        return self.asked_for or (self.environment.name if self.environment else None)

    def may_have(self, report: ProbeReport) -> bool:
        """Whether the entry only lacks a module that the evaluator may have, though the kit's copy of it has not."""
        missing = MISSING.search(report.error.text) if report.error else None
        return bool(missing and self.environment and missing[1] in self.environment.perhaps)


def evaluator_of(wish: Wish, bundle: Bundle, say: Callable[[str], None]) -> Evaluator:
    """The evaluator that was asked for, built if need be; else the bundle's, as it is.

    Raises UsageError for an unknown name, and as `build` does.
    """
    if wish.environment:
        chosen = chosen_environment(wish.environment, python=wish.python)
        installed = build(chosen, python=wish.python, say=say)
        return Evaluator(environment=chosen, installed=installed, asked_for=wish.environment)
    wanted = wanted_environment(bundle)
    return Evaluator(environment=wanted, installed=cached(wanted) if wanted else None)


def refuse_by_running(report: ProbeReport, evaluator: Evaluator) -> None:
    """Raise BuildError where the entry came to no answer in the evaluator's environment."""
    if report.error is None and report.reached not in OPENING:
        return
    told = report.error.text.strip() if report.error else report.complaint or "it gave no answer"
    where = f" ({report.error.where})" if report.error and report.error.where else ""
    raise BuildError(
        f"{evaluator.name} cannot open the zip: {told.splitlines()[0][:LONGEST]}{where}", _way_out(report, evaluator)
    )


def _way_out(report: ProbeReport, evaluator: Evaluator) -> str:
    missing = MISSING.search(report.error.text) if report.error else None
    if missing:
        return f"do without {missing[1]}, or put it into the zip if it is a module of yours; nothing was written"
    packages = evaluator.environment.packages if evaluator.environment else {}
    told = [f"{name} {packages[name]}" for name in ("tensorflow", "keras") if name in packages]
    return f"save the model under {' and '.join(told) or 'its versions'}, or another way; nothing was written"


def refuse_by_reading(result: Result, evaluator: Evaluator) -> None:
    """Raise BuildError for what was found in the model's files and imports against the evaluator's packages."""
    found = [one for one in result.findings if one.code.startswith("ENV") and one.level is Level.ERROR]
    for one in found:
        where = f" ({one.where})" if one.where else ""
        raise BuildError(
            f"{evaluator.name} cannot open the zip: {one.code}, {one.title}: {one.evidence[0]}{where}",
            f"{one.fix}; nothing was written; to see for yourself: kit build ... --environment {evaluator.name}",
        )
