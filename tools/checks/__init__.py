"""The catalogue: every defect that the kit names. Importing this package enters all checks."""

from tools.checks import (  # noqa: F401, I001 - one judges after another
    archive,
    member_names,
    junk,
    metadata,
    size,
    leaks,
    ballast,
    source,
    imports,
    files,
    fetched,
    undefined,
    at_import,
    installed_names,
    keras_version,
    custom_objects,
    operations,
    environment,
    run,
    ending,
    behaviour,
    output,
    other_calls,
    accuracy,
    ingestion,
    scoring,
    upload,
)
from tools.checks.finding import Evidence, Finding, Level
from tools.checks.registry import CATALOGUE, Check, Stage, run_checks
from tools.checks.result import Result
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
