"""Tells which public modules and names some packages have, from inside an environment that has them.

Runs as a script there: Python 3.7 or newer, standard library only. It reads a request as JSON from its standard input:
`packages` to walk, and `names`, by module, of which it tells whether they are there though `dir` does not list them.
The answer goes to the file that is its one argument.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import pkgutil
import sys
import types
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SKIPPED = {"tests", "test", "conftest", "setup", "src", "distutils", "f2py", "backends"}
BY_ATTRIBUTE = {"tensorflow"}
"""Its files are not its interface: modules are those that can be reached from it by attribute."""
INSIDE = {"python", "core", "compiler", "tools", "contrib", "include"}
LONGEST = 6


def is_public(name: str) -> bool:
    """Whether a name is one to be used by others."""
    return not name.startswith("_")


def walk(package: str) -> dict[str, list[str] | None]:
    """Module -> its names, None where it is there but cannot be imported; empty where the package is not there."""
    told: dict[str, list[str] | None] = {}
    try:
        todo: list[tuple[str, Any]] = [(package, importlib.import_module(package))]
    except ImportError:
        return told
    while todo:
        path, module = todo.pop()
        names = [] if module is None else sorted(filter(is_public, _names(module)))
        told[path] = None if module is None else names
        for name, child in _by_attribute(path, module) if package in BY_ATTRIBUTE else _by_file(path, module):
            if name not in names:
                names.append(name)
            if is_public(name) and name not in SKIPPED and path.count(".") < LONGEST:
                todo.append((path + "." + name, child))
    return told


def _names(module: Any) -> Iterator[str]:
    """The names of a module without those of other packages' modules that it happens to use."""
    root = _root(module)
    for name in dir(module):
        value = module.__dict__.get(name)
        if root in BY_ATTRIBUTE or not isinstance(value, types.ModuleType) or _root(value) == root:
            yield name


def _root(module: Any) -> str:
    """The package of a module; of a lazy one that does not tell its name, TensorFlow's own."""
    try:
        return str(module.__name__).partition(".")[0]
    except AttributeError:
        return "tensorflow"


def _by_file(path: str, module: Any) -> Iterator[tuple[str, Any]]:
    for found in pkgutil.iter_modules(getattr(module, "__path__", ())):
        if is_public(found.name) and found.name not in SKIPPED:
            yield found.name, _imported(path + "." + found.name)


def _imported(path: str) -> Any:
    try:
        return importlib.import_module(path)
    except BaseException:  # whatever it raises, or exits with, it cannot be imported
        return None


def _by_attribute(path: str, module: Any) -> Iterator[tuple[str, Any]]:
    for name in dir(module):
        if not is_public(name) or name in INSIDE or path.count("compat") + (name == "compat") > 1:
            continue
        if path.startswith("tensorflow.compat") and name in ("keras", "estimator"):
            continue
        value = _value(module, name)
        if isinstance(value, types.ModuleType) and _root(value) in ("tensorflow", "keras"):
            yield name, value


def _value(module: Any, name: str) -> Any:
    """An attribute that can be had and listed; None where it is a lazy one that cannot be loaded."""
    try:
        value = getattr(module, name)
        dir(value)
    except Exception:
        return None
    return value


def has(module: str, name: str) -> bool | None:
    """Whether a module has a name: one that `dir` does not list may still be given, and one it lists may not.

    None where it has a module of that name which cannot be imported here.
    """
    found = _imported(module) or _by_path(module)
    try:
        getattr(found, name)
        return True
    except AttributeError:
        is_there = _imported(module + "." + name) is not None
        return True if is_there else (None if _has_file(module + "." + name) else False)
    except Exception:
        return None


def _has_file(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except Exception:
        return False


def _by_path(path: str) -> Any:
    first, *rest = path.split(".")
    found: Any = importlib.import_module(first)
    for name in rest:
        found = getattr(found, name, None)
    return found


def version_of(package: str) -> Any:
    """What a package says that it is."""
    if package == "PIL":
        return importlib.import_module("PIL").__version__
    return getattr(importlib.import_module(package), "__version__", None)


def main() -> None:
    """Answer the request."""
    warnings.simplefilter("ignore")
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    os.environ["MPLBACKEND"] = "agg"
    request = json.load(sys.stdin)
    sys.stdout = sys.stderr
    told: dict[str, Any] = {"packages": {}, "names": {}}
    for package in request["packages"]:
        modules = walk(package)
        if modules:
            told["packages"][package] = {"version": version_of(package), "modules": modules}
            if package == "tensorflow":
                own = _imported("keras") or _by_path("tensorflow.keras")
                told["packages"][package]["keras"] = own.__version__
    for module, names in request["names"].items():
        told["names"][module] = {name: has(module, name) for name in names}
    Path(sys.argv[1]).write_text(json.dumps(told), "utf-8")
    os._exit(0)  # modules that were imported have left threads and handlers of their own


if __name__ == "__main__":
    main()
