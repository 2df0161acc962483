"""The catalogue: every defect that the kit names. Importing this package enters all checks."""

from tools.checks import archive, source, environment, run, ending, output, ingestion, scoring  # noqa: F401, I001 - one judges after another
from tools.checks.finding import Evidence, Finding, Level
from tools.checks.registry import CATALOGUE, Check, Result, Stage, run_checks
from tools.checks.subject import Subject, subject_of

__all__ = [
    "CATALOGUE",
    "Check",
    "Evidence",
    "Finding",
    "Level",
    "Result",
    "Stage",
    "Subject",
    "run_checks",
    "subject_of",
]
