"""What is done to training images, each by itself, before the network sees them.

An augmentation is a function of the images, their rows in the data set, and the moment (seed and epoch). Nothing else
enters, so that an epoch's images are the same whatever their batches, their order and the number of workers.
Nothing here is shared with the shift suite that measures a model: what measures must not leak into what trains.
"""

from functools import partial

from training.augment import pipelines, policies
from training.augment.basic import mirror_and_turn
from training.augment.engine import Augmentation, per_image

_KNOWN: dict[str, Augmentation] = {
    "basic": mirror_and_turn,
    "report": per_image(policies.report),
    "seven-pipelines": per_image(pipelines.one_of_seven),
    "rand": per_image(policies.rand),
    "strong": per_image(policies.strong),
    "trivial": per_image(policies.trivial),
    "augmix": per_image(policies.augmix),
}

PIPELINES: dict[str, Augmentation] = {
    name: per_image(partial(pipelines.alone, pipeline)) for name, pipeline in pipelines.SEVEN.items()
}
"""Each of the seven pipelines alone, for figures."""


def named(name: str | None) -> Augmentation | None:
    """The augmentation that a recipe names, one of training.recipes.recipe.AUGMENTATIONS; None where it is off."""
    return None if name is None else _KNOWN[name]


__all__ = ["PIPELINES", "Augmentation", "named"]
