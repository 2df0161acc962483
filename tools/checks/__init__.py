"""The catalogue: every defect that the kit names. Importing this package enters all checks, in the order of codes."""

from tools.checks import archive, source, environment, run, output  # noqa: F401, I001 - the catalogue's order
from tools.checks.finding import Evidence, Finding, Level
from tools.checks.registry import CATALOGUE, Check, Result, Stage, run_checks

__all__ = ["CATALOGUE", "Check", "Evidence", "Finding", "Level", "Result", "Stage", "run_checks"]
