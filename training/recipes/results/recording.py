"""Keeps the result of a run as its recipe's: what `kit recipes` shows, and what records and the README quote."""

import shutil
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from training import card as cards
from training import recipes
from training.errors import InputError
from training.files import replacing
from training.recipes import results
from training.recipes.recipe import Recipe
from training.run_folder import CARD, HISTORY, is_finished


def record(run_dir: Path, into: Path = results.FOLDER) -> str:
    """Copy card.json and history.csv of a finished run to its recipe's results, and return the recipe's name.

    Raises InputError where the run is not finished, was trained with other values than the recipe has today, or
    without the weights that a backbone is about, and OSError. An older result of the recipe is replaced.
    """
    if not is_finished(run_dir) or not (run_dir / HISTORY).is_file():
        raise InputError(f"{run_dir} holds no finished run", "give the folder of one: kit recipes --record runs/NAME")
    card = cards.read(run_dir / CARD)
    name = card.get("recipe")
    if name is None:
        raise InputError(f"{run_dir} was trained elsewhere, it is of no recipe", "record a run of kit train")
    if told := deviations(name, card):
        raise InputError(
            f"{run_dir} is not {name} as it is today: {'; '.join(told)}",
            f"train it again: kit train {name}; or write the values into training/recipes/{name.replace('-', '_')}.py",
        )
    if recipes.get(name).is_transfer and card.get("weights") is None:
        raise InputError(
            f"{run_dir} began with random weights, {name} is about ImageNet's",
            f"train it with --weights imagenet or --weights FILE: kit train {name}",
        )
    for file in (CARD, HISTORY):
        with replacing(into / name / file) as beside:
            shutil.copyfile(run_dir / file, beside)
    return str(name)


def deviations(name: str, card: dict[str, Any]) -> list[str]:
    """In what a card's settings are not the recipe's, as `field: the card's value there, the recipe's now`.

    A field that came after the card was written counts as its default. Raises InputError where there is no such recipe.
    """
    now, then = recipes.get(name).settings, card["settings"]
    defaults = {field.name: field.default for field in fields(Recipe) if field.default is not MISSING}
    told = []
    for field in dict.fromkeys([*now, *then]):
        there = then.get(field, _as_json(defaults.get(field)))
        if there != now.get(field):
            told.append(f"{field}: {there!r} there, {now.get(field)!r} now")
    return told


def _as_json(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
