"""Which engine a submission runs in: the first of container, bubblewrap and process that passes its trial."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from tools.errors import SandboxError
from tools.sandbox.program import Engine, Limits
from tools.sandbox.trial import Enforced, try_out

Name = Literal["container", "bubblewrap", "process"]
ORDER: tuple[Name, ...] = ("container", "bubblewrap", "process")
ISOLATION = {
    "labels": "the reference data could be read",
    "system": "the system could be written",
    "network": "the network could be reached",
}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """An engine that passed, what it was seen to enforce, and why those before it were passed over.

    `environment` names the packages that programs find, None where they are an image's.
    """

    engine: Engine
    enforced: Enforced
    passed_over: tuple[str, ...] = ()
    environment: str | None = None


def choose(
    makers: dict[Name, Callable[[], Engine]], folder: Path, hidden: Path, limits: Limits, *, network: bool
) -> Choice:
    """Make and try the engines of `makers` in the order given, and take the first that passes.

    `hidden` is where the labels will lie. Raises SandboxError with every engine's reason where none passes.
    """
    complaints: list[SandboxError] = []
    passed_over: list[str] = []
    for name, make in makers.items():
        try:
            engine = make()
            enforced = _passed(engine, folder / name, hidden, limits, network=network)
        except SandboxError as error:
            complaints.append(error)
            passed_over.append(f"{name}: {error.what}")
            continue
        if network:
            enforced = replace(enforced, network=False)
        return Choice(engine=engine, enforced=enforced, passed_over=tuple(passed_over))
    raise SandboxError("; ".join(passed_over), complaints[-1].fix)


def _passed(engine: Engine, folder: Path, hidden: Path, limits: Limits, *, network: bool) -> Enforced:
    """What an engine was seen to enforce; one that fails its trial is let go of."""
    try:
        enforced = try_out(engine, folder, hidden, limits)
        if engine.name != "process":
            _demand(enforced, network=network)
    except BaseException:
        engine.stop()
        raise
    return enforced


def _demand(enforced: Enforced, *, network: bool) -> None:
    """Raise SandboxError where an engine that promises isolation was seen not to give it."""
    for name, complaint in ISOLATION.items():
        if getattr(enforced, name) is False and not (network and name == "network"):
            raise SandboxError(f"its trial failed: {complaint}", "report it; --engine process runs without isolation")
