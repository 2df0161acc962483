"""Two images become one, and their labels with them: MixUp and CutMix.

The other image of the pair is drawn from the whole subset by the image's own random numbers, not from its batch, so
that the batches do not matter. Both are augmented before they are mixed.
"""

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv

from training.augment.draws import Draws, draws
from training.augment.pixels import Pixels
from training.augment.values import blended

Mixing = Callable[[Pixels, Pixels, Draws], tuple[Pixels, float]]
"""(image, other of the same shape, random numbers) -> (the mixed one, the share of the first in it, 0 to 1)."""

_STREAM = 1
"""The random numbers of mixing are not those of augmentation."""
_MIXUP_ALPHA = 0.2
"""Zhang et al. 2018, section 3.1, for ImageNet: 0.1 to 0.4."""


def mixup(image: Pixels, other: Pixels, sequence: Draws) -> tuple[Pixels, float]:
    """A weighted mean of both; the weight is of Beta(0.2, 0.2), so that one of them mostly dominates.

    Zhang et al. 2018, "mixup: Beyond Empirical Risk Minimization".
    """
    share = float(betaincinv(_MIXUP_ALPHA, _MIXUP_ALPHA, sequence.uniform()))
    return blended(image, other, 1 - share), share


def cutmix(image: Pixels, other: Pixels, sequence: Draws) -> tuple[Pixels, float]:
    """A rectangle of the other one lies over the image; the share is that of the pixels which still are the image's.

    Yun et al. 2019, "CutMix", with Beta(1, 1).
    """
    height, width = image.shape[:2]
    side = math.sqrt(sequence.uniform())
    top, bottom = _span(height, side, sequence.uniform())
    left, right = _span(width, side, sequence.uniform())
    mixed = image.copy()
    mixed[top:bottom, left:right] = other[top:bottom, left:right]
    return mixed, 1 - (bottom - top) * (right - left) / (height * width)


def either(image: Pixels, other: Pixels, sequence: Draws) -> tuple[Pixels, float]:
    """MixUp or CutMix, as likely."""
    return (mixup if sequence.chance(0.5) else cutmix)(image, other, sequence)


KNOWN: dict[str, Mixing] = {"mixup": mixup, "cutmix": cutmix, "mixup-or-cutmix": either}
"""By training.recipes.recipe.MIXINGS."""


def pairs(
    rows: npt.NDArray[np.int64], moment: tuple[int, int], count: int
) -> tuple[npt.NDArray[np.int64], list[Draws]]:
    """For each image, by its row, the place (0 to `count` - 1) of the other of its pair, and its further numbers."""
    sequences = draws(rows, moment, _STREAM)
    return np.array([sequence.integer(count) for sequence in sequences], np.int64), sequences


def mixed(
    name: str, images: npt.NDArray[np.uint8], others: npt.NDArray[np.uint8], sequences: list[Draws]
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32]]:
    """Images (n, H, W, C) mixed with the others of their pairs, and the share (n,) that each has in its result."""
    out, shares = np.empty_like(images), np.empty(len(images), np.float32)
    for place, (image, other, sequence) in enumerate(zip(images, others, sequences, strict=True)):
        out[place], shares[place] = KNOWN[name](image, other, sequence)
    return out, shares


def _span(size: int, share: float, at: float) -> tuple[int, int]:
    """Begin and end of a stretch about a place (0 to 1) of a side, cut off at its ends."""
    half = share * size / 2
    return max(0, round(at * size - half)), min(size, round(at * size + half))
