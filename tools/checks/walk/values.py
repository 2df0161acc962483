"""What an expression can stand for, as far as reading tells. Anything else is UNKNOWN."""

import ast
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from tools.checks.python_source import UNKNOWN, Unknown

LONGEST = 4096
DEEPEST = 3


class Anchor(Enum):
    """The folder that a path begins at, where it is not written in the text: nothing says where these lie."""

    NONE = ""
    SUBMISSION = "the folder of model.py"
    WORKING = "the working directory"


@dataclass(frozen=True)
class Text:
    """A string, or with `is_path` a pathlib.Path. With an anchor, that folder's absolute path comes before the text."""

    text: str
    anchor: Anchor = Anchor.NONE
    is_path: bool = False


@dataclass(frozen=True)
class Constant:
    """A value that is written in the source and is no string."""

    value: object


@dataclass(frozen=True)
class Items:
    """A list, tuple or set; only what is `fixed`, a tuple, surely has these values and no others."""

    values: tuple["Value", ...]
    fixed: bool = True

    @cached_property
    def depth(self) -> int:
        """How many of them are inside one another."""
        return 1 + max((_depth(value) for value in self.values), default=0)


@dataclass(frozen=True)
class Table:
    """A dict with constant keys."""

    pairs: tuple[tuple[object, "Value"], ...]

    @cached_property
    def depth(self) -> int:
        """How many of them are inside one another."""
        return 1 + max((_depth(value) for _, value in self.pairs), default=0)


@dataclass(frozen=True)
class Outside:
    """Something that is not of the archive, by its dotted name; what a call of it gives is named with `()`."""

    name: str


@dataclass(frozen=True)
class Method:
    """An attribute of a value, about to be called."""

    receiver: "Value"
    name: str


@dataclass(eq=False)
class Module:
    """A module of the archive. In an `open` one other names may be defined than those seen."""

    name: str
    member: str
    is_package: bool
    names: dict[str, "Value"] = field(default_factory=dict)
    open: bool = False
    finished: bool = False
    surely: bool = False

    @property
    def package(self) -> str:
        """The package that its relative imports start from."""
        return self.name if self.is_package else self.name.rpartition(".")[0]


@dataclass(eq=False)
class Scope:
    """The names of a running body: of a module, a class or a function, inside of the one that it was written in."""

    module: Module
    names: dict[str, "Value"]
    parent: "Scope | None" = None
    is_class: bool = False
    owner: "Class | None" = None
    outer: set[str] = field(default_factory=set)


@dataclass(eq=False)
class Function:
    """A function of the archive. `bound` is what its first parameter gets; an `unsure` one may run otherwise."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    scope: Scope
    defaults: dict[str, "Value"]
    owner: "Class | None" = None
    bound: "Value | None" = None
    kind: str = ""
    unsure: bool = False


@dataclass(eq=False)
class Class:
    """A class of the archive; its bases are of any kind."""

    node: ast.ClassDef
    module: Module
    bases: tuple["Value", ...]
    names: dict[str, "Value"]
    unsure: bool = False
    fields: tuple[str, ...] | None = None


@dataclass(eq=False)
class Instance:
    """An object of a class of the archive, and the attributes that were set."""

    of: Class
    names: dict[str, "Value"] = field(default_factory=dict)


@dataclass(frozen=True)
class Super:
    """What `super()` gives inside of a method of `after`."""

    instance: "Value"
    after: Class


Value = Text | Constant | Items | Table | Outside | Method | Module | Function | Class | Instance | Super | Unknown
NONE = Constant(None)


def constant(value: object) -> Value:
    """The value of a literal."""
    if isinstance(value, str):
        return Text(value) if len(value) <= LONGEST else UNKNOWN
    return Constant(value)


def joined(one: Value | None, other: Value) -> Value:
    """What stands for either of two values: the one where they are the same, else UNKNOWN; None is no value yet.

    Tuples deep inside of one another are not compared: that takes a time which doubles with each.
    """
    if one is None or one is other:
        return other
    return other if _depth(other) <= DEEPEST and one == other else UNKNOWN


def _depth(value: Value) -> int:
    return value.depth if isinstance(value, Items | Table) else 0


def truth(value: Value) -> bool | None:
    """Whether a value is true; None where reading does not tell. A list may have been changed."""
    match value:
        case Constant(value=known):
            return bool(known)
        case Text(text=text, anchor=anchor, is_path=is_path):
            return is_path or bool(text) or anchor is not Anchor.NONE
        case Items(values=values, fixed=True):
            return bool(values)
        case Module() | Function() | Class():
            return True
    return None
