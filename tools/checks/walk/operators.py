"""Operators on values, decided only where both sides are known."""

import ast
import operator
from collections.abc import Callable
from typing import Any

from tools.checks.python_source import UNKNOWN
from tools.checks.walk import texts
from tools.checks.walk.values import (
    NONE,
    Anchor,
    Class,
    Constant,
    Function,
    Instance,
    Items,
    Module,
    Table,
    Text,
    Value,
)

ORDER: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
LONGEST_LITERAL = 256


def compared(how: ast.cmpop, left: Value, right: Value) -> Value:
    """What `left OP right` gives."""
    known: bool | None = None
    if isinstance(how, ast.Is | ast.IsNot):
        known = _is_none(left) if right == NONE else None
        known = not known if isinstance(how, ast.IsNot) and known is not None else known
    elif isinstance(how, ast.In | ast.NotIn):
        known = _is_in(left, right)
        known = not known if isinstance(how, ast.NotIn) and known is not None else known
    else:
        known = _ordered(ORDER[type(how)], left, right)
    return UNKNOWN if known is None else Constant(known)


def _is_none(value: Value) -> bool | None:
    if isinstance(value, Constant):
        return value.value is None
    return False if isinstance(value, Text | Items | Table | Module | Function | Class | Instance) else None


def _is_in(left: Value, right: Value) -> bool | None:
    text = _plain(left)
    if isinstance(right, Items) and right.fixed and text is not None:
        values = [_plain(value) for value in right.values]
        return text in values if None not in values else None
    if isinstance(right, Text) and isinstance(text, str) and right.anchor is Anchor.NONE:
        return text in right.text
    return None


def _ordered(how: Callable[[Any, Any], bool], left: Value, right: Value) -> bool | None:
    if isinstance(left, Items) and isinstance(right, Items):
        return _ordered_items(how, left, right)
    one, other = _plain(left), _plain(right)
    if one is None or other is None:
        return None
    try:
        return bool(how(one, other))
    except TypeError:
        return None


def _ordered_items(how: Callable[[Any, Any], bool], left: Items, right: Items) -> bool | None:
    """Tuples such as sys.version_info, decided by the first part that differs."""
    for one, other in zip(left.values, right.values, strict=False):
        mine, theirs = _plain(one), _plain(other)
        if mine is None or theirs is None:
            return None
        if mine != theirs:
            return bool(how(mine, theirs))
    is_same_length = len(left.values) == len(right.values)
    return bool(how(len(left.values), len(right.values))) if (left.fixed and right.fixed) or is_same_length else None


def _plain(value: Value) -> Any:
    """A string without an anchor, or a number; None for anything else."""
    if isinstance(value, Text) and value.anchor is Anchor.NONE and not value.is_path:
        return value.text
    return value.value if isinstance(value, Constant) and value.value is not None else None


def combined(how: ast.operator, left: Value, right: Value) -> Value:
    """What `left OP right` gives."""
    match how, left, right:
        case ast.Add(), Text(is_path=False), Text(is_path=False):
            return texts.concatenated([left, right])
        case ast.Div(), Text(), Text() if left.is_path or right.is_path:
            return texts.join([left, right], is_path=True)
        case ast.Mod(), Text(is_path=False), _:
            return texts.percent(left, right)
        case ast.Add(), Items(), Items():
            return Items((*left.values, *right.values)[:LONGEST_LITERAL], left.fixed and right.fixed)
    return UNKNOWN
