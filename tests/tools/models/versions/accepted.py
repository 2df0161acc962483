"""Which arguments each class of this Keras takes from a file: `accepted.py` prints {class: [argument, ...]}.

Runs in the Python of the environment. Told generously: a name that the constructor or `from_config` of the class or of
a base only mentions counts as taken, so that what is missing here is surely refused.
"""

import ast
import importlib
import inspect
import json
import pkgutil
import sys
import textwrap
from typing import Any

import keras

if not hasattr(keras, "ops"):
    from tensorflow import keras


PUBLIC = ("layers", "initializers", "regularizers", "constraints", "optimizers", "losses", "metrics", "models")
ANY = "**"
LAYER = "+"


def classes() -> "dict[str, list[type]]":
    """Every class with from_config in any module of Keras, by its name, and by the names under which it is public."""
    package = importlib.import_module(keras.layers.Dense.__module__.partition(".layers")[0])
    modules = [getattr(keras, name) for name in PUBLIC]
    for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}.", onerror=str):
        if any(part in info.name for part in ("test", "backend.jax", "backend.torch", "backend.numpy", "openvino")):
            continue
        try:
            modules.append(importlib.import_module(info.name))
        except Exception:
            continue
    found: dict[str, list[type]] = {}
    for module in modules:
        for name, thing in list(vars(module).items()):
            if inspect.isclass(thing) and hasattr(thing, "from_config") and thing not in found.setdefault(name, []):
                found[name].append(thing)
    return {name: things for name, things in found.items() if things}


def accepted(thing: type) -> "set[str]":
    """The arguments that the class takes, from its own constructor and those that it passes them on to.

    ANY among them tells that it lets any other pass; LAYER is added to what is public as a layer or model.
    """
    names: set[str] = set()
    passed_on = True
    for owner in thing.__mro__:
        for method in ("from_config", "__new__"):
            if method in vars(owner) and owner.__name__ not in ("Operation", "Layer", "object"):
                tree = parsed(getattr(owner, method))
                names |= mentioned(tree)
                if method == "from_config" and not hands_on(tree, "config"):
                    names.add(ANY)
        if "__init__" not in vars(owner) or owner is object or not passed_on:
            continue
        constructor = inspect.unwrap(vars(owner)["__init__"])
        parameters = inspect.signature(constructor).parameters.values()
        tree = parsed(constructor)
        names |= {one.name for one in parameters if one.name != "self"} | mentioned(tree)
        rest = next((one.name for one in parameters if one.kind is one.VAR_KEYWORD), None)
        passed_on = rest is not None and hands_on(tree, rest)
        if rest and not passed_on and not refuses(tree, rest):
            names.add(ANY)
    return names


def parsed(function: Any) -> ast.AST:
    """The source of a function; empty where there is none to be had."""
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))
    except (OSError, TypeError, SyntaxError):
        return ast.Module([], [])


def mentioned(tree: ast.AST) -> "set[str]":
    """The strings in a source that could be names."""
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return {text for text in texts if text.isidentifier()}


def hands_on(tree: ast.AST, name: str) -> bool:
    """Whether some call gets `**name`."""
    given = (node.value for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg is None)
    return any(isinstance(value, ast.Name) and value.id == name for value in given)


def refuses(tree: ast.AST, name: str) -> bool:
    """Whether what is left in a dict is refused: `if kwargs: raise`, `if len(kwargs) != 0: raise`, or a validation."""
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and any(isinstance(inner, ast.Raise) for inner in ast.walk(node)):
            is_member = any(isinstance(inner, (ast.In, ast.NotIn)) for inner in ast.walk(node.test))
            if not is_member and any(isinstance(i, ast.Name) and i.id == name for i in ast.walk(node.test)):
                return True
        if isinstance(node, ast.Call) and "validate" in ast.dump(node.func):
            return True
    return False


if __name__ == "__main__":
    told = {name: sorted(set().union(*map(accepted, things))) for name, things in sorted(classes().items())}
    for name in set(told) & {*vars(keras.layers), *vars(keras.models)}:
        told[name].append(LAYER)
    json.dump(told, sys.stdout)
