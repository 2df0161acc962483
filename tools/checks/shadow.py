"""Modules of the archive that share a name with another module: which of the two an import finds."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tools.archive import Archive
from tools.checks.organiser import Organiser
from tools.checks.stdlib import ALWAYS_LOADED, LOADED_BY_NUMPY, USED_BY_LIBRARIES, standard
from tools.environments.known import Environment

Kind = Literal["standard", "installed", "organiser's"]
Found = Literal["zip", "other"]


@dataclass(frozen=True, kw_only=True)
class Clash:
    """A module at the root of the archive and what else has its name; `found` is None where reading does not tell."""

    name: str
    member: str
    kind: Kind
    found: Found | None


def clashes(archive: Archive, environment: Environment | None, organiser: Organiser | None) -> Iterator[Clash]:
    """The archive's modules that are not alone with their name."""
    for name, member in _modules(archive):
        if organiser and name in organiser.modules:
            yield Clash(name=name, member=member, kind="organiser's", found=_beside(name, organiser))
        elif environment and name in standard(environment.python):
            yield Clash(name=name, member=member, kind="standard", found=_standard(name, organiser))
        elif environment and environment.modules and name in environment.modules:
            yield Clash(name=name, member=member, kind="installed", found=_beside(name, organiser))


def outranked_folders(archive: Archive, environment: Environment | None) -> frozenset[str]:
    """Folders without __init__.py that have the name of a standard or installed module: an import passes them by."""
    if environment is None:
        return frozenset()
    others = standard(environment.python) | (environment.modules or {}).keys()
    regular = {name for name, _ in _modules(archive)}
    folders = {member.name.partition("/")[0] for member in archive.members if "/" in member.name}
    return frozenset((folders & others) - regular)


def _modules(archive: Archive) -> Iterator[tuple[str, str]]:
    for member in archive.members:
        folder, slash, base = member.name.partition("/")
        if not slash and folder.endswith(".py"):
            yield folder.removesuffix(".py"), member.name
        elif base == "__init__.py":
            yield folder, member.name


def _beside(name: str, organiser: Organiser | None) -> Found | None:
    """Installed packages, and what lies beside the ingestion program, come before what is added at the end."""
    if organiser is None or organiser.submission is None:
        return None
    return "other" if name in organiser.loaded or organiser.submission == "last" else "zip"


def _standard(name: str, organiser: Organiser | None) -> Found | None:
    if name in ALWAYS_LOADED:
        return "other"
    if organiser is None:
        return None
    has_numpy = "numpy" in organiser.loaded
    if name in organiser.loaded or (has_numpy and name in LOADED_BY_NUMPY) or organiser.submission == "last":
        return "other"
    if organiser.submission is None or (has_numpy and name in USED_BY_LIBRARIES):
        return None
    return "zip"
