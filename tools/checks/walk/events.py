"""What a walk sees: imports, calls and missing names, each with its place and whether it surely runs."""

import ast
from dataclasses import dataclass, field
from typing import Literal

from tools.checks.walk.values import Text, Value

Phase = Literal["import", "constructor", "method"]
"""Which step of the evaluator runs it: `from model import Model`, `Model()` or `.predict(X)`."""


@dataclass(frozen=True)
class Site:
    """A place in the source, and whether it surely runs: in no branch, handler or loop that may be passed by.

    `caught` says whether an exception would be caught there.
    """

    member: str
    node: ast.expr | ast.stmt
    sure: bool
    phase: Phase
    caught: bool = False

    @property
    def where(self) -> str:
        """`member:line`."""
        return f"{self.member}:{self.node.lineno}"


@dataclass(frozen=True)
class Arguments:
    """The values of a call; not `complete` where it has `*` or `**`."""

    positional: tuple[Value, ...] = ()
    named: dict[str, Value] = field(default_factory=dict)
    complete: bool = True

    def get(self, position: int, *names: str) -> Value | None:
        """The argument at a position or of a name; None where it is not written out."""
        named = next((self.named[name] for name in names if name in self.named), None)
        return self.positional[position] if 0 <= position < len(self.positional) else named

    @property
    def all(self) -> tuple[Value, ...]:
        """Every value that is written out."""
        return (*self.positional, *self.named.values())


@dataclass(frozen=True)
class Call:
    """A call of something that is not the archive's own.

    `target` is its dotted name; of a string's method `str.NAME`, of a path's `Path.NAME`, and of an unknown value's
    `?.NAME`. `working` is the working directory at that time, None where it is not known.
    """

    target: str
    receiver: Value | None
    arguments: Arguments
    site: Site
    working: Text | None


@dataclass(frozen=True)
class Import:
    """An import of a module by its absolute name, with the names that are taken out of it.

    `absent` is the part of the name at which it is not in the archive; None where it was found there. `reason` says
    what else is wrong with it.
    """

    module: str
    names: tuple[str, ...]
    absent: str | None
    site: Site
    reason: str | None = None
    is_path_known: bool = True


@dataclass(frozen=True)
class Missing:
    """A name that a module of the archive does not define."""

    module: str
    member: str
    name: str
    site: Site


@dataclass(frozen=True)
class Taken:
    """A name that is taken out of something that is not the archive's, by its dotted name."""

    owner: str
    name: str
    site: Site
