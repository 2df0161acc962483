"""Where an environment lies on this machine."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

SYSTEM = Path("/usr")


@dataclass(frozen=True, kw_only=True)
class Installed:
    """An environment's executables, and all read-only folders that a sandbox must show so that its Python starts.

    Whatever folders are given, these are real paths (no symbolic links), none inside another and none of /usr, which
    every sandbox shows.
    """

    name: str
    bin_folder: Path
    folders: tuple[Path, ...]

    def __post_init__(self) -> None:
        """Leave of the folders those that must be shown."""
        object.__setattr__(self, "bin_folder", self.bin_folder.resolve())
        object.__setattr__(self, "folders", outermost(self.folders))


def outermost(folders: Iterable[Path]) -> tuple[Path, ...]:
    """The folders without symbolic links, without those inside others, and without the system's, sorted."""
    kept: list[Path] = []
    for folder in sorted({path.resolve() for path in folders}):
        if not folder.is_relative_to(SYSTEM) and not any(folder.is_relative_to(other) for other in kept):
            kept.append(folder)
    return tuple(kept)
