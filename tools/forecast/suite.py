"""The shift suite: every family, and the compositions that a model is measured by.

Frozen: a change of anything that decides a pixel or the choice of images changes VERSION, so that figures of two
suites are never put side by side.

The strength was set once, on the report's baseline (2,391 test images, 0.943 clean): it reaches 0.221 on SHIFTED, where
it reached 0.21 on the real hidden set, while nearly all cells can still be recognised by eye; a CNN trained on such
images reached 0.71. docs/shift_suite.md has the tries and the figures.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.errors import KitError
from tools.forecast.blur import BLUR
from tools.forecast.corruption import LEAST_SIDE, Corruption, Family, Image
from tools.forecast.digital import DIGITAL
from tools.forecast.draw import Draw
from tools.forecast.geometric import GEOMETRIC
from tools.forecast.noise import NOISE
from tools.forecast.occlusion import OCCLUSION
from tools.forecast.optics import OPTICS
from tools.forecast.photometric import PHOTOMETRIC
from tools.forecast.stain import STAIN

VERSION = "1"
FAMILIES = (STAIN, GEOMETRIC, OPTICS, BLUR, PHOTOMETRIC, NOISE, OCCLUSION, DIGITAL)
"""In the order in which they happen to an image: on the slide, before the lens, in the sensor, in the file."""
SEEN = tuple(family for family in FAMILIES if family.is_seen)
UNSEEN = tuple(family for family in FAMILIES if not family.is_seen)
CORRUPTIONS = {corruption.name: corruption for family in FAMILIES for corruption in family.corruptions}


@dataclass(frozen=True, kw_only=True)
class Composition:
    """Two to four corruptions of one image, each of its own drawing, from different families as far as there are."""

    name: str
    families: tuple[Family, ...]
    always: tuple[Family, ...]
    """Families of which each image gets one corruption."""
    always_severities: tuple[int, ...]
    """What theirs are drawn from, all equally likely."""
    severities: tuple[int, ...]
    """What the others' are drawn from."""


_COLOUR_FIRST: dict[str, Any] = {"always": (PHOTOMETRIC,), "always_severities": (3, 4, 5), "severities": (1, 2, 3)}
SHIFTED = Composition(name="shifted", families=FAMILIES, **_COLOUR_FIRST)
"""The headline, a stand-in for the hidden set: a strong change of colour, and one to three weaker ones of any kind."""
SEEN_ONLY = Composition(name="seen", families=SEEN, **_COLOUR_FIRST)
UNSEEN_ONLY = Composition(
    name="unseen", families=UNSEEN, always=UNSEEN, always_severities=(2, 3, 4), severities=(2, 3, 4)
)
COMPOSITIONS = (SHIFTED, SEEN_ONLY, UNSEEN_ONLY)
_FEWEST, _MOST = 2, 4


def corrupted(image: Image, index: int, corruption: Corruption, severity: int) -> Image:
    """Image `index` of a set under one corruption; `image` (H, W, 3) uint8 stays as it is."""
    return corruption.apply(image, severity, Draw(corruption.name, index))


def composed(image: Image, index: int, composition: Composition) -> Image:
    """Image `index` of a set under the corruptions that are drawn for it."""
    draw = Draw(composition.name, index)
    for corruption, severity in drawn(composition, draw):
        image = corruption.apply(image, severity, draw)
    return image


def drawn(composition: Composition, draw: Draw) -> list[tuple[Corruption, int]]:
    """Corruptions and severities for one image, in the order in which they are applied."""
    count = _FEWEST + draw.below(_MOST - _FEWEST + 1)
    others = [family for family in composition.families if family not in composition.always]
    families = [*composition.always, *(others[place] for place in draw.order(len(others)))]
    families = (families * _MOST)[:count] if not others else families[:count]
    chosen: list[tuple[Corruption, int]] = []
    for family in sorted(families, key=FAMILIES.index):
        left = [corruption for corruption in family.corruptions if corruption not in dict(chosen)]
        severities = composition.always_severities if family in composition.always else composition.severities
        chosen.append((left[draw.below(len(left))], severities[draw.below(len(severities))]))
    return chosen


def takes(images: NDArray[np.uint8]) -> bool:
    """Whether images are (n, H, W, 3) uint8 with sides of LEAST_SIDE and more."""
    shape = images.shape
    is_colour = images.dtype == np.uint8 and len(shape) == len("nHWC") and shape[3] == len("RGB")
    return is_colour and min(shape[1:3]) >= LEAST_SIDE


def require_images(images: NDArray[np.uint8]) -> None:
    """Raise KitError unless the suite takes them."""
    if not takes(images):
        raise KitError(
            f"the shift suite takes uint8 images (n, H, W, 3) with sides of at least {LEAST_SIDE} pixels, "
            f"got {images.dtype} {images.shape}",
            "measure it on colour images",
        )
