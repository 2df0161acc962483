"""Expressions of a walk: what each stands for. Every part of an expression is walked, so that its calls are seen."""

import ast
import builtins
from collections.abc import Callable, Iterator
from typing import Any

from tools.checks.python_source import UNKNOWN
from tools.checks.walk import texts
from tools.checks.walk.events import Arguments
from tools.checks.walk.operators import combined, compared
from tools.checks.walk.state import State
from tools.checks.walk.values import (
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
    truth,
)

LONGEST_LITERAL = 256
LONGEST_LOOP = 64
BUILTINS = frozenset(dir(builtins))


class Expressions(State):
    """The part of the walker that evaluates."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """See State."""
        super().__init__(*arguments, **options)
        self._by_kind: dict[type[ast.expr], Callable[[Any, Scope], Value]] = {
            ast.Constant: lambda node, _scope: constant(node.value),
            ast.Name: self._name,
            ast.Attribute: self._attribute,
            ast.BinOp: self._binary,
            ast.BoolOp: self._boolean,
            ast.UnaryOp: self._unary,
            ast.Compare: self._compare,
            ast.IfExp: self._conditional,
            ast.Tuple: self._items,
            ast.List: self._items,
            ast.Set: self._items,
            ast.Dict: self._table,
            ast.Subscript: self._subscript,
            ast.JoinedStr: self._fstring,
            ast.FormattedValue: self._formatted,
            ast.NamedExpr: self._walrus,
            ast.Lambda: self._lambda,
            ast.ListComp: self._comprehension,
            ast.SetComp: self._comprehension,
            ast.GeneratorExp: self._comprehension,
            ast.DictComp: self._comprehension,
            ast.Call: self._call,
        }

    def evaluate(self, node: ast.expr, scope: Scope) -> Value:
        """What an expression stands for."""
        self.spend()
        known = self._by_kind.get(type(node))
        if known:
            return known(node, scope)
        self._parts(node, scope)
        return UNKNOWN

    def _parts(self, node: ast.AST, scope: Scope) -> None:
        for part in ast.iter_child_nodes(node):
            if isinstance(part, ast.expr):
                self.evaluate(part, scope)
            else:
                self._parts(part, scope)

    def look_up(self, name: str, scope: Scope) -> Value | None:
        """What a name stands for where it is read; None where nothing seen binds it."""
        current: Scope | None = scope
        while current:
            if name in current.names:
                return current.names[name]
            current = current.parent
        if name in scope.module.names:
            return scope.module.names[name]
        return Outside(name) if name in BUILTINS else None

    def _name(self, node: ast.Name, scope: Scope) -> Value:
        place = (scope.module.member, node.lineno, node.col_offset)
        if not self.caught:
            self.names[place] = self.names.get(place, False) or self.sure
        found = self.look_up(node.id, scope)
        if found is None:
            self.unresolved.add(scope.module.member)
        if isinstance(found, Outside) and found.name in ("globals", "exec", "eval", "vars", "locals"):
            scope.module.open = True
        return UNKNOWN if found is None else found

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Value:
        owner = self.evaluate(node.value, scope)
        if owner == Outside("sys") and node.attr == "path":
            self.path_uses.add((scope.module.member, node.lineno, node.col_offset))
        return self.attribute(owner, node.attr, self.site(node, scope))

    def _binary(self, node: ast.BinOp, scope: Scope) -> Value:
        left, right = self.evaluate(node.left, scope), self.evaluate(node.right, scope)
        return combined(node.op, left, right)

    def _boolean(self, node: ast.BoolOp, scope: Scope) -> Value:
        value = self.evaluate(node.values[0], scope)
        stops_at = isinstance(node.op, ast.Or)
        for number, part in enumerate(node.values[1:]):
            known = truth(value)
            if known is stops_at:
                return value
            with self.unsure(when=known is None):
                after = self.evaluate(part, scope)
                if known is not None:
                    value = after
                    continue
                for rest in node.values[number + 2 :]:
                    self.evaluate(rest, scope)
                return UNKNOWN
        return value

    def _unary(self, node: ast.UnaryOp, scope: Scope) -> Value:
        value = self.evaluate(node.operand, scope)
        if isinstance(node.op, ast.Not):
            known = truth(value)
            return UNKNOWN if known is None else Constant(not known)
        if isinstance(node.op, ast.USub) and isinstance(value, Constant) and isinstance(value.value, int | float):
            return Constant(-value.value)
        return UNKNOWN

    def _compare(self, node: ast.Compare, scope: Scope) -> Value:
        left, *rest = [self.evaluate(part, scope) for part in (node.left, *node.comparators)]
        return compared(node.ops[0], left, rest[0]) if len(rest) == 1 else UNKNOWN

    def _conditional(self, node: ast.IfExp, scope: Scope) -> Value:
        known = truth(self.evaluate(node.test, scope))
        if known is not None:
            return self.evaluate(node.body if known else node.orelse, scope)
        with self.unsure():
            return joined(self.evaluate(node.body, scope), self.evaluate(node.orelse, scope))

    def _items(self, node: ast.Tuple | ast.List | ast.Set, scope: Scope) -> Value:
        if len(node.elts) > LONGEST_LITERAL:
            return UNKNOWN
        values = tuple(self.evaluate(part, scope) for part in node.elts)
        if any(isinstance(part, ast.Starred) for part in node.elts):
            return UNKNOWN
        return Items(values, fixed=isinstance(node, ast.Tuple))

    def _table(self, node: ast.Dict, scope: Scope) -> Value:
        if len(node.keys) > LONGEST_LITERAL:
            return UNKNOWN
        pairs: dict[object, Value] = {}
        is_known = True
        for key, part in zip(node.keys, node.values, strict=True):
            name = self.evaluate(key, scope) if key else UNKNOWN
            value = self.evaluate(part, scope)
            plain = name.text if isinstance(name, Text) else name.value if isinstance(name, Constant) else None
            is_known = is_known and plain is not None
            pairs[plain] = value
        return Table(tuple(pairs.items())) if is_known else UNKNOWN

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Value:
        owner, key = self.evaluate(node.value, scope), self.evaluate(node.slice, scope)
        match owner, key:
            case Items(values=values), Constant(value=int(position)) if -len(values) <= position < len(values):
                return values[position]
            case Table(pairs=pairs), Text(text=name) | Constant(value=name):
                return dict(pairs).get(name, UNKNOWN)
        return UNKNOWN

    def _fstring(self, node: ast.JoinedStr, scope: Scope) -> Value:
        return texts.concatenated([self.evaluate(part, scope) for part in node.values])

    def _formatted(self, node: ast.FormattedValue, scope: Scope) -> Value:
        value = self.evaluate(node.value, scope)
        if node.format_spec:
            self.evaluate(node.format_spec, scope)
        is_plain = node.format_spec is None and node.conversion in (-1, ord("s"))
        return value if is_plain and isinstance(value, Text | Constant) else UNKNOWN

    def _walrus(self, node: ast.NamedExpr, scope: Scope) -> Value:
        value = self.evaluate(node.value, scope)
        self.assign(node.target, value, scope)
        return value

    def _lambda(self, node: ast.Lambda, scope: Scope) -> Value:
        return Function(node=node, scope=scope, defaults=self.defaults(node.args, scope))

    def defaults(self, arguments: ast.arguments, scope: Scope) -> dict[str, Value]:
        """The values of a function's defaults, by the names of the parameters."""
        positional = [*arguments.posonlyargs, *arguments.args]
        with_default = positional[len(positional) - len(arguments.defaults) :]
        pairs = [*zip(with_default, arguments.defaults, strict=True)]
        keyword = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        pairs += [(name, value) for name, value in keyword if value is not None]
        return {name.arg: self.evaluate(value, scope) for name, value in pairs}

    def _comprehension(self, node: Any, scope: Scope) -> Value:
        inner = Scope(module=scope.module, names={}, parent=scope, owner=scope.owner)
        results = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        found = list(self._rounds(node.generators, results, inner))
        is_known = isinstance(node, ast.ListComp) and len(found) <= LONGEST_LOOP and None not in found
        return Items(tuple(value for value in found if value is not None), fixed=False) if is_known else UNKNOWN

    def _rounds(
        self, generators: list[ast.comprehension], results: list[ast.expr], scope: Scope
    ) -> Iterator[Value | None]:
        """The values of a comprehension, None for those that are not known to be there."""
        if not generators:
            values = [self.evaluate(result, scope) for result in results]
            yield values[0] if self.sure else None
            return
        first, *rest = generators
        for value, is_sure in self.rounds(self.evaluate(first.iter, scope)):
            with self.unsure(when=not is_sure):
                self.assign(first.target, value, scope)
                tests = [truth(self.evaluate(test, scope)) for test in first.ifs]
                if False in tests:
                    continue
                with self.unsure(when=None in tests):
                    yield from self._rounds(rest, results, scope)

    def rounds(self, iterable: Value) -> list[tuple[Value, bool]]:
        """What a loop's variable stands for, round by round, and whether that round surely comes."""
        if isinstance(iterable, Table):
            iterable = Items(tuple(constant(key) for key, _ in iterable.pairs))
        if isinstance(iterable, Items) and len(iterable.values) <= LONGEST_LOOP:
            return [(value, True) for value in iterable.values] or [(UNKNOWN, False)]
        return [(UNKNOWN, False)]

    def _call(self, node: ast.Call, scope: Scope) -> Value:
        callee = self.evaluate(node.func, scope)
        positional = tuple(self.evaluate(part, scope) for part in node.args)
        named = {part.arg or "**": self.evaluate(part.value, scope) for part in node.keywords}
        star = next((number for number, part in enumerate(node.args) if isinstance(part, ast.Starred)), None)
        is_complete = star is None and "**" not in named
        named.pop("**", None)
        return self.apply(callee, Arguments(positional[:star], named, is_complete), node, scope)
