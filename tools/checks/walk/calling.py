"""Calls of a walk: functions and classes of the archive are run, others are noted, with what their effects are."""

import ast
from dataclasses import replace
from typing import Any

from tools.checks.python_source import UNKNOWN
from tools.checks.walk import texts
from tools.checks.walk.attributes import is_mutable
from tools.checks.walk.effects import EFFECTS
from tools.checks.walk.events import Arguments, Call
from tools.checks.walk.expressions import Expressions
from tools.checks.walk.frames import NEXT, Frame
from tools.checks.walk.importing import Importing
from tools.checks.walk.library import RESULTS, of_container
from tools.checks.walk.openers import reads
from tools.checks.walk.patterns import ELSEWHERE, HARMLESS, KINDS, SURE_DECORATORS, TESTS
from tools.checks.walk.statements import Statements
from tools.checks.walk.values import (
    NONE,
    Anchor,
    Class,
    Constant,
    Function,
    Instance,
    Items,
    Method,
    Outside,
    Scope,
    Super,
    Text,
    Value,
    joined,
)

DEEPEST_CALL = 25
LONGEST_NAME = 150


class Walker(Expressions, Importing, Statements):
    """Runs what can be followed."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """See State."""
        super().__init__(*arguments, **options)
        self._generators: dict[ast.AST, bool] = {}

    def decorated(self, made: Value, decorator: Value, node: ast.expr, scope: Scope) -> Value:
        """What a decorator makes of a function or class."""
        if isinstance(decorator, Function):
            return self.enter(decorator, Arguments((made,)))
        name = decorator.name if isinstance(decorator, Outside) else ""
        if not isinstance(made, Function | Class):
            return UNKNOWN
        if isinstance(made, Function) and name in KINDS:
            return replace(made, kind=KINDS[name])
        if not isinstance(decorator, Outside):
            self.record(decorator, Arguments((made,)), node, scope)
            return UNKNOWN
        made.unsure = made.unsure or not SURE_DECORATORS.match(name)
        return made

    def apply(self, callee: Value, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
        """What a call gives, having run it."""
        if isinstance(callee, Class):
            return self.construct(callee, arguments)
        if isinstance(callee, Instance):
            called = self.of_class(callee.of, "__call__")
            callee = replace(called, bound=callee) if isinstance(called, Function) else callee
        if isinstance(callee, Function):
            return self.enter(callee, arguments)
        if callee == Outside("super") and not arguments.all:
            return self._super(scope)
        seen = self.record(callee, arguments, node, scope)
        self._run_callbacks(arguments)
        self._note_paths(seen)
        match callee:
            case Outside(name=name):
                return self._outside(name, seen, node, scope)
            case Method(receiver=receiver, name=name):
                return self._method(receiver, name, arguments, node, scope)
        return UNKNOWN

    def construct(self, owner: Class, arguments: Arguments) -> Value:
        """An object of a class of the archive."""
        made = Instance(owner)
        with self.unsure(when=owner.unsure or isinstance(self.of_class(owner, "__new__"), Function)):
            if owner.fields is not None and "__init__" not in owner.names:
                self._fill(made, owner.fields, arguments)
                initialise = self.of_class(owner, "__post_init__")
                arguments = Arguments()  # of __post_init__
            else:
                initialise = self.of_class(owner, "__init__")
            if isinstance(initialise, Function):
                self.enter(replace(initialise, bound=made), arguments)
            elif arguments.all or not arguments.complete:
                plain = (name for name, value in owner.names.items() if not isinstance(value, Function))
                made.names.update(dict.fromkeys(plain, UNKNOWN))
        return made

    def _fill(self, made: Instance, fields: tuple[str, ...], arguments: Arguments) -> None:
        for number, name in enumerate(fields):
            value = arguments.get(number, name)
            default = self.of_class(made.of, name) or UNKNOWN
            made.names[name] = value or (UNKNOWN if isinstance(default, Outside | Method) else default)

    def enter(self, function: Function, arguments: Arguments) -> Value:
        """Run a function of the archive; what it returns."""
        node = function.node
        if node in self.running or len(self.running) >= DEEPEST_CALL:
            return UNKNOWN
        scope = Scope(
            module=function.scope.module,
            names=_bound(function, arguments),
            parent=None if function.scope.names is function.scope.module.names else function.scope,
            owner=function.owner or function.scope.owner,
        )
        is_lazy = isinstance(node, ast.AsyncFunctionDef) or self._yields(node)
        self.running.append(node)
        self.frames.append(Frame())
        try:
            with self.unsure(when=is_lazy or function.unsure):
                if isinstance(node, ast.Lambda):
                    return self.evaluate(node.body, scope)
                how = self.run(node.body, scope)
            frame = self.frames[-1]
            returned = frame.returned if how != NEXT else joined(frame.returned, NONE)
            return UNKNOWN if is_lazy or function.unsure or returned is None else returned
        finally:
            self.frames.pop()
            self.running.pop()

    def _yields(self, node: ast.AST) -> bool:
        """Whether a call of a function gives a generator, and runs nothing yet."""
        if node not in self._generators:
            found, todo = False, list(ast.iter_child_nodes(node))
            while todo and not found:
                inner = todo.pop()
                found = isinstance(inner, ast.Yield | ast.YieldFrom)
                if not isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
                    todo += ast.iter_child_nodes(inner)
            self._generators[node] = found
        return self._generators[node]

    def _super(self, scope: Scope) -> Value:
        current: Scope | None = scope
        while current and not (current.owner and current.names):
            current = current.parent
        if current is None or current.owner is None:
            return UNKNOWN
        return Super(next(iter(current.names.values())), current.owner)

    def _run_callbacks(self, arguments: Arguments) -> None:
        """Functions that are handed over may be called, with nobody knows what."""
        with self.unsure():
            for value in arguments.all:
                if isinstance(value, Function):
                    self.enter(value, Arguments(complete=False))

    def _note_paths(self, seen: Call) -> None:
        paths = [path for value in (seen.receiver, *seen.arguments.all) if value and (path := self.resolved(value))]
        if TESTS.match(seen.target):
            self.tested += paths
        elif not HARMLESS.match(seen.target) and not reads(seen):
            self.handed += paths

    def _outside(self, name: str, seen: Call, node: ast.expr, scope: Scope) -> Value:
        if name in RESULTS:
            return RESULTS[name](seen.arguments, self.working)
        if TESTS.match(name):
            return self._exists(seen.arguments.get(0, "path"))
        if effect := EFFECTS.get(name):
            return effect(self, seen, node, scope)
        return Outside(f"{name}()") if len(name) < LONGEST_NAME else UNKNOWN

    def _exists(self, value: Value | None) -> Value:
        """Whether a file is there: yes for one of the zip, no for one on another machine, else unknown."""
        path = self.resolved(value) if value else None
        if path is None:
            return UNKNOWN
        if path.anchor is Anchor.SUBMISSION and path.text.strip("/") in self.tree.archive:
            return Constant(value=True)
        return Constant(value=False) if path.anchor is Anchor.NONE and ELSEWHERE.match(f"{path.text}/") else UNKNOWN

    def _method(self, receiver: Value, name: str, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
        if isinstance(receiver, Text):
            if receiver.is_path and name in ("exists", "is_file", "is_dir"):
                return self._exists(receiver)
            return texts.called(receiver, name, arguments.positional, arguments.named, self.working)
        if is_mutable(receiver) and name not in ("get", "keys", "values", "items", "index", "count", "copy"):
            target = node.func.value if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None
            is_known = name == "append" and self.sure and isinstance(receiver, Items) and len(arguments.positional) == 1
            if isinstance(target, ast.Name | ast.Attribute):
                more = (*receiver.values, *arguments.positional) if isinstance(receiver, Items) else ()
                self.assign(target, Items(more, fixed=False) if is_known else UNKNOWN, scope)
            return UNKNOWN
        return of_container(receiver, name, arguments.positional)


def _bound(function: Function, arguments: Arguments) -> dict[str, Value]:
    """The names that a function starts with."""
    node = function.node.args
    names = [argument.arg for argument in (*node.posonlyargs, *node.args)]
    given = (function.bound, *arguments.positional) if function.bound is not None else arguments.positional
    absent = function.defaults if arguments.complete else {}
    bound: dict[str, Value] = {}
    for number, name in enumerate(names):
        bound[name] = given[number] if number < len(given) else arguments.named.get(name, absent.get(name, UNKNOWN))
    for argument in node.kwonlyargs:
        bound[argument.arg] = arguments.named.get(argument.arg, absent.get(argument.arg, UNKNOWN))
    if node.vararg:
        bound[node.vararg.arg] = Items(given[len(names) :]) if arguments.complete else UNKNOWN
    if node.kwarg:
        bound[node.kwarg.arg] = UNKNOWN
    return bound
