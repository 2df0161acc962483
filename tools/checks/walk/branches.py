"""Branches, loops and handlers of a walk: what of them surely runs."""

import ast
from abc import abstractmethod
from collections.abc import Callable
from typing import Any

from tools.checks.python_source import UNKNOWN
from tools.checks.walk.frames import BREAK, NEVER_RETURN, NEXT, RAISE, RETURN, Frame, either
from tools.checks.walk.state import State
from tools.checks.walk.values import Constant, Outside, Scope, Text, Value, truth


class Branches(State):
    """The part of the walker that takes one way or another, or may."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """See State."""
        super().__init__(*arguments, **options)
        self.frames: list[Frame] = [Frame()]
        self.by_kind_of_branch: dict[type[ast.stmt], Callable[[Any, Scope], str]] = {
            ast.If: self._if,
            ast.For: self._for,
            ast.AsyncFor: self._for,
            ast.While: self._while,
            ast.Try: self._try,
            ast.TryStar: self._try,
            ast.With: self._with,
            ast.AsyncWith: self._with,
            ast.Match: self._match,
            ast.Assert: self._assert,
        }

    @abstractmethod
    def rounds(self, iterable: Value) -> list[tuple[Value, bool]]:
        """What a loop's variable stands for, round by round, and whether that round surely comes."""

    @abstractmethod
    def names_of(self, name: str, scope: Scope) -> dict[str, Value]:
        """The names among which one is bound."""

    def _if(self, node: ast.If, scope: Scope) -> str:
        tests = len(self.tested)
        known = truth(self.evaluate(node.test, scope))
        if known is not None:
            return self.run(node.body if known else node.orelse, scope)
        with self.unsure():
            hows = {self.run(node.body, scope), self.run(node.orelse, scope)}
        if not node.orelse and hows == {RAISE, NEXT}:
            del self.tested[tests:]
        return either(hows)

    def _assert(self, node: ast.Assert, scope: Scope) -> str:
        tests = len(self.tested)
        self.evaluate(node.test, scope)
        del self.tested[tests:]
        if node.msg:
            with self.unsure():
                self.evaluate(node.msg, scope)
        return NEXT

    def _for(self, node: ast.For | ast.AsyncFor, scope: Scope) -> str:
        rounds = self.rounds(self.evaluate(node.iter, scope))
        if len(rounds) != 1:
            return self._loop([(value, True) for value, _ in rounds], node, scope)
        self._forget(node.body, scope, when=not rounds[0][1])
        return self._loop(rounds, node, scope)

    def _loop(self, rounds: list[tuple[Value, bool]], node: ast.For | ast.AsyncFor, scope: Scope) -> str:
        loops = self.frames[-1].loops
        loops.append(False)
        how = NEXT
        for value, is_sure in rounds:
            with self.unsure(when=not is_sure or loops[-1]):
                self.assign(node.target, value, scope)
                how = self.run(node.body, scope)
            if how in (BREAK, RETURN, RAISE):
                break
        may_have_left = loops.pop()
        is_left = how in (RETURN, RAISE) and not may_have_left and rounds[0][1]
        with self.unsure(when=may_have_left):
            after = self.run(node.orelse, scope) if not is_left else how
        return after if not may_have_left else NEXT

    def _while(self, node: ast.While, scope: Scope) -> str:
        self._forget(node.body, scope)
        known = truth(self.evaluate(node.test, scope))
        if known is False:
            return self.run(node.orelse, scope)
        loops = self.frames[-1].loops
        loops.append(False)
        with self.unsure(when=known is None):
            how = self.run(node.body, scope)
        may_have_left = loops.pop()
        if known and how in (RETURN, RAISE) and not may_have_left:
            return how
        with self.unsure():
            self.run(node.orelse, scope)
        return NEXT

    def _forget(self, body: list[ast.stmt], scope: Scope, *, when: bool = True) -> None:
        """What a loop binds has, from its second round on, another value."""
        if not when:
            return
        for statement in body:
            for node in ast.walk(statement):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    self.names_of(node.id, scope)[node.id] = UNKNOWN

    def _try(self, node: ast.Try | ast.TryStar, scope: Scope) -> str:
        handlers = [handler for handler in node.handlers if not _only_of_names(handler)]
        is_guarded = any(not _leaves(handler.body) for handler in handlers)
        with self.unsure(when=is_guarded, caught=True):
            how = self.run(node.body, scope)
            if how == NEXT:
                how = self.run(node.orelse, scope)
        hows = {how}
        with self.unsure():
            for handler in handlers:
                if handler.type:
                    self.evaluate(handler.type, scope)
                if handler.name:
                    scope.names[handler.name] = UNKNOWN
                hows.add(self.run(handler.body, scope))
        final = self.run(node.finalbody, scope)
        if final != NEXT:
            return final
        if not is_guarded:
            return how
        return either(hows)

    def _with(self, node: ast.With | ast.AsyncWith, scope: Scope) -> str:
        is_guarded = False
        for item in node.items:
            value = self.evaluate(item.context_expr, scope)
            is_suppressing = value == Outside("contextlib.suppress()") or not isinstance(
                value, Outside | Text | Constant
            )
            is_guarded = is_guarded or is_suppressing
            if item.optional_vars:
                self.assign(item.optional_vars, value, scope)
        with self.unsure(when=is_guarded, caught=True):
            how = self.run(node.body, scope)
        return NEXT if is_guarded and how == RAISE else how

    def _match(self, node: ast.Match, scope: Scope) -> str:
        self.evaluate(node.subject, scope)
        with self.unsure():
            for case in node.cases:
                for part in ast.walk(case.pattern):
                    name = getattr(part, "name", None) or getattr(part, "rest", None)
                    if isinstance(name, str):
                        scope.names[name] = UNKNOWN
                if case.guard:
                    self.evaluate(case.guard, scope)
                self.run(case.body, scope)
        return NEXT


def _only_of_names(handler: ast.ExceptHandler) -> bool:
    """Whether a handler waits for names that are not defined: `__file__` is, where a notebook has none."""
    return isinstance(handler.type, ast.Name) and handler.type.id == "NameError"


def _leaves(body: list[ast.stmt]) -> bool:
    """Whether a handler ends in an exception, so that it hides none."""
    last = body[-1]
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call):
        return ast.unparse(last.value.func) in NEVER_RETURN
    return isinstance(last, ast.Raise)
