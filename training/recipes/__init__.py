"""The recorded experiments: one file a recipe, with what it took and what it reached.

A new recipe is a new file here with one RECIPE in it; its name is the file's, with hyphens.
results/ keeps what each reached.
"""

import difflib
import importlib
import pkgutil
from types import ModuleType

from training.errors import InputError
from training.recipes.recipe import Recipe

NOT_RECIPES = ("recipe", "results")


def names() -> tuple[str, ...]:
    """The recipes that `kit train` knows, sorted."""
    modules = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return tuple(module.replace("_", "-") for module in modules if module not in NOT_RECIPES)


def get(name: str) -> Recipe:
    """The recipe of that name. Raises InputError listing the known ones where there is none."""
    recipe: Recipe = _module(name).RECIPE
    return recipe


def record(name: str) -> str:
    """The text under which a recipe is kept: command, machine, time and scores. Raises as `get`."""
    return (_module(name).__doc__ or "").strip()


def _module(name: str) -> ModuleType:
    if name not in names():
        near = difflib.get_close_matches(name, names(), n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise InputError(f"there is no recipe {name!r}", f"{hint}the recipes are: {', '.join(names())}")
    return importlib.import_module(f"{__name__}.{name.replace('-', '_')}")
