"""The state of a walk: what it has seen, where it stands, and how much further it may go."""

import ast
import itertools
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from tools.checks.python_source import SourceTree
from tools.checks.walk.events import Arguments, Call, Import, Missing, Phase, Site, Taken
from tools.checks.walk.values import Anchor, Function, Method, Module, Outside, Scope, Text, Value

STEPS = 200_000
STEPS_OF_MODULE = 20_000
"""Statements and expressions of a walk, and of the import of one module: a vendored library is not read to its end."""
COMPILED = (".so", ".pyd", ".pyc")
MOST_COMPILED = 1000
DEEPEST = 24
"""Folders in one another that are looked into."""


class ExhaustedError(Exception):
    """The walk has gone as far as it may."""


class State(ABC):
    """What the parts of the walker share."""

    def __init__(
        self, tree: SourceTree, *, python: tuple[int, int] | None, hidden: frozenset[str], works_in_submission: bool
    ) -> None:
        """Start in the working directory, with the root of the archive on the path.

        `python` is the evaluator's version, None where it is not known; `hidden` are modules of the archive that an
        import does not find, because another one of the name comes first. `works_in_submission` says whether the
        working directory is, by the contract, the submission's folder.
        """
        self.tree, self.python, self.hidden = tree, python, hidden
        self.works_in_submission = works_in_submission
        self.calls: list[Call] = []
        self.imports: list[Import] = []
        self.missing: list[Missing] = []
        self.taken: list[Taken] = []
        self.given: set[str] = set()
        self.names: dict[tuple[str, int, int], bool] = {}
        self.unresolved: set[str] = set()
        self.tested: list[Text] = []
        self.handed: list[Text] = []
        self.wanted: dict[str, set[str]] = {}
        self.path_uses: set[tuple[str, int, int]] = set()
        self.path_entries: list[tuple[Text, Site]] = []
        self.modules: dict[str, Module] = {}
        self.roots: list[str] = [""]
        self.is_path_known = True
        self.injects = False
        self.working: Text | None = Text("", Anchor.WORKING)
        self.sure = True
        self.caught = False
        self.phase: Phase = "import"
        self.running: list[ast.AST] = []
        self.steps = STEPS
        self.is_cut = False

    @abstractmethod
    def evaluate(self, node: ast.expr, scope: Scope) -> Value:
        """What an expression stands for, having run it."""

    @abstractmethod
    def assign(self, target: ast.expr, value: Value, scope: Scope) -> None:
        """Bind a target."""

    @abstractmethod
    def attribute(self, owner: Value, name: str, site: Site) -> Value:
        """What `owner.name` stands for."""

    @abstractmethod
    def apply(self, callee: Value, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
        """What a call gives, having run it."""

    @abstractmethod
    def enter(self, function: Function, arguments: Arguments) -> Value:
        """Run a function of the archive; what it returns."""

    @abstractmethod
    def run(self, body: list[ast.stmt], scope: Scope) -> str:
        """Run statements, and say how they were left."""

    @abstractmethod
    def load(self, dotted: str) -> Module | None:
        """A module of the archive, having run it and the packages above it; None where it is not there."""

    @cached_property
    def folders(self) -> frozenset[str]:
        """Every folder of the archive that has modules in it, or below it."""
        found: set[str] = set()
        for member in self.tree.archive.members:
            if member.name.endswith((".py", *COMPILED)):
                parts = member.name.split("/", DEEPEST)[:DEEPEST]
                found.update("/".join(parts[:number]) for number in range(1, len(parts)))
        return frozenset(found)

    @cached_property
    def compiled(self) -> tuple[str, ...]:
        """The members that are modules without source."""
        names = (member.name for member in self.tree.archive.members if member.name.endswith(COMPILED))
        return tuple(itertools.islice(names, MOST_COMPILED))

    def spend(self) -> None:
        """Count one step. Raises ExhaustedError where none is left."""
        self.steps -= 1
        if self.steps < 0:
            raise ExhaustedError

    def site(self, node: ast.expr | ast.stmt, scope: Scope) -> Site:
        """Where something is seen."""
        return Site(scope.module.member, node, self.sure, self.phase, self.caught)

    @contextmanager
    def unsure(self, *, when: bool = True, caught: bool = False) -> Iterator[None]:
        """What runs inside may be passed by, or with `caught` fail without harm."""
        before = self.sure, self.caught
        self.sure, self.caught = self.sure and not when, self.caught or (when and caught)
        try:
            yield
        finally:
            self.sure, self.caught = before

    def want(self, owner: Value, name: str) -> None:
        """Note that the code takes a name out of a module that is not the archive's."""
        if isinstance(owner, Outside) and "." not in owner.name and "(" not in owner.name:
            self.wanted.setdefault(owner.name, set()).add(name)

    def record(self, callee: Value, arguments: Arguments, node: ast.expr, scope: Scope) -> Call:
        """Note a call of what is not the archive's own."""
        receiver = callee.receiver if isinstance(callee, Method) else None
        seen = Call(_target(callee), receiver, arguments, self.site(node, scope), self.working)
        self.calls.append(seen)
        return seen


def _target(callee: Value) -> str:
    match callee:
        case Outside(name=name):
            return name
        case Method(receiver=Text(is_path=is_path), name=name):
            return f"{'Path' if is_path else 'str'}.{name}"
        case Method(name=name):
            return f"?.{name}"
    return "?"
