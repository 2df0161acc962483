"""The evaluators' environments that the kit knows: one YAML of facts each, beside this module, and its lock.

The lock pins every package of the environment with its hashes, and NAME.contents.json tells what it installs;
`python -m tools.environments.lock NAME` writes both. An environment without a lock is only compared with, and cannot be
built.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

import yaml

from tools.environments.contents import Contents, read_contents
from tools.environments.pins import digest, normalised, pins
from tools.errors import UsageError

HERE = Path(__file__).parent
REGISTRY = "docker.io/"


@dataclass(frozen=True, kw_only=True, eq=False)
class Environment:
    """An evaluator's Python (major, minor) and the versions of the packages that matter, with their source.

    `unpinned` names packages that it has in a version that is not known; `as_of` is the day (YYYY-MM-DD) whose newest
    versions the lock takes for those and for what the packages need, None for today's. `perhaps` are modules that it
    may have besides, in a version that nobody states. `images` are the container images that it stands for, `lock` its
    file of pins, None where there is none, and `contents_path` the file that tells what the lock installs. A user's own
    has `requirements`, the file that is resolved into `lock_to_be` before it is built.
    """

    name: str
    python: tuple[int, int]
    packages: dict[str, str]
    source: str
    unpinned: tuple[str, ...] = ()
    perhaps: frozenset[str] = frozenset()
    as_of: str | None = None
    images: tuple[str, ...] = ()
    lock: Path | None = None
    contents_path: Path | None = None
    requirements: Path | None = None
    lock_to_be: Path | None = None

    def __post_init__(self) -> None:
        """Refuse a version that YAML has read as a number: 1.10 would be 1.1."""
        for package, version in self.packages.items():
            if not isinstance(version, str):
                raise ValueError(f"{self.name}: the version of {package} is {version!r}, not a text: quote it")

    def with_lock(self, lock: Path, *, contents_path: Path | None = None) -> "Environment":
        """The same with a lock of its own."""
        return replace(self, lock=lock, contents_path=contents_path)

    @cached_property
    def contents(self) -> Contents | None:
        """What its lock installs on Linux; None where that was not recorded, or of another lock."""
        found = read_contents(self.contents_path) if self.contents_path and self.lock else None
        return found if found and self.lock and found.lock == digest(self.lock) else None

    @cached_property
    def versions(self) -> dict[str, str]:
        """Every package that it is known to have (its normalised name) and the version.

        What the lock installs in another's stead is there under both names; what has no known version is not there.
        """
        facts = {normalised(package): version for package, version in self.packages.items()}
        locked = self.contents.versions if self.contents else pins(self.lock.read_text("utf-8")) if self.lock else {}
        unknown = {normalised(package) for package in self.unpinned}
        return {package: version for package, version in locked.items() if package not in unknown} | facts

    @cached_property
    def stated(self) -> dict[str, str]:
        """The packages whose versions are sure: those of the facts; of a user's own file all that it resolves to."""
        if self.requirements:
            return self.versions
        return {normalised(package): version for package, version in self.packages.items()}

    @cached_property
    def modules(self) -> Mapping[str, str] | None:
        """Every top-level module that its packages install, and the package's normalised name; None where unknown."""
        return self.contents.modules if self.contents else None


def names() -> tuple[str, ...]:
    """The names that `environment` can have."""
    return tuple(sorted(path.stem for path in HERE.glob("*.yaml")))


@cache
def environment(name: str) -> Environment:
    """An environment by its name. Raises UsageError for one that is not known."""
    if name not in names():
        raise UsageError(f"there is no environment {name!r}", f"one of: {', '.join(names())}; or a requirements file")
    facts = yaml.safe_load((HERE / f"{name}.yaml").read_text("utf-8"))
    major, minor = (int(part) for part in facts["python"].split("."))
    lock = lock_path(name)
    return Environment(
        name=name,
        python=(major, minor),
        packages=facts["packages"],
        source=facts["source"],
        unpinned=tuple(facts.get("unpinned", ())),
        perhaps=_perhaps(facts.get("perhaps", [])),
        as_of=facts.get("as_of"),
        images=tuple(facts.get("images", ())),
        lock=lock if lock.is_file() else None,
        contents_path=contents_path(name),
    )


def _perhaps(told: str | list[str]) -> frozenset[str]:
    """A list of modules, or the name of a file beside this one with a module a line."""
    return frozenset(told if isinstance(told, list) else (HERE / told).read_text("utf-8").split())


def lock_path(name: str) -> Path:
    """Where the lock of an environment is, or would be."""
    return HERE / f"{name}.lock"


def contents_path(name: str) -> Path:
    """Where it is told what the lock of an environment installs, or would be."""
    return HERE / f"{name}.contents.json"


def wanted_name(contract_says: str | None, image: str | None) -> str | None:
    """The name of what the evaluator has: by the contract, or by the bundle's image; None where neither is known."""
    if contract_says:
        return contract_says
    found = environment_of_image(image) if image else None
    return found.name if found else None


def environment_of_image(image: str) -> Environment | None:
    """The environment that stands for a container image (a bundle's docker_image), None where there is none."""
    plain = image.strip().removeprefix(REGISTRY).partition("@")[0]
    return next((known for known in map(environment, names()) if plain in known.images), None)
