"""The seven pipelines of the team's last system, of which each image gets one, drawn anew in every epoch.

The report names random crop, flips, brightness and contrast, and solarisation among them; their values, and what the
others are, are this kit's own.
"""

from collections.abc import Callable
from functools import partial

from training.augment import blurs, colours, geometry, noise, occlusion, values
from training.augment.draws import Draws
from training.augment.pixels import Pixels
from training.augment.view import View


def crop(view: View, draws: Draws) -> None:
    """A random window, 60 to 95 % as wide and high as the image."""
    share = draws.uniform(0.6, 0.95)
    x, y = (draws.uniform(-0.5, 0.5) * (1 - share) * size for size in (view.width, view.height))
    view.move(geometry.crop(share, x, y))


def flips(view: View, draws: Draws) -> None:
    """Mirrored both ways or one, turned by any angle: cells have no up."""
    view.move(geometry.mirror(horizontal=draws.chance(0.5), vertical=draws.chance(0.5)))
    view.move(geometry.rotation(draws.uniform(-180, 180)))


def brightness_and_contrast(view: View, draws: Draws) -> None:
    """Another lamp: up to 40 % of the range brighter or darker, contrast halved up to doubled."""
    change, factor = draws.uniform(-0.4, 0.4), 2 ** draws.uniform(-1, 1)
    view.change(lambda before: values.brightness(values.contrast(before, factor), change))


def solarisation(view: View, draws: Draws) -> None:
    """Pixels above a threshold are inverted, often with fewer bits too."""
    view.change(partial(values.solarise, threshold=draws.uniform(64, 224)))
    if draws.chance(0.5):
        view.change(partial(values.posterise, bits=2 + draws.integer(4)))


def shear_and_shift(view: View, draws: Draws) -> None:
    """Out of place and shape: sheared by up to 0.3, shifted by up to a quarter of a side, zoomed by up to 30 %."""
    view.move(geometry.shear(draws.uniform(-0.3, 0.3), draws.uniform(-0.3, 0.3)))
    factor = 1.3 ** draws.uniform(-1, 1)
    view.move(geometry.zoom(factor, factor))
    x, y = (draws.uniform(-0.25, 0.25) * size for size in (view.width, view.height))
    view.move(geometry.translation(x, y))


def colour(view: View, draws: Draws) -> None:
    """Another camera: hue turned by up to 90 degrees, saturation up to doubled, channels shifted or changing places."""
    view.mix(colours.hue(draws.uniform(-90, 90)))
    view.mix(colours.saturation(draws.uniform(0, 2)))
    if draws.chance(0.5):
        view.mix(colours.channel_shuffle(draws.integer(5)))
    view.mix(colours.channel_shift(*(draws.uniform(-0.15, 0.15) for _ in range(3))))


def blur_noise_and_cutout(view: View, draws: Draws) -> None:
    """A bad picture: out of focus by up to two pixels in 96, noisy, and partly covered."""
    scale = min(view.width, view.height) / 96
    view.replace(partial(blurs.gaussian, deviation=draws.uniform(0, 2) * scale))
    view.replace(partial(noise.gaussian, deviation=draws.uniform(0, 40), place=draws.uniform()))
    centre, grey = (draws.uniform(), draws.uniform()), draws.integer(256)
    view.replace(partial(occlusion.cutout, share=draws.uniform(0.1, 0.4), centre=centre, colour=(grey, grey, grey)))


SEVEN: dict[str, Callable[[View, Draws], None]] = {
    "random crop": crop,
    "flips and rotation": flips,
    "brightness and contrast": brightness_and_contrast,
    "solarisation": solarisation,
    "shear and shift": shear_and_shift,
    "hue and channels": colour,
    "blur, noise and cutout": blur_noise_and_cutout,
}
"""Each pipeline by the name that figures show."""

_EQUALLY_LIKELY = tuple(SEVEN.values())


def alone(pipeline: Callable[[View, Draws], None], image: Pixels, draws: Draws) -> Pixels:
    """One pipeline on an image."""
    view = View(image)
    pipeline(view, draws)
    return view.pixels()


def one_of_seven(image: Pixels, draws: Draws) -> Pixels:
    """The pipeline that the image's random numbers choose."""
    return alone(_EQUALLY_LIKELY[draws.integer(len(_EQUALLY_LIKELY))], image, draws)
