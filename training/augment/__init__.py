"""What is done to training images, each by itself, before the network sees them.

An augmentation is a function of the images, their rows in the data set, and the moment (seed and epoch). Nothing else
enters, so that an epoch's images are the same whatever their batches, their order and the number of workers.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from training.augment.basic import mirror_and_turn

Augmentation = Callable[[npt.NDArray[np.uint8], npt.NDArray[np.int64], tuple[int, int]], npt.NDArray[np.uint8]]
"""(images (n, H, W, C) uint8, their rows (n,), (seed, epoch)) -> images of the same shape and type."""

_KNOWN: dict[str, Augmentation] = {"basic": mirror_and_turn}


def named(name: str | None) -> Augmentation | None:
    """The augmentation that a recipe names, one of training.recipes.recipe.AUGMENTATIONS; None where it is off."""
    return None if name is None else _KNOWN[name]
