"""Ways to choose what is done to an image: the report's mild one, and three of the literature."""

import math

from training.augment import geometry, values
from training.augment.draws import Draws
from training.augment.engine import eight_views, run
from training.augment.operations import OPERATIONS, Operation
from training.augment.pixels import Pixels
from training.augment.view import View


def _named(*names: str) -> tuple[Operation, ...]:
    return tuple(OPERATIONS[name] for name in names)


_ALL = tuple(OPERATIONS.values())
_FAST = tuple(operation for name, operation in OPERATIONS.items() if name not in ("elastic", "jpeg", "cutout"))
"""All but the two that cost more than the rest of a policy together, and the one that `rand` always ends with."""
_MIXABLE = _named(
    "rotate",
    "shear-x",
    "shear-y",
    "translate-x",
    "translate-y",
    "auto-contrast",
    "equalise",
    "posterise",
    "solarise",
)
"""The nine operations of the paper."""
_COLOUR = _named(
    "brightness",
    "contrast",
    "gamma",
    "solarise",
    "posterise",
    "equalise",
    "auto-contrast",
    "saturation",
    "grey",
    "hue",
    "channel-shuffle",
    "channel-shift",
)
_PLACE = _named("rotate", "zoom", "shear-x", "stretch", "translate-x", "translate-y")
_REST = (
    _named("gaussian-blur", "box-blur", "median-blur", "motion-blur", "defocus", "sharpen", "pixelate"),
    _named("gaussian-noise", "shot-noise", "salt-and-pepper"),
)
"""Of each group an image gets one, or none."""
_COVERS = _named("cutout", "grid-mask", "overlay")
_CUTOUT = OPERATIONS["cutout"]


def report(image: Pixels, draws: Draws) -> Pixels:
    """Rotation, flip, translation, brightness and contrast, all mild: the first augmentation of the team's report.

    Up to 36 degrees (a tenth of a turn), a tenth of a side, a fifth of the range, and a fifth of the contrast.
    """
    view = View(image)
    view.move(geometry.mirror(horizontal=draws.chance(0.5), vertical=draws.chance(0.5)))
    view.move(geometry.rotation(draws.uniform(-36, 36)))
    x, y = draws.uniform(-0.1, 0.1), draws.uniform(-0.1, 0.1)
    view.move(geometry.translation(x * view.width, y * view.height))
    change, factor = draws.uniform(-0.2, 0.2), draws.uniform(0.8, 1.2)
    view.change(lambda before: values.contrast(values.brightness(before, change), factor))
    return view.pixels()


def rand(image: Pixels, draws: Draws) -> Pixels:
    """Four operations, each left out one time in five, with a magnitude of about 0.6 (deviation 0.2); then a cutout.

    RandAugment (Cubuk et al. 2020) with the values of the team that reached 0.94 on the hidden images.
    """
    view = View(image)
    eight_views(view, draws)
    steps = [
        (_FAST[draws.integer(len(_FAST))], min(1.0, max(0.0, draws.normal(0.6, 0.2))))
        for _ in range(4)
        if draws.chance(0.8)
    ]
    run(view, draws, [*steps, (_CUTOUT, 0.4)])
    return view.pixels()


def strong(image: Pixels, draws: Draws) -> Pixels:
    """Other colours in every image, then of the rest: a network that goes by colour has nothing left to go by.

    One or two operations on colour, with magnitudes from 0.3 to 1; each of six moves in half of the images, up to 0.6;
    and at most one each of blurs, of noises (in two of five images, up to 0.6) and of what covers (in three of five).
    """
    view = View(image)
    eight_views(view, draws)
    steps = [(_COLOUR[draws.integer(len(_COLOUR))], draws.uniform(0.3, 1)) for _ in range(1 + draws.integer(2))]
    steps += [(operation, draws.uniform(0, 0.6)) for operation in _PLACE if draws.chance(0.5)]
    steps += [(group[draws.integer(len(group))], draws.uniform(0.1, 0.6)) for group in _REST if draws.chance(0.4)]
    if draws.chance(0.6):
        steps.append((_COVERS[draws.integer(len(_COVERS))], draws.uniform(0.2, 1)))
    run(view, draws, steps)
    return view.pixels()


def trivial(image: Pixels, draws: Draws) -> Pixels:
    """One operation of all, with any magnitude. TrivialAugment (Mueller and Hutter 2021): nothing is to be tuned."""
    view = View(image)
    eight_views(view, draws)
    run(view, draws, [(_ALL[draws.integer(len(_ALL))], draws.uniform())])
    return view.pixels()


def augmix(image: Pixels, draws: Draws) -> Pixels:
    """Three chains of one to three operations, mixed with each other and with the image by weights drawn for it.

    AugMix (Hendrycks et al. 2020) without its loss: weights of Dirichlet(1, 1, 1), the image's share of Beta(1, 1),
    magnitudes up to 0.5.
    """
    view = View(image)
    eight_views(view, draws)
    start = mixed = view.pixels()
    lengths = [-math.log(1 - draws.uniform()) for _ in range(3)]
    of_chains = draws.uniform()
    weight = 1 - of_chains
    for length in lengths:
        more = of_chains * length / sum(lengths)
        weight += more
        mixed = values.blended(mixed, _chain(start, draws), more / weight)
    return mixed


def _chain(image: Pixels, draws: Draws) -> Pixels:
    """One to three operations on an image."""
    view = View(image)
    length = 1 + draws.integer(3)
    run(view, draws, [(_MIXABLE[draws.integer(len(_MIXABLE))], draws.uniform(0, 0.5)) for _ in range(length)])
    return view.pixels()
