"""What the paths in an ingestion program stand for: the output folder, the submission's folder, a file in one.

Values are followed through assignments, parameters, `sys.argv`, argparse, `os.path.join`, pathlib and f-strings, by
name and without regard to scopes: where a name can stand for several folders, it stands for none.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from tools.codabench.ingestion.flags import flags_of
from tools.codabench.ingestion.program import Source

Folder = Literal["input", "output", "submission", "program"]
PLACES: dict[str, Folder] = {
    "$submission_program": "submission",
    "$ingestion_program": "program",
    "$program": "program",
    "$predictions": "output",
    "$output": "output",
    "$tmp": "output",
    "$input": "input",
    "/app/ingested_program": "submission",
    "/app/input_data": "input",
    "/app/program": "program",
    "/app/output": "output",
}
"""What a word of the command or an absolute path stands for in the prediction step (codabench.md 1.2, 1.4)."""
SAME = ("abspath", "realpath", "normpath", "expanduser", "str", "Path", "PurePath", "fspath")
SAME_OF_A_PATH = ("resolve", "absolute", "expanduser", "as_posix")
DEEPEST = 30


@dataclass(frozen=True)
class Spot:
    """A place below a folder: "" for the folder itself, None where its name is not written in the program."""

    folder: Folder
    rest: str | None = ""

    def below(self, name: str | None) -> "Spot":
        """A place below this one."""
        if self.rest is None or name is None:
            return Spot(self.folder, None)
        return Spot(self.folder, "/".join(part for part in (self.rest, name.strip("/")) if part and part != "."))


def spot_of_word(word: str) -> Spot | None:
    """What a word of the command, or an absolute path, stands for."""
    for start, folder in PLACES.items():
        if word == start or word.startswith(start + "/"):
            return Spot(folder).below(word[len(start) :])
    return None


@dataclass
class Paths:
    """The values of one file. `bindings` are the expressions that each name was given."""

    source: Source
    bindings: dict[str, list[ast.expr]] = field(default_factory=lambda: defaultdict(list))
    returns: dict[str, list[ast.expr]] = field(default_factory=lambda: defaultdict(list))
    flags: dict[str, list[ast.expr]] = field(default_factory=dict)
    known: dict[int, set[Spot]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Walk the file once."""
        self.flags = flags_of(self.source)
        functions: dict[str, tuple[list[ast.arg], list[ast.expr]]] = {}
        for node in ast.walk(self.source.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                self._define(node, functions)
            elif isinstance(node, ast.ClassDef):
                for own in node.body:
                    if isinstance(own, ast.FunctionDef) and own.name == "__init__":
                        functions[node.name] = (_parameters(own)[1:], own.args.defaults)
        for node in ast.walk(self.source.tree):
            self._bind_statement(node)
            if isinstance(node, ast.Call):
                self._bind_call(node, functions)

    def _define(
        self,
        node: ast.FunctionDef | ast.AsyncFunctionDef,
        functions: dict[str, tuple[list[ast.arg], list[ast.expr]]],
    ) -> None:
        parameters = _parameters(node)
        functions.setdefault(node.name, (parameters, node.args.defaults))
        for inner in ast.walk(node):
            if isinstance(inner, ast.Return) and inner.value is not None:
                self.returns[node.name].append(inner.value)
        for parameter, default in zip(parameters[::-1], node.args.defaults[::-1], strict=False):
            self.bindings[parameter.arg].append(default)

    def _bind_statement(self, node: ast.AST) -> None:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._bind(target, node.value)
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            self._bind(node.target, node.value)
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            self._bind(node.optional_vars, node.context_expr)

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name | ast.Attribute):
            self.bindings[ast.unparse(target)].append(value)
        elif isinstance(target, ast.Tuple | ast.List):
            for one, given in zip(target.elts, self.elements(value), strict=False):
                self._bind(one, given)

    def _bind_call(self, call: ast.Call, functions: dict[str, tuple[list[ast.arg], list[ast.expr]]]) -> None:
        """What a call passes to a function of the same file, or to a class's constructor."""
        is_method = isinstance(call.func, ast.Attribute)
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)
        if name not in functions:
            return
        parameters = functions[name][0]
        if is_method and parameters and parameters[0].arg == "self":
            parameters = parameters[1:]
        given: list[ast.expr] = []
        for argument in call.args:
            given += self.elements(argument.value) if isinstance(argument, ast.Starred) else [argument]
        for parameter, value in zip(parameters, given, strict=False):
            self.bindings[parameter.arg].append(value)
        for keyword in call.keywords:
            if keyword.arg:
                self.bindings[keyword.arg].append(keyword.value)

    def elements(self, node: ast.expr) -> list[ast.expr]:
        """The items of a sequence that is written out, or taken from the command's words; none where unknown."""
        if isinstance(node, ast.Tuple | ast.List):
            return list(node.elts)
        if isinstance(node, ast.GeneratorExp | ast.ListComp) and len(node.generators) == 1:
            return self.elements(node.generators[0].iter)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"map", "list", "tuple"} and node.args:
            return self.elements(node.args[-1])
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice) and _is_argv(node.value):
            count = len(self.source.words)
            first, last = (_number(edge) for edge in (node.slice.lower, node.slice.upper))
            return [ast.Constant(word) for word in self.source.words[slice(first, last if last is not None else count)]]
        return []

    def spots(self, node: ast.expr, depth: int = 0) -> set[Spot]:
        """All places that an expression can stand for. Each is looked at once, so that a circle has an end."""
        if depth > DEEPEST:
            return set()
        if id(node) not in self.known:
            self.known[id(node)] = set()
            self.known[id(node)] = set(self._spots(node, depth + 1))
        return self.known[id(node)]

    def spot(self, node: ast.expr) -> Spot | None:
        """The one place that an expression stands for."""
        found = self.spots(node)
        return next(iter(found)) if len(found) == 1 else None

    def _spots(self, node: ast.expr, depth: int) -> Iterator[Spot]:
        match node:
            case ast.Constant(value=str(text)):
                if found := spot_of_word(text):
                    yield found
            case ast.Subscript(slice=ast.Constant(value=int(number))) if _is_argv(node.value):
                if number < len(self.source.words) and (found := spot_of_word(self.source.words[number])):
                    yield found
            case ast.BinOp(op=ast.Div() | ast.Add()):
                yield from self._joined(node.left, [node.right], depth)
            case ast.JoinedStr(values=[ast.FormattedValue(value=first), *rest]):
                yield from self._joined(first, rest, depth)
            case ast.Call():
                yield from self._of_call(node, depth)
            case _:
                for value in self._alternatives(node):
                    yield from self.spots(value, depth)

    def _alternatives(self, node: ast.expr) -> list[ast.expr]:
        """The expressions of which one is the value of this one."""
        match node:
            case ast.Name() | ast.Attribute():
                return self.values(node)
            case ast.IfExp():
                return [node.body, node.orelse]
            case ast.BoolOp():
                return node.values
            case ast.NamedExpr():
                return [node.value]
            case _:
                return []

    def _of_call(self, node: ast.Call, depth: int) -> Iterator[Spot]:
        name = ast.unparse(node.func).rpartition(".")[2]
        if (name == "join" and node.args and ast.unparse(node.func) != "str.join") or (name in SAME and node.args):
            yield from self._joined(node.args[0], node.args[1:], depth)
        elif isinstance(node.func, ast.Attribute) and name == "joinpath":
            yield from self._joined(node.func.value, node.args, depth)
        elif isinstance(node.func, ast.Attribute) and name in SAME_OF_A_PATH:
            yield from self.spots(node.func.value, depth)

    def _joined(self, start: ast.expr, rest: "list[ast.expr]", depth: int) -> Iterator[Spot]:
        for found in self.spots(start, depth):
            for part in rest:
                found = found.below(self.text(part))  # noqa: PLW2901 - one part deeper
            yield found

    def values(self, node: ast.expr) -> list[ast.expr]:
        """What a name or an attribute was given."""
        name = ast.unparse(node)
        if isinstance(node, ast.Attribute) and not self.bindings.get(name) and node.attr in self.flags:
            return self.flags[node.attr]
        return self.bindings.get(name, [])

    def text(self, node: ast.expr) -> str | None:
        """The text that is written for an expression, directly or as the only value of its name; None where none is."""
        for _ in range(DEEPEST):
            if isinstance(node, ast.Constant):
                return node.value if isinstance(node.value, str) else None
            values = self.values(node) if isinstance(node, ast.Name | ast.Attribute) else []
            if len(values) != 1:
                return None
            node = values[0]
        return None


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.arg]:
    return [*node.args.posonlyargs, *node.args.args]


def _is_argv(node: ast.expr) -> bool:
    return ast.unparse(node) in {"sys.argv", "argv"}


def _number(node: ast.expr | None) -> int | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, int) else None
