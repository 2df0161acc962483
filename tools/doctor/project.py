"""What the kit would evaluate with here: the settings, the competition's bundle, and its environment."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from tools.bundle import Bundle, open_bundle
from tools.doctor.fact import Fact, error, ok, warning
from tools.engines import wanted_environment
from tools.environments.build import cached
from tools.environments.known import Environment
from tools.environments.version import dotted
from tools.errors import KitError
from tools.project import Container, ProjectSettings, read_settings

DEFAULT_IMAGE = "codalab/codalab-legacy:py37"


@dataclass(frozen=True, kw_only=True)
class Project:
    """What was settled and could be read; `facts` tell what could not."""

    facts: tuple[Fact, ...]
    container: Container
    image: str
    environment: Environment | None


def look_at_project(start: Path | None = None) -> Project:
    """Read the settings that hold in a folder, and open the bundle that they name."""
    try:
        settings = read_settings(start)
        told = ok("settings", _said(settings))
    except KitError as broken:
        settings, told = ProjectSettings(), error("settings", broken.what, broken.fix)
    bundle, opened = _bundle(settings)
    facts = [told, opened]
    known = None
    if bundle:
        try:
            known = wanted_environment(bundle)
            facts.append(_environment(known))
        except KitError as unknown:
            facts.append(warning("environment", unknown.what, unknown.fix))
    return Project(
        facts=tuple(facts),
        container=settings.container,
        image=bundle.competition.docker_image if bundle else DEFAULT_IMAGE,
        environment=known,
    )


def _said(settings: ProjectSettings) -> str:
    said = sorted(settings.model_fields_set)
    return f"valid: {', '.join(said)}" if said else "none: the defaults hold"


def _bundle(settings: ProjectSettings) -> tuple[Bundle | None, Fact]:
    """The bundle, opened and let go of, with a word on it."""
    try:
        with tempfile.TemporaryDirectory(prefix="kit-") as scratch:
            bundle = open_bundle(settings.bundle, Path(scratch))
    except (KitError, OSError) as broken:
        fix = getattr(broken, "fix", "check its path and permissions")
        return None, error("bundle", str(getattr(broken, "what", broken)), str(fix))
    named = f"{bundle.competition.title} ({settings.bundle or 'comes with the kit'})"
    if bundle.refusals:
        return bundle, warning("bundle", f"{named}: the platform would refuse it", "kit evaluate --list")
    return bundle, ok("bundle", named)


def _environment(known: Environment | None) -> Fact:
    if known is None:
        return warning("environment", "neither contract nor image tell what the evaluator has", "kit evaluate --list")
    version = dotted(known.python)
    if known.lock is None:
        return warning("environment", f"{known.name} (Python {version}) is not locked, and so cannot be built")
    if found := cached(known):
        return ok("environment", f"{known.name} (Python {version}) is built", folder=str(found.bin_folder.parent))
    told = f"{known.name} (Python {version}) is not built: the kit's own packages are used, with ENV001"
    return warning("environment", told, f"kit evaluate submission.zip --environment {known.name}  # builds it first")
