"""The evaluators' environments that the kit knows: one YAML of facts each, beside this module, and its lock.

The lock pins every package of the environment with its hashes; `python -m tools.environments.lock NAME` writes it. An
environment without one is only compared with, and cannot be built.
"""

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import yaml

from tools.environments.pins import normalised, pins
from tools.errors import UsageError

HERE = Path(__file__).parent
REGISTRY = "docker.io/"


@dataclass(frozen=True, kw_only=True, eq=False)
class Environment:
    """An evaluator's Python (major, minor) and the versions of the packages that matter, with their source.

    `unpinned` names packages that it has in a version that is not known; `as_of` is the day (YYYY-MM-DD) whose newest
    versions the lock takes for those and for what the packages need, None for today's. `images` are the container
    images that it stands for, `lock` its file of pins, None where there is none.
    """

    name: str
    python: tuple[int, int]
    packages: dict[str, str]
    source: str
    unpinned: tuple[str, ...] = ()
    as_of: str | None = None
    images: tuple[str, ...] = ()
    lock: Path | None = None

    def __post_init__(self) -> None:
        """Refuse a version that YAML has read as a number: 1.10 would be 1.1."""
        for package, version in self.packages.items():
            if not isinstance(version, str):
                raise ValueError(f"{self.name}: the version of {package} is {version!r}, not a text: quote it")

    @cached_property
    def versions(self) -> dict[str, str]:
        """Every package that it is known to have (its normalised name) and the version: the lock's, else the facts'."""
        facts = {normalised(package): version for package, version in self.packages.items()}
        return (pins(self.lock.read_text("utf-8")) if self.lock else {}) | facts


def names() -> tuple[str, ...]:
    """The names that `environment` can have."""
    return tuple(sorted(path.stem for path in HERE.glob("*.yaml")))


@cache
def environment(name: str) -> Environment:
    """An environment by its name. Raises UsageError for one that is not known."""
    if name not in names():
        raise UsageError(f"there is no environment {name!r}", f"one of: {', '.join(names())}")
    facts = yaml.safe_load((HERE / f"{name}.yaml").read_text("utf-8"))
    major, minor = (int(part) for part in facts["python"].split("."))
    lock = lock_path(name)
    return Environment(
        name=name,
        python=(major, minor),
        packages=facts["packages"],
        source=facts["source"],
        unpinned=tuple(facts.get("unpinned", ())),
        as_of=facts.get("as_of"),
        images=tuple(facts.get("images", ())),
        lock=lock if lock.is_file() else None,
    )


def lock_path(name: str) -> Path:
    """Where the lock of an environment is, or would be."""
    return HERE / f"{name}.lock"


def environment_of_image(image: str) -> Environment | None:
    """The environment that stands for a container image (a bundle's docker_image), None where there is none."""
    plain = image.strip().removeprefix(REGISTRY).partition("@")[0]
    return next((known for known in map(environment, names()) if plain in known.images), None)
