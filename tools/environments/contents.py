"""What an installed environment holds: which distributions in which version, and the modules that each brings."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from tools.files import replacing

FILE = "contents.json"
LIGHT = {"tensorflow-cpu": "tensorflow"}
"""What is installed in another's stead: the same code, without what a graphics card needs."""


@dataclass(frozen=True, kw_only=True)
class Contents:
    """Distributions with their versions, and top-level modules with the distribution that brings them.

    All names of distributions are normalised. Of several that share a namespace (`google`) the one with most files
    is named. `lock` is the digest of the lock that it was built from.
    """

    lock: str
    versions: Mapping[str, str]
    modules: Mapping[str, str]

    def write(self, path: Path) -> None:
        """Write them as JSON, one name a line."""
        with replacing(path) as beside:
            beside.write_text(json.dumps(asdict(self), indent=1, sort_keys=True) + "\n", "utf-8")


def read_contents(path: Path) -> Contents | None:
    """The contents that were written to a path; None where there are none."""
    try:
        return Contents(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
