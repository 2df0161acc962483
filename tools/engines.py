"""From what the user asked for to an engine that has passed its trial: which packages, which image, which limits."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from tools.bundle import Bundle
from tools.environments import own
from tools.environments.build import build, cached
from tools.environments.installed import Installed
from tools.environments.known import Environment, environment, wanted_name
from tools.environments.requirements import chosen_environment
from tools.errors import SandboxError, UsageError
from tools.project import Container
from tools.sandbox.bubblewrap import BubblewrapEngine
from tools.sandbox.choose import ORDER, Choice, Name, choose
from tools.sandbox.container import ContainerEngine, find_client, make_sure_of
from tools.sandbox.process import ProcessEngine
from tools.sandbox.program import Engine, Limits
from tools.sandbox.scratch import Scratch

EngineName = Literal["auto", "container", "bubblewrap", "process"]


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Where programs shall run: which engine, with which environment (None: the best that is there), with network.

    `environment` is a name that the kit knows, or the path of a requirements file; `python` a path or a version.
    """

    engine: EngineName = "auto"
    environment: str | None = None
    python: Path | None = None
    network: bool = False
    container: Container = field(default_factory=Container)


def pick(wish: Wish, bundle: Bundle, scratch: Scratch, limits: Limits, say: Callable[[str], None]) -> Choice:
    """The engine that programs will run in. Raises UsageError for a wish that contradicts itself, SandboxError."""
    if wish.engine == "container" and wish.environment:
        raise UsageError(
            f"--engine container takes its packages from the bundle's image, not from {wish.environment}",
            "leave one of the two options out",
        )
    installed = _Installed(wish, bundle, scratch.path / "environment", say)

    def container() -> Engine:
        if wish.environment:
            raise SandboxError(f"--environment {wish.environment} was asked for, not the image", "leave it out")
        settings = wish.container
        client = find_client(settings.program, settings.options, settings.run_options)
        make_sure_of(client, bundle.competition.docker_image, say)
        image = bundle.competition.docker_image
        return ContainerEngine(client, image, network=wish.network, at_death=scratch.at_death)

    makers: dict[Name, Callable[[], Engine]] = {
        "container": container,
        "bubblewrap": lambda: BubblewrapEngine(installed(), network=wish.network),
        "process": lambda: ProcessEngine(installed()),
    }
    wanted = ORDER if wish.engine == "auto" else (wish.engine,)
    chosen = {name: makers[name] for name in wanted}
    hidden = scratch.path / "hidden"
    choice = choose(chosen, scratch.path / "trial", hidden, limits, network=wish.network)
    return replace(choice, environment=None if choice.engine.name == "container" else installed().name)


class _Installed:
    """The environment, found or built when an engine first asks for it."""

    def __init__(self, wish: Wish, bundle: Bundle, folder: Path, say: Callable[[str], None]) -> None:
        self.wish, self.bundle, self.folder, self.say = wish, bundle, folder, say
        self.found: Installed | None = None

    def __call__(self) -> Installed:
        if self.found is None:
            self.found = self._find()
        return self.found

    def _find(self) -> Installed:
        """The one asked for, built if need be; else the evaluator's if it is built already; else the kit's own."""
        if self.wish.environment:
            chosen = chosen_environment(self.wish.environment, python=self.wish.python)
            return build(chosen, python=self.wish.python, say=self.say)
        wanted = wanted_environment(self.bundle)
        found = cached(wanted) if wanted and wanted.lock else None
        return found or own.make(self.folder)


def wanted_environment(bundle: Bundle) -> Environment | None:
    """What the evaluator has: by the contract, or by the bundle's image; None where neither is known."""
    says = bundle.contract.environment if bundle.contract else None
    name = wanted_name(says, bundle.competition.docker_image)
    return environment(name) if name else None
