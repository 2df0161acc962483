"""Statements of a walk: which of them surely run, and what they bind."""

import ast
from abc import abstractmethod
from collections.abc import Callable
from typing import Any

from tools.checks.python_source import UNKNOWN
from tools.checks.walk.branches import Branches
from tools.checks.walk.frames import BREAK, CONTINUE, NEVER_RETURN, NEXT, RAISE, RETURN, Frame
from tools.checks.walk.operators import combined
from tools.checks.walk.values import (
    NONE,
    Class,
    Constant,
    Function,
    Items,
    Outside,
    Scope,
    Table,
    Text,
    Value,
    constant,
    joined,
)

DATACLASSES = ("dataclasses.dataclass", "dataclasses.dataclass()")


class Statements(Branches):
    """The part of the walker that runs statements."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """See State."""
        super().__init__(*arguments, **options)
        self._by_kind_of_statement: dict[type[ast.stmt], Callable[[Any, Scope], str]] = {
            ast.Expr: self._expression,
            ast.Assign: self._assignment,
            ast.AnnAssign: self._annotated,
            ast.AugAssign: self._augmented,
            ast.Delete: self._deletion,
            ast.Return: self._return,
            ast.Raise: self._raise,
            ast.Break: lambda _node, _scope: self._leave_loop(BREAK),
            ast.Continue: lambda _node, _scope: self._leave_loop(CONTINUE),
            ast.Global: self._outer,
            ast.Nonlocal: self._outer,
            ast.FunctionDef: self._function,
            ast.AsyncFunctionDef: self._function,
            ast.ClassDef: self._class,
            ast.Import: self.import_,
            ast.ImportFrom: self.import_from,
            **self.by_kind_of_branch,
        }

    @abstractmethod
    def import_(self, node: ast.Import, scope: Scope) -> str:
        """`import a.b as c`."""

    @abstractmethod
    def import_from(self, node: ast.ImportFrom, scope: Scope) -> str:
        """`from a import b`."""

    @abstractmethod
    def defaults(self, arguments: ast.arguments, scope: Scope) -> dict[str, Value]:
        """The values of a function's defaults."""

    @abstractmethod
    def set_attribute(self, owner: Value, name: str, value: Value) -> None:
        """Bind an attribute."""

    @abstractmethod
    def set_path(self, value: Value, node: ast.stmt, scope: Scope) -> None:
        """Take in a new sys.path."""

    def run(self, body: list[ast.stmt], scope: Scope) -> str:
        """Run statements until they are left; what follows one that may have left is not sure."""
        before = self.sure
        try:
            for node in body:
                self.spend()
                how = self._by_kind_of_statement.get(type(node), self._other)(node, scope)
                if how != NEXT:
                    return how
                frame = self.frames[-1]
                self.sure = before and not frame.may_have_left and not any(frame.loops)
            return NEXT
        finally:
            self.sure = before

    def _other(self, _node: ast.stmt, _scope: Scope) -> str:
        return NEXT

    def _expression(self, node: ast.Expr, scope: Scope) -> str:
        self.evaluate(node.value, scope)
        if isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute | ast.Name):
            return RAISE if ast.unparse(node.value.func) in NEVER_RETURN else NEXT
        return NEXT

    def _assignment(self, node: ast.Assign, scope: Scope) -> str:
        value = self.evaluate(node.value, scope)
        for target in node.targets:
            self.assign(target, value, scope)
        return NEXT

    def _annotated(self, node: ast.AnnAssign, scope: Scope) -> str:
        if scope.is_class or scope.names is scope.module.names:
            self._annotation(node.annotation, scope)
        if node.value:
            self.assign(node.target, self.evaluate(node.value, scope), scope)
        return NEXT

    def _annotation(self, node: ast.expr | None, scope: Scope) -> None:
        """Evaluated where it is written, unless the module puts that off."""
        if node and "annotations" not in scope.module.names:
            self.evaluate(node, scope)

    def _augmented(self, node: ast.AugAssign, scope: Scope) -> str:
        before = self.evaluate(node.target, scope)
        added = self.evaluate(node.value, scope)
        value = combined(node.op, before, added)
        if before == Outside("sys.path") and isinstance(added, Items):
            value = Items((before, *added.values))
        self.assign(node.target, value, scope)
        return NEXT

    def _deletion(self, node: ast.Delete, scope: Scope) -> str:
        for target in node.targets:
            if isinstance(target, ast.Name):
                scope.names.pop(target.id, None)
            else:
                self.assign(target, UNKNOWN, scope)
        return NEXT

    def assign(self, target: ast.expr, value: Value, scope: Scope) -> None:
        """Bind a target. What may be passed by leaves a name known only where it says the same as before."""
        match target:
            case ast.Name(id=name):
                names = self.names_of(name, scope)
                names[name] = value if self.sure else joined(names.get(name), value)
                scope.module.open = scope.module.open or name == "__path__"
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                values = value.values if isinstance(value, Items) and len(value.values) == len(parts) else None
                for number, part in enumerate(parts):
                    self.assign(part, values[number] if values else UNKNOWN, scope)
            case ast.Starred(value=inner):
                self.assign(inner, UNKNOWN, scope)
            case ast.Attribute(value=owner, attr=name):
                of = self.evaluate(owner, scope)
                if of == Outside("sys") and name == "path":
                    self.path_uses.add((scope.module.member, target.lineno, target.col_offset))
                    self.set_path(value, ast.copy_location(ast.Expr(target), target), scope)
                self.set_attribute(of, name, value)
            case ast.Subscript():
                self._assign_item(target, value, scope)

    def _assign_item(self, target: ast.Subscript, value: Value, scope: Scope) -> None:
        owner, key = self.evaluate(target.value, scope), self.evaluate(target.slice, scope)
        if owner in (Outside("sys.path"), Outside("sys.modules")):
            self.is_path_known = False
        if not isinstance(owner, Table | Items) or not isinstance(target.value, ast.Name | ast.Attribute):
            return
        if isinstance(owner, Table) and isinstance(key, Text | Constant) and self.sure:
            name = key.text if isinstance(key, Text) else key.value
            self.assign(target.value, Table(tuple({**dict(owner.pairs), name: value}.items())), scope)
        else:
            self.assign(target.value, UNKNOWN, scope)

    def names_of(self, name: str, scope: Scope) -> dict[str, Value]:
        """The names among which one is bound: those of `global` and `nonlocal` further out."""
        if name not in scope.outer:
            return scope.names
        current = scope.parent
        while current:
            if name in current.names:
                return current.names
            current = current.parent
        return scope.module.names

    def _outer(self, node: ast.Global | ast.Nonlocal, scope: Scope) -> str:
        scope.outer.update(node.names)
        return NEXT

    def _return(self, node: ast.Return, scope: Scope) -> str:
        value = self.evaluate(node.value, scope) if node.value else NONE
        frame = self.frames[-1]
        frame.returned = joined(frame.returned, value)
        frame.may_have_left = True
        return RETURN

    def _raise(self, node: ast.Raise, scope: Scope) -> str:
        for part in (node.exc, node.cause):
            if part:
                self.evaluate(part, scope)
        return RAISE

    def _leave_loop(self, how: str) -> str:
        if self.frames[-1].loops:
            self.frames[-1].loops[-1] = True
        return how

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> str:
        decorators = [self.evaluate(part, scope) for part in node.decorator_list]
        inner = scope if not scope.is_class else scope.parent or Scope(module=scope.module, names=scope.module.names)
        arguments = node.args
        for argument in (
            *arguments.posonlyargs,
            *arguments.args,
            *arguments.kwonlyargs,
            arguments.vararg,
            arguments.kwarg,
        ):
            self._annotation(argument.annotation if argument else None, scope)
        self._annotation(node.returns, scope)
        made: Value = Function(
            node=node,
            scope=inner,
            defaults=self.defaults(arguments, scope),
            owner=scope.owner if scope.is_class else None,
        )
        for part, decorator in zip(reversed(node.decorator_list), reversed(decorators), strict=True):
            made = self.decorated(made, decorator, part, scope)
        self.assign(ast.copy_location(ast.Name(node.name, ast.Store()), node), made, scope)
        return NEXT

    @abstractmethod
    def decorated(self, made: Value, decorator: Value, node: ast.expr, scope: Scope) -> Value:
        """What a decorator makes of a function or class."""

    def _class(self, node: ast.ClassDef, scope: Scope) -> str:
        decorators = [self.evaluate(part, scope) for part in node.decorator_list]
        bases = tuple(self.evaluate(part, scope) for part in node.bases)
        keywords = [self.evaluate(part.value, scope) for part in node.keywords]
        made = Class(node=node, module=scope.module, bases=bases, names={}, unsure=bool(keywords))
        outer = scope if not scope.is_class else scope.parent
        inner = Scope(module=scope.module, names=made.names, parent=outer, is_class=True, owner=made)
        inner.names["__qualname__"] = constant(node.name)
        self.frames.append(Frame())
        self.run(node.body, inner)
        self.frames.pop()
        if any(isinstance(decorator, Outside) and decorator.name in DATACLASSES for decorator in decorators):
            made.fields = _fields(made)
        result: Value = made
        for part, decorator in zip(reversed(node.decorator_list), reversed(decorators), strict=True):
            result = self.decorated(result, decorator, part, scope)
        self.assign(ast.copy_location(ast.Name(node.name, ast.Store()), node), result, scope)
        return NEXT


def _fields(made: Class) -> tuple[str, ...]:
    """The fields of a dataclass in the order of its constructor, those of its bases first."""
    inherited = [name for base in made.bases if isinstance(base, Class) for name in base.fields or ()]
    own = [
        part.target.id
        for part in made.node.body
        if isinstance(part, ast.AnnAssign)
        and isinstance(part.target, ast.Name)
        and "ClassVar" not in ast.unparse(part.annotation)
    ]
    return tuple(dict.fromkeys([*inherited, *own]))
