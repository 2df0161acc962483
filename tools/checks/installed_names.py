"""ENV: names that the entry takes out of installed packages, against the versions that the evaluator has."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from tools.checks.finding import ERROR, Evidence
from tools.checks.python_source import LIMIT_BYTES
from tools.checks.registry import check
from tools.checks.source import AFTER_PARSING
from tools.checks.subject import Subject
from tools.checks.walk.events import Site
from tools.contract import Contract
from tools.environments.api.names import KERAS, Record, distribution_of, record_of, recorded_package
from tools.environments.known import Environment

LEGACY = b"TF_USE_LEGACY_KERAS"
OTHER_KERAS = re.compile(r"\b(compat|tensorflow\.python|tf_keras|keras\.(src|api))\b")
"""Modules that the walk calls by the name of Keras after a dot, though they have names of their own."""


@dataclass(frozen=True)
class Use:
    """A name that is taken out of a module; `exact` where the module is called what it is called in the source."""

    module: str
    name: str
    site: Site
    exact: bool


@check(
    "ENV005",
    "an installed package is too old or too new for a name that model.py imports",
    level=ERROR,
    fix="write what that version has (np.float -> float), or put the function into the zip; try it: kit evaluate",
    source="codabench.md 4, row 17; measured: python -m tools.environments.api.record",
    after=AFTER_PARSING,
)
def name_of_another_version(subject: Subject, _contract: Contract) -> Iterator[Evidence]:
    """The import raises ImportError, or the line AttributeError, though the same line works at home.

    Packages gain names and lose names. Which are in the evaluator's version was looked up in that version, or in an
    older and a newer one that agree. What is guarded by try, hasattr or a test of the version is not meant.
    """
    environment = subject.environment
    if environment is None or _replaces_modules(subject):
        return
    told: set[tuple[str, str]] = set()
    for use in _uses(subject):
        found = _absent(use, environment)
        if found is None or (found.module, found.name) in told or (_is_keras(use) and _is_other_keras(subject, use)):
            continue
        told.add((found.module, found.name))
        yield Evidence(_told(found, environment), use.site.where)


def _uses(subject: Subject) -> Iterator[Use]:
    """What surely runs: imports as they are written, then attributes."""
    walker = subject.walk
    for one in walker.imports:
        if not one.site.sure or one.absent != one.module.partition(".")[0]:
            continue
        parts = one.module.split(".")
        for number in range(1, len(parts)):
            yield Use(".".join(parts[:number]), parts[number], one.site, exact=True)
        yield from (Use(one.module, name, one.site, exact=True) for name in one.names)
    for taken in walker.taken:
        is_import = isinstance(taken.site.node, ast.ImportFrom)
        if taken.site.sure and not is_import and f"{taken.owner}.{taken.name}" not in walker.given:
            yield Use(taken.owner, taken.name, taken.site, exact=False)


def _absent(use: Use, environment: Environment) -> Record | None:
    """The record of a name that the evaluator's version surely lacks.

    After a dot the walk calls TensorFlow's Keras by the name of the other: then neither may have it.
    """
    found = record_of(use.module, use.name)
    if found and _is_keras(use) and not use.exact:
        beside = record_of(f"tensorflow.{use.module}", use.name)
        if beside is None or _there(beside, environment) is not False:
            return None
    return found if found and _there(found, environment) is False else None


def _is_keras(use: Use) -> bool:
    return recorded_package(use.module) in ("keras", KERAS)


def _is_other_keras(subject: Subject, use: Use) -> bool:
    """Whether Keras may be another one than its name says: Keras 2 in its place, or after a dot one of the copies."""
    walker = subject.walk
    members = [module.member for module in walker.modules.values() if module.member.endswith(".py")]
    if any(LEGACY in subject.archive.read(member, limit_bytes=LIMIT_BYTES) for member in members):
        return True
    if use.exact:
        return False
    names = [one.module for one in walker.imports] + [f"{one.owner}.{one.name}" for one in walker.taken]
    return any(OTHER_KERAS.search(name) for name in names)


def _there(record: Record, environment: Environment) -> bool | None:
    package = recorded_package(record.module)
    version = environment.stated.get(distribution_of(package)) if package else None
    return record.there(version) if version else None


def _told(record: Record, environment: Environment) -> str:
    package = recorded_package(record.module)
    assert package
    distribution = distribution_of(package)
    version = environment.stated[distribution]
    return f"{distribution} {version} there has no {record.module}.{record.name}, {record.relation(version)}"


def _replaces_modules(subject: Subject) -> bool:
    """Whether the entry puts modules of its own in the place of installed ones."""
    return any(taken.owner == "sys" and taken.name == "modules" for taken in subject.walk.taken)
