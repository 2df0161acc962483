"""What was measured in each version: the operations of TensorFlow, the classes of Keras with the arguments they take.

Both tables are written by `tests/tools/models/versions/tabulate.py` from real environments. A version that was not
measured is judged by the nearest ones below and above: what one of them knows counts as known.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from packaging.version import InvalidVersion, Version

HERE = Path(__file__).parent
CLASS, ANY, LAYER = "*", "**", "+"
"""What stands beside the arguments: the class itself, that it lets any argument pass, that it is a public layer."""


@dataclass(frozen=True)
class Table:
    """For each name and each thing of it, in which of the versions (a bit each, the first the lowest) it was found."""

    versions: tuple[Version, ...]
    found: Mapping[str, Mapping[str, int]]

    def nearest(self, version: Version) -> int:
        """The bits of the versions that stand for one: itself, else its neighbours of the same major version.

        0 where it is older than all that were measured, or newer than all by more than a patch.
        """
        alike = [known for known in self.versions if known.major == version.major]
        same = [known for known in alike if known.release[:2] == version.release[:2]]
        below = [known for known in alike if known <= version]
        above = [known for known in alike if known >= version]
        if not same and not (below and above):
            return 0
        chosen = same or [below[-1], above[0]]
        return sum(1 << self.versions.index(known) for known in chosen)

    def first(self, name: str, thing: str = CLASS) -> Version | None:
        """The first version that has it; None where none has."""
        bits = self.found.get(name, {}).get(thing, 0)
        return next((version for place, version in enumerate(self.versions) if bits >> place & 1), None)


@cache
def operations() -> Table:
    """TensorFlow's operations."""
    return _table("operations.json")


@cache
def keras_classes() -> Table:
    """Keras' classes, and as their things the arguments that each takes from a file."""
    return _table("keras_classes.json")


def version_of(text: str | None) -> Version | None:
    """A version that was written somewhere; None where it is none."""
    try:
        return Version(text) if text else None
    except InvalidVersion:
        return None


def _table(name: str) -> Table:
    """A file of {"versions": [...], "found": {name: {bits in hex: "thing thing ..."}}}."""
    data = json.loads((HERE / name).read_text("utf-8"))
    found = {
        name: {thing: int(bits, 16) for bits, things in groups.items() for thing in things.split()}
        for name, groups in data["found"].items()
    }
    return Table(tuple(map(Version, data["versions"])), found)
