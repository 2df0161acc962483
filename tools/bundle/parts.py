"""The programs and data sets that competition.yaml names: where each is, and putting it in its place."""

import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tools.bundle.storage import Kind, Size, Storage, inside

Where = Kind | Literal["platform", "missing", "outside"]
"""What a value names: a folder, zip or file of the bundle, a key of the platform's, nothing, or a path out of it."""


@dataclass(frozen=True)
class Parts:
    """Looks values of competition.yaml up in the bundle, as the platform does: first as a path, then as a key."""

    storage: Storage

    def where(self, value: str) -> Where:
        """What a value names."""
        name = inside(value)
        if name is not None and (kind := self.storage.kind(name)):
            return kind
        if self.is_key(value):
            return "platform"
        return "outside" if name is None else "missing"

    def problem(self, value: str) -> str | None:
        """What is wrong with a program or data set, to go behind its key; None for a folder, a zip or a key."""
        said = f'Cannot find dataset: "{value}"'
        return {
            "missing": f" is {value!r}, which is not in the bundle: {said}",
            "outside": f" is {value!r}, which is no path in the bundle: {said}",
            "file": f" is {value!r}, which is neither a folder nor a zip: Bad or empty zip file",
        }.get(self.where(value))

    def is_key(self, value: str) -> bool:
        """Whether a text can be a key on the platform."""
        try:
            uuid.UUID(value)
        except ValueError:
            return False
        return True

    def read(self, value: str, limit_bytes: int) -> bytes | None:
        """The start of a file; None where there is none."""
        name = inside(value)
        return None if name is None else self.storage.read(name, limit_bytes)

    def size(self, value: str) -> Size | None:
        """How much a folder or zip holds; None for anything else."""
        return self.storage.size(inside(value) or "") if self.where(value) in ("folder", "zip") else None

    def unpack(self, value: str, into: Path) -> None:
        """Put a folder's or zip's contents into a folder. Raises DamagedError or PartError."""
        self.storage.unpack(inside(value) or "", into)
