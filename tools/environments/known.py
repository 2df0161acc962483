"""The evaluators' environments that the kit knows: one YAML file each, beside this module."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from tools.errors import UsageError

HERE = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class Environment:
    """An evaluator's Python (major, minor) and the versions of the packages that matter, with their source."""

    name: str
    python: tuple[int, int]
    packages: dict[str, str]
    source: str


def names() -> tuple[str, ...]:
    """The names that `environment` can have."""
    return tuple(sorted(path.stem for path in HERE.glob("*.yaml")))


@cache
def environment(name: str) -> Environment:
    """An environment by its name. Raises UsageError for one that is not known."""
    path = HERE / f"{name}.yaml"
    if name not in names():
        raise UsageError(f"there is no environment {name!r}", f"one of: {', '.join(names())}")
    facts = yaml.safe_load(path.read_text("utf-8"))
    major, minor = (int(part) for part in facts["python"].split("."))
    return Environment(name=name, python=(major, minor), packages=facts["packages"], source=facts["source"])


def python_version(name: str) -> tuple[int, int]:
    """The Python (major, minor) of an environment."""
    return environment(name).python
