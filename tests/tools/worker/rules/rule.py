"""One rule of the platform: what it does there, what the kit does, and where that is looked at."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.tools.worker.rules.scene import Scene
from tests.tools.worker.rules.seen import Seen

ENGINES = ("container", "bubblewrap", "process")


@dataclass(frozen=True)
class Instead:
    """What an engine does that cannot do as the platform does: in a few words, and what is seen of it."""

    words: str
    expect: Any


@dataclass(frozen=True, kw_only=True, eq=False)
class Rule:
    """A rule of codabench.md, and its proof: `look` at a task of a scene gives `expect` in every engine.

    `source` is the section, `rule` what the platform does, `kit` what the kit does: "yes" where that is the same.
    `instead` holds the engines that differ, `broken` those in which the kit is known not to do what it should,
    `untried` those that are left out, each with words for the page. An expectation that is a function is called first.
    """

    code: str
    source: str
    rule: str
    kit: str = "yes"
    scene: Scene
    task: str | None = None
    look: Callable[[Seen], Any]
    expect: Any
    instead: Mapping[str, Instead] = field(default_factory=dict)
    broken: Mapping[str, str] = field(default_factory=dict)
    untried: Mapping[str, str] = field(default_factory=dict)

    @property
    def engines(self) -> tuple[str, ...]:
        """The engines that it is tried in."""
        return tuple(engine for engine in ENGINES if engine not in self.untried)

    def expected(self, engine: str) -> Any:
        """What is to be seen in an engine."""
        wanted = self.instead[engine].expect if engine in self.instead else self.expect
        return wanted() if callable(wanted) else wanted

    def cell(self, engine: str) -> str:
        """What the page says of an engine."""
        if engine in self.untried:
            return f"not tried: {self.untried[engine]}"
        if engine in self.broken:
            return f"not yet: {self.broken[engine]}"
        return self.instead[engine].words if engine in self.instead else self.kit
