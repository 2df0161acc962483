"""How an ingestion program imports the entry, builds its class and calls it, by reading alone.

A name is followed through assignments, parameters and what functions return, without regard to scopes or order.
"""

import ast
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from tools.codabench.ingestion.paths import DEEPEST, Paths

USUAL = ("model", "submission", "solution")
"""Names of modules that are the entry's wherever they are imported."""
IMPORTERS = ("importlib.import_module", "import_module", "__import__", "importlib.__import__")


@dataclass(frozen=True)
class ClassOf:
    """A class of the entry: its module and name."""

    module: str
    name: str


@dataclass(frozen=True)
class MethodCall:
    """A call of a method of the entry's object. `is_used` says whether something is done with the answer."""

    method: str
    call: ast.Call
    is_used: bool


@dataclass
class Calls:
    """What one file does with the entry.

    `foreign` are modules that are not the entry's: the organiser's, packages. None where only the usual names are it.
    """

    paths: Paths
    foreign: Collection[str] | None
    classes: dict[str, ClassOf] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)
    imports: dict[str, ast.AST] = field(default_factory=dict)
    chosen_at_run_time: list[ast.AST] = field(default_factory=list)
    known: dict[int, ClassOf | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Find the imports first, for the class may be named before them in the file."""
        for node in ast.walk(self.paths.source.tree):
            if isinstance(node, ast.ImportFrom):
                self._from(node)
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    self._import(alias.asname or alias.name, alias.name, node)
        for name, values in list(self.paths.bindings.items()):
            for value in values:
                if isinstance(value, ast.Call) and (module := self._from_file(value)):
                    self._enter(name, module, value)
                elif isinstance(value, ast.Call) and (module := self._by_name(value)):
                    self._import(name, module, value)
        for name, values in list(self.paths.bindings.items()):
            for value in values:
                if (found := self._class(value)) is not None and not isinstance(value, ast.Name):
                    self.classes[name] = found

    def _is_entry(self, module: str) -> bool:
        top = module.partition(".")[0]
        return top in USUAL or (
            self.foreign is not None and top not in self.foreign and top not in sys.stdlib_module_names
        )

    def _from(self, node: ast.ImportFrom) -> None:
        if node.module and not node.level and self._is_entry(node.module):
            for alias in node.names:
                if alias.name == "*":
                    self.chosen_at_run_time.append(node)
                    continue
                self.classes[alias.asname or alias.name] = ClassOf(node.module, alias.name)
                self.imports.setdefault(node.module, node)

    def _import(self, name: str, module: str, node: ast.AST) -> None:
        if self._is_entry(module):
            self._enter(name, module, node)

    def _enter(self, name: str, module: str, node: ast.AST) -> None:
        self.modules[name] = module
        self.imports.setdefault(module, node)

    def _by_name(self, call: ast.Call) -> str | None:
        """The module that a call of importlib names."""
        if ast.unparse(call.func) not in IMPORTERS or not call.args:
            return None
        module = self.paths.text(call.args[0])
        if module is None:
            self.chosen_at_run_time.append(call)
        return module

    def _from_file(self, call: ast.Call) -> str | None:
        """The module that is made of a file at the root of the submission."""
        if ast.unparse(call.func).endswith("module_from_spec") and call.args:
            for spec in self.paths.values(call.args[0]) or [call.args[0]]:
                if isinstance(spec, ast.Call) and "spec_from_file_location" in ast.unparse(spec.func):
                    return self._of_file(spec)
        return None

    def _of_file(self, spec: ast.Call) -> str | None:
        places = [*spec.args[1:2], *(keyword.value for keyword in spec.keywords if keyword.arg == "location")]
        spot = self.paths.spot(places[0]) if places else None
        if spot and spot.folder == "submission" and spot.rest and spot.rest.endswith(".py") and "/" not in spot.rest:
            return spot.rest.removesuffix(".py")
        self.chosen_at_run_time.append(spec)
        return None

    def _class(self, node: ast.expr) -> ClassOf | None:
        """The class that an expression names."""
        if isinstance(node, ast.Name):
            return self.classes.get(node.id)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in self.modules:
            return ClassOf(self.modules[ast.unparse(node.value)], node.attr)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "getattr" and len(node.args) > 1:
            module = self.modules.get(ast.unparse(node.args[0]))
            if module is not None:
                name = self.paths.text(node.args[1])
                if name is not None:
                    return ClassOf(module, name)
                self.chosen_at_run_time.append(node)
        return None

    def object_of(self, node: ast.expr, depth: int = 0) -> ClassOf | None:
        """The class whose object an expression is."""
        if depth > DEEPEST:
            return None
        if id(node) not in self.known:
            self.known[id(node)] = None
            found = {one for one in self._objects(node, depth + 1) if one is not None}
            self.known[id(node)] = found.pop() if len(found) == 1 else None
        return self.known[id(node)]

    def _objects(self, node: ast.expr, depth: int) -> Iterator[ClassOf | None]:
        if isinstance(node, ast.Call):
            yield self._class(node.func)
            called = ast.unparse(node.func).rpartition(".")[2]
            for returned in self.paths.returns.get(called, []):
                yield self.object_of(returned, depth)
        elif isinstance(node, ast.Name | ast.Attribute):
            for value in self.paths.bindings.get(ast.unparse(node), []):
                yield self.object_of(value, depth)
        elif isinstance(node, ast.NamedExpr):
            yield self.object_of(node.value, depth)

    @cached_property
    def constructions(self) -> list[tuple[ClassOf, ast.Call]]:
        """The calls that build an object of the entry, of classes whose object is used as one."""
        used = {self.object_of(call.func.value) for call in self._calls if isinstance(call.func, ast.Attribute)}
        found = [(self._class(call.func), call) for call in self._calls]
        built = [(one, call) for one, call in found if one is not None and one in used]
        return [pair for pair in built if pair[0].module in USUAL] or built

    @cached_property
    def functions(self) -> list[tuple[ClassOf, ast.Call]]:
        """The calls of what is imported from the entry and is not used as a class."""
        built = {id(call) for _, call in self.constructions}
        found = [(self._class(call.func), call) for call in self._calls if id(call) not in built]
        return [(one, call) for one, call in found if one is not None]

    @cached_property
    def methods(self) -> list[MethodCall]:
        """The calls of the object's methods, in the order of the lines."""
        built = {one for one, _ in self.constructions}
        thrown = {id(node.value) for node in ast.walk(self.paths.source.tree) if isinstance(node, ast.Expr)}
        return [
            MethodCall(call.func.attr, call, id(call) not in thrown)
            for call in self._calls
            if isinstance(call.func, ast.Attribute) and self.object_of(call.func.value) in built
        ]

    @cached_property
    def _calls(self) -> list[ast.Call]:
        found = [node for node in ast.walk(self.paths.source.tree) if isinstance(node, ast.Call)]
        return sorted(found, key=lambda call: (call.lineno, call.col_offset))
