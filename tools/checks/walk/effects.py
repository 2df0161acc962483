"""Calls that change what a walk knows: the working directory, sys.path, modules, attributes by name."""

import ast
from collections.abc import Callable
from typing import Any

from tools.checks.python_source import UNKNOWN
from tools.checks.walk.events import Call
from tools.checks.walk.values import Anchor, Constant, Instance, Items, Scope, Text, Value

Effect = Callable[[Any, Call, ast.expr, Scope], Value]
"""From the walker, the call as it was seen, its expression and scope."""


def _chdir(walker: Any, seen: Call, _node: ast.expr, _scope: Scope) -> Value:
    """A folder that is not known, or not surely entered, makes every relative path unknown."""
    place = walker.resolved(seen.arguments.get(0, "path") or UNKNOWN)
    is_known = walker.sure and place is not None and place.anchor is not Anchor.NONE
    walker.working = place if is_known else None
    return Constant(None)


def _add_to_path(walker: Any, seen: Call, node: ast.expr, scope: Scope) -> Value:
    entry = seen.arguments.get(1 if seen.target.endswith("insert") else 0) or UNKNOWN
    entries = entry.values if seen.target.endswith("extend") and isinstance(entry, Items) else (entry,)
    for one in entries:
        walker.add_to_path(one, node, scope, first=seen.target.endswith("insert"))
    return Constant(None)


def _import_module(walker: Any, seen: Call, node: ast.expr, scope: Scope) -> Value:
    name = seen.arguments.get(0, "name")
    if not isinstance(name, Text) or name.text.startswith(".") or name.anchor is not Anchor.NONE or not name.text:
        return UNKNOWN
    found: Value = walker.bring(name.text, (), node, scope)
    return found


def _getattr(walker: Any, seen: Call, node: ast.expr, scope: Scope) -> Value:
    """With a default, an attribute that is not there is no mistake."""
    match seen.arguments.positional:
        case (owner, Text(text=name)):
            found: Value = walker.attribute(owner, name, walker.site(node, scope))
            return found
    return UNKNOWN


def _setattr(walker: Any, seen: Call, _node: ast.expr, _scope: Scope) -> Value:
    match seen.arguments.positional:
        case (owner, Text(text=name), value):
            walker.set_attribute(owner, name, value)
        case (Instance() as owner, *_):
            owner.names = dict.fromkeys(owner.names, UNKNOWN)
        case (owner, *_) if hasattr(owner, "open"):
            owner.open = True
    return Constant(None)


def _anything(_walker: Any, _seen: Call, _node: ast.expr, scope: Scope) -> Value:
    """What it runs may define any name."""
    scope.module.open = True
    return UNKNOWN


def _path_is_unknown(walker: Any, _seen: Call, _node: ast.expr, _scope: Scope) -> Value:
    walker.is_path_known = False
    return UNKNOWN


EFFECTS: dict[str, Effect] = {
    "os.chdir": _chdir,
    "os.fchdir": _chdir,
    "contextlib.chdir": _chdir,
    "sys.path.append": _add_to_path,
    "sys.path.insert": _add_to_path,
    "sys.path.extend": _add_to_path,
    "site.addsitedir": _add_to_path,
    "sys.meta_path.append": _path_is_unknown,
    "sys.meta_path.insert": _path_is_unknown,
    "sys.modules.setdefault": _path_is_unknown,
    "sys.modules.update": _path_is_unknown,
    "sys.path_hooks.append": _path_is_unknown,
    "importlib.import_module": _import_module,
    "__import__": _import_module,
    "getattr": _getattr,
    "setattr": _setattr,
    "exec": _anything,
    "eval": _anything,
    "globals": _anything,
    "vars": _anything,
}
"""By canonical name."""
