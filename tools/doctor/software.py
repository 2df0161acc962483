"""What the kit runs with: Python, uv, and its packages by their metadata (nothing of them is imported)."""

import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement

from tools.doctor.fact import Fact, error, ok, warning
from tools.doctor.system import System
from tools.environments.errors import NotBuiltError
from tools.environments.uv_program import uv_path
from tools.setup import SUPPORTED

KIT = "codabench-submission-kit"
SHOWN = ("tensorflow", "keras", "numpy", "scikit-learn", "h5py", "pydantic", "rich")
ANSWER_S = 5
SETUP = "make setup  # in the kit's folder"


def python_fact(system: System) -> Fact:
    """The interpreter that the kit runs in."""
    told = f"{'.'.join(map(str, sys.version_info[:3]))} ({sys.executable})"
    wanted = ", ".join(f"{major}.{minor}" for major, minor in SUPPORTED)
    if sys.version_info[:2] not in SUPPORTED:
        mend = (*system.install("python3.12", brew="python@3.12"), SETUP)
        return error("python", f"{told}; one of {wanted} is wanted", *mend)
    return ok("python", told, version=list(sys.version_info[:3]))


def uv_fact() -> Fact:
    """The program that builds environments."""
    try:
        path = uv_path()
        told = subprocess.run([path, "--version"], capture_output=True, text=True, check=True, timeout=ANSWER_S)  # noqa: S603
    except NotBuiltError as missing:
        return warning("uv", missing.what, SETUP)
    except (OSError, subprocess.SubprocessError) as broken:
        return warning("uv", f"it does not start: {broken}", SETUP)
    return ok("uv", f"{' '.join(told.stdout.split()[:2])} ({path})", path=path)


def packages_fact() -> Fact:
    """The kit's own packages: those that are missing or of another version than it asks for."""
    wrong = list(_wrong())
    told = ", ".join(f"{name} {found}" for name in SHOWN if (found := _version(name)))
    versions = {name: _version(name) for name in SHOWN}
    if wrong:
        return error("packages", f"{'; '.join(wrong)}", SETUP, versions=versions)
    return ok("packages", told, versions=versions)


def _wrong() -> Iterator[str]:
    """A sentence for each package that is not as the kit asks."""
    try:
        asked = [Requirement(line) for line in requires(KIT) or ()]
    except PackageNotFoundError:
        yield f"{KIT} itself is not installed"
        return
    for one in asked:
        if one.marker and not one.marker.evaluate({"extra": ""}):
            continue
        found = _version(one.name)
        if found is None:
            yield f"{one.name} is missing"
        elif not one.specifier.contains(found, prereleases=True):
            yield f"{one.name} {found} is there, {one.specifier} is wanted"


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
