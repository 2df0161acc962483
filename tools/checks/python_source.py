"""The Python of an archive as syntax: parsed, never imported. Names are followed through its own modules.

What cannot be followed (an installed base class, a decorator, `globals()`) is Unknown, and no check accuses it.
"""

import ast
import sys
import tokenize
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from tools.archive import Archive
from tools.checks.grammar import newer_syntax, perhaps_newer

LIMIT_BYTES = 512 << 10
TOTAL_BYTES = 2 << 20
"""Of one module, and of all of an archive: more is not source that a team has written, and is not read."""
MOST_LOOPS = 1000
"""Loops in one comprehension: the compiler recurses into each without a bound, and some tens of thousands kill it."""
DEPTH = 20
Function = ast.FunctionDef | ast.AsyncFunctionDef
DYNAMIC = {"globals", "exec", "setattr", "vars", "eval"}


class Unknown:
    """Something that reading alone cannot tell."""


UNKNOWN = Unknown()


@dataclass(frozen=True)
class SyntaxProblem:
    """Why a module does not parse: the line (1-based), the parser's message, and the text of the line."""

    line: int
    message: str
    text: str


@dataclass(frozen=True)
class Definition:
    """A class or function of the archive and the member that defines it."""

    node: ast.ClassDef | Function
    member: str

    @property
    def where(self) -> str:
        """`member:line`."""
        return f"{self.member}:{self.node.lineno}"


Found = Definition | Unknown | None


class SourceTree:
    """The modules of an archive, each parsed once, by the grammar of one Python version."""

    def __init__(self, archive: Archive, python: tuple[int, int] | None = None) -> None:
        """Parse by the grammar of `python` (major, minor), as far as the running one can."""
        self.archive = archive
        self.python = python or sys.version_info[:2]
        self._left_bytes = TOTAL_BYTES
        self._parsed: dict[str, ast.Module | SyntaxProblem | Unknown] = {}

    def member_of(self, module: str) -> str | None:
        """The member that `import module` would load, if the archive has it."""
        stem = module.replace(".", "/")
        return next((name for name in (f"{stem}/__init__.py", f"{stem}.py") if name in self.archive), None)

    def parse(self, member: str) -> ast.Module | SyntaxProblem | Unknown:
        """The syntax tree of a member, or why there is none; Unknown where it is too large to be read by the way."""
        if member not in self._parsed:
            self._parsed[member] = self._parse(member)
        return self._parsed[member]

    def source(self, member: str) -> bytes | None:
        """The text of a member; None where it is too large, or cannot be unpacked."""
        try:
            text = self.archive.read(member, limit_bytes=LIMIT_BYTES + 1)
        except OSError:
            return None
        return text if len(text) <= LIMIT_BYTES else None

    def _parse(self, member: str) -> ast.Module | SyntaxProblem | Unknown:
        text = self.source(member)
        if text is None or len(text) > self._left_bytes:
            return UNKNOWN
        self._left_bytes -= len(text)
        return self._parse_text(member, text)

    def _parse_text(self, member: str, text: bytes) -> ast.Module | SyntaxProblem | Unknown:
        try:
            with warnings.catch_warnings(action="ignore"):
                tree = ast.parse(text, member, feature_version=min(self.python, sys.version_info[:2]))
                if any(len(getattr(node, "generators", ())) > MOST_LOOPS for node in ast.walk(tree)):
                    return UNKNOWN
                compile(tree, member, "exec", dont_inherit=True)
                newer = newer_syntax(tree, text, self.python)
        except SyntaxError as error:
            return self._problem(error, text)
        except ValueError as error:
            return SyntaxProblem(1, str(error), "")
        except (RecursionError, MemoryError, tokenize.TokenError):
            return UNKNOWN
        if newer is None:
            return tree
        line, what, since = newer
        return SyntaxProblem(line, f"{what}, which came with Python {since[0]}.{since[1]}", _line(text, line))

    def _problem(self, error: SyntaxError, text: bytes) -> SyntaxProblem | Unknown:
        line = error.lineno or 0
        shown = _line(text, line)
        if self.python > sys.version_info[:2] and perhaps_newer(shown, error.msg):
            return UNKNOWN
        return SyntaxProblem(line, error.msg, shown)

    def bound_names(self, member: str) -> frozenset[str] | None:
        """Every name that the top level of a module may bind; None where that cannot be told."""
        tree = self.parse(member)
        if not isinstance(tree, ast.Module) or _is_dynamic(tree):
            return None
        found: set[str] = set()
        for node in statements(tree.body):
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                found.add(node.name)
            elif isinstance(node, ast.Import | ast.ImportFrom):
                found |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
            else:
                found |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        return None if "*" in found else frozenset(found)

    def path_uses(self, members: Iterable[str]) -> set[tuple[str, int, int]]:
        """Where modules speak of sys.path: member, line and column."""
        return {
            (member, node.lineno, node.col_offset)
            for member in members
            if member.endswith(".py") and isinstance(tree := self.parse(member), ast.Module)
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and node.attr == "path"
            and isinstance(node.value, ast.Name)
            and node.value.id == "sys"
        }

    def find(self, name: str, member: str, depth: int = DEPTH) -> Found:
        """What a module-level name stands for: its definition, Unknown, or None where nothing binds it."""
        tree = self.parse(member)
        if not isinstance(tree, ast.Module) or depth == 0:
            return UNKNOWN
        found: Found = None
        for node in statements(tree.body):
            bound = self._bound(node, name, member, depth)
            found = bound if bound is not None else found
        if found is None and _is_dynamic(tree):
            return UNKNOWN
        return found

    def _bound(self, node: ast.stmt, name: str, member: str, depth: int) -> Found:
        match node:
            case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef() if node.name == name:
                return Definition(node, member)
            case ast.Assign(value=value) if any(isinstance(t, ast.Name) and t.id == name for t in node.targets):
                return self.resolve(value, member, depth - 1)
            case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value) if target == name:
                return self.resolve(value, member, depth - 1)
            case ast.Import() if any((alias.asname or alias.name.partition(".")[0]) == name for alias in node.names):
                return UNKNOWN
            case ast.ImportFrom():
                return self._bound_by_import(node, name, member, depth)
        return None

    def _bound_by_import(self, node: ast.ImportFrom, name: str, member: str, depth: int) -> Found:
        origin = self.member_of(absolute(node, member))
        for alias in node.names:
            if alias.name == "*":
                return self.find(name, origin, depth - 1) if origin else UNKNOWN
            if (alias.asname or alias.name) == name:
                return (self.find(alias.name, origin, depth - 1) or UNKNOWN) if origin else UNKNOWN
        return None

    def resolve(self, value: ast.expr, member: str, depth: int = DEPTH) -> Found:
        """What an expression stands for: a name is followed, anything else is Unknown."""
        if isinstance(value, ast.Name):
            return self.find(value.id, member, depth) or UNKNOWN
        return UNKNOWN

    def method(self, owner: Definition, name: str, depth: int = DEPTH) -> Found:
        """A method of a class, looked up through its bases; None only where every base is known to lack it."""
        assert isinstance(owner.node, ast.ClassDef)
        if depth == 0:
            return UNKNOWN
        found: Found = None
        for node in statements(owner.node.body):
            bound = self._bound(node, name, owner.member, depth)
            found = bound if bound is not None else found
        if found is not None:
            return found
        if owner.node.keywords or any(True for n in statements(owner.node.body) if _named(n, "__getattr__")):
            return UNKNOWN
        return self._inherited(owner, name, depth)

    def _inherited(self, owner: Definition, name: str, depth: int) -> Found:
        assert isinstance(owner.node, ast.ClassDef)
        for base in owner.node.bases:
            if isinstance(base, ast.Name) and base.id in ("object", "ABC"):
                continue
            definition = self.resolve(base, owner.member, depth - 1)
            if not isinstance(definition, Definition) or not isinstance(definition.node, ast.ClassDef):
                return UNKNOWN
            if (found := self.method(definition, name, depth - 1)) is not None:
                return found
        return None


@dataclass(frozen=True)
class Signature:
    """How a function can be called by position: the names of its parameters, and how many have defaults."""

    definition: Definition
    bound: bool

    @cached_property
    def _arguments(self) -> ast.arguments:
        node = self.definition.node
        assert not isinstance(node, ast.ClassDef)
        return node.args

    @property
    def positional(self) -> list[str]:
        """Positional parameters, without the one that the instance fills."""
        names = [argument.arg for argument in (*self._arguments.posonlyargs, *self._arguments.args)]
        return names[1:] if self.bound else names

    def refuses(self, count: int) -> str | None:
        """Why a call with `count` positional values raises TypeError; None where it does not."""
        node = self._arguments
        if self.bound and not (node.posonlyargs or node.args or node.vararg):
            return "it has no parameter for the instance (self)"
        required = self.positional[: max(0, len(self.positional) - len(node.defaults))]
        if missing := required[count:]:
            return f"it needs {', '.join(missing)} as well"
        if len(self.positional) < count and not node.vararg:
            return f"it takes {len(self.positional)} values and gets {count}"
        pairs = zip(node.kwonlyargs, node.kw_defaults, strict=True)
        if needed := [argument.arg for argument, default in pairs if default is None]:
            return f"it needs {', '.join(needed)} by keyword"
        return None


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run when a body runs: those inside if, try, with and loops too, not those in functions."""
    for node in body:
        yield node
        if isinstance(node, ast.If | ast.Try | ast.TryStar | ast.With | ast.For | ast.While):
            for part in ("body", "orelse", "finalbody"):
                yield from statements(getattr(node, part, []))
            for handler in getattr(node, "handlers", []):
                yield from statements(handler.body)


def absolute(node: ast.ImportFrom, member: str) -> str:
    """The module that a from-import names, a relative one resolved against the member that holds it."""
    if not node.level:
        return node.module or ""
    package = member.split("/")[:-1]
    parts = package[: len(package) - node.level + 1]
    return ".".join([*parts, node.module] if node.module else parts)


def _is_dynamic(tree: ast.Module) -> bool:
    called = (node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name))
    return not DYNAMIC.isdisjoint(called) or any(_named(node, "__getattr__") for node in tree.body)


def _line(text: bytes, line: int) -> str:
    lines = text.splitlines()
    return lines[line - 1].decode("utf-8", "replace").strip() if 0 < line <= len(lines) else ""


def _named(node: ast.stmt, name: str) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name == name
