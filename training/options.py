"""How a recipe is run this time, as the command line says it. Nothing here needs Keras."""

from dataclasses import dataclass
from pathlib import Path

from training.errors import InputError
from training.recipes.recipe import Recipe

NO_WEIGHTS = "none"
IMAGENET = "imagenet"


@dataclass(frozen=True, kw_only=True)
class Options:
    """How a recipe is run this time."""

    epochs: int | None = None
    """At most so many in each phase, not the recipe's; None: the recipe's or, on resuming, what the run began with."""
    weights: str | None = None
    """What a backbone begins with: IMAGENET, the path of a file, or NO_WEIGHTS. Networks from scratch want None."""
    teachers: tuple[Path, ...] = ()
    """Folders of finished runs, whose answers are averaged: what a recipe with `distillation` learns from."""
    seed: int = 0
    """Decides the split, the first weights, the order and the augmentation."""
    fractions: tuple[float, float, float] = (0.64, 0.16, 0.2)
    """Train, validation, test."""
    memory_map: bool | None = None
    """Whether images are read from the disk batch by batch; None: where they would fill half of the free memory."""
    resume: bool = False
    overwrite: bool = False
    """Delete the run that lies in the folder first."""
    command: str = ""
    """What the user typed, for the card."""


def require_weights(recipe: Recipe, weights: str | None) -> None:
    """Raise InputError where a backbone has no word of its weights, a file is missing, or a network takes none."""
    if not recipe.is_transfer:
        if weights not in (None, NO_WEIGHTS):
            raise InputError(
                f"{recipe.name} is trained from scratch, it takes no weights: got {weights}", "leave --weights out"
            )
        return
    if weights is None:
        raise InputError(
            f"{recipe.name} begins with the weights of {recipe.network}, and it was not said which",
            f"--weights {IMAGENET} downloads ImageNet's through Keras; --weights FILE takes a file that was downloaded "
            f"before; --weights {NO_WEIGHTS} begins with random ones, which proves the code and little else",
        )
    if weights not in (IMAGENET, NO_WEIGHTS) and not Path(weights).is_file():
        raise InputError(
            f"there is no file of weights {weights}", f"check the path, or say --weights {IMAGENET} or {NO_WEIGHTS}"
        )
