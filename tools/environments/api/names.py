"""In which versions of a package a name was there: the record of those that are not the same in all versions seen."""

import json
import lzma
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

FILE = Path(__file__).with_name("names.json.xz")
KERAS = "tensorflow.keras"
UNKNOWN = "?"
DISTRIBUTIONS = {"sklearn": "scikit-learn", "PIL": "pillow", KERAS: "keras"}


@dataclass(frozen=True, kw_only=True)
class Record:
    """A name of a module, and for each version that was looked at, from old to new, whether it was there.

    None stands for a version that does not have the module, or where nobody could tell.
    """

    module: str
    name: str
    seen: dict[str, bool | None]

    def there(self, version: str) -> bool | None:
        """Whether a version has it: as seen, or between two seen that agree; None where that is not known."""
        if version in self.seen:
            return self.seen[version]
        try:
            wanted = Version(version)
        except InvalidVersion:
            return None
        older = [there for seen, there in self.seen.items() if Version(seen) < wanted]
        newer = [there for seen, there in self.seen.items() if Version(seen) > wanted]
        return older[-1] if older and newer and older[-1] == newer[0] else None

    def relation(self, version: str) -> str:
        """When a version that lacks it would have had it: before, or later."""
        wanted = Version(version)
        had = [seen for seen, there in self.seen.items() if there and Version(seen) < wanted]
        if had:
            return f"last seen in {had[-1]}"
        return f"first seen in {next(seen for seen, there in self.seen.items() if there)}"


def recorded_package(module: str) -> str | None:
    """The package under which names of a module are recorded; None for one that nobody looked at."""
    if module == KERAS or module.startswith(f"{KERAS}."):
        return KERAS
    package = module.partition(".")[0]
    return package if package in _table() else None


def distribution_of(package: str) -> str:
    """The distribution by whose version names of a package are recorded."""
    return DISTRIBUTIONS.get(package, package)


def record_of(module: str, name: str) -> Record | None:
    """The record of a name; None where it is the same in all versions seen, or in none."""
    package = recorded_package(module)
    pattern = _by_name(module).get(name) if package else None
    if package is None or pattern is None:
        return None
    versions = _table()[package]["versions"]
    seen = {one: None if there == UNKNOWN else there == "1" for one, there in zip(versions, pattern, strict=True)}
    return Record(module=module, name=name, seen=seen)


@cache
def _by_name(module: str) -> dict[str, str]:
    package = recorded_package(module)
    grouped = _table()[package]["modules"].get(module, {}) if package else {}
    return {name: pattern for pattern, some in grouped.items() for name in some}


@cache
def _table() -> dict[str, Any]:
    return dict(json.loads(lzma.decompress(FILE.read_bytes())))
