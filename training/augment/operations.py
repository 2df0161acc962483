"""The operations by name, each with one knob: a magnitude from 0, which changes nothing, to 1, which goes very far.

What else an operation needs (a sign, a place, a colour) comes from the image's own random numbers. The ranges are wide
enough that the winners' magnitude of 0.6 means what it meant to them: a cell that a person still tells, with effort.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from training.augment import blurs, colours, digital, geometry, noise, occlusion, values
from training.augment.draws import Draws
from training.augment.view import View

Apply = Callable[[View, Draws, float], None]
_REFERENCE_SIDE = 96
"""Lengths in pixels are for images of this size, and grow with the image."""


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One thing that can be done to an image."""

    apply: Apply
    """Does it to a view, with the image's random numbers and a magnitude from 0 to 1."""
    moves_pixels: bool = False
    """Whether it only moves pixels: such go first in an image, so that they are one warp."""


def _rotate(view: View, draws: Draws, magnitude: float) -> None:
    view.move(geometry.rotation(draws.sign() * 60 * magnitude))


def _shear_x(view: View, draws: Draws, magnitude: float) -> None:
    view.move(geometry.shear(draws.sign() * 0.5 * magnitude, 0))


def _shear_y(view: View, draws: Draws, magnitude: float) -> None:
    view.move(geometry.shear(0, draws.sign() * 0.5 * magnitude))


def _translate_x(view: View, draws: Draws, magnitude: float) -> None:
    view.move(geometry.translation(draws.sign() * 0.4 * magnitude * view.width, 0))


def _translate_y(view: View, draws: Draws, magnitude: float) -> None:
    view.move(geometry.translation(0, draws.sign() * 0.4 * magnitude * view.height))


def _zoom(view: View, draws: Draws, magnitude: float) -> None:
    factor = 1 + 0.8 * magnitude
    factor = factor if draws.chance(0.5) else 1 / factor
    view.move(geometry.zoom(factor, factor))


def _stretch(view: View, draws: Draws, magnitude: float) -> None:
    factor = (1 + 0.5 * magnitude) ** draws.sign()
    view.move(geometry.zoom(factor, 1 / factor))


def _crop(view: View, draws: Draws, magnitude: float) -> None:
    share = 1 - 0.6 * magnitude
    x, y = draws.uniform(-0.5, 0.5), draws.uniform(-0.5, 0.5)
    view.move(geometry.crop(share, x * (1 - share) * view.width, y * (1 - share) * view.height))


def _elastic(view: View, draws: Draws, magnitude: float) -> None:
    reach = 6 * magnitude * _scale(view)
    shifts = np.array([draws.normal(0, reach) for _ in range(32)], np.float32).reshape(4, 4, 2)
    view.replace(partial(geometry.elastic, shifts=shifts.clip(-2.5 * reach, 2.5 * reach)))


def _brightness(view: View, draws: Draws, magnitude: float) -> None:
    view.change(partial(values.brightness, change=draws.sign() * 0.6 * magnitude))


def _contrast(view: View, draws: Draws, magnitude: float) -> None:
    view.change(partial(values.contrast, factor=1 + draws.sign() * 0.9 * magnitude))


def _gamma(view: View, draws: Draws, magnitude: float) -> None:
    view.change(partial(values.gamma, exponent=3 ** (draws.sign() * magnitude)))


def _solarise(view: View, _: Draws, magnitude: float) -> None:
    view.change(partial(values.solarise, threshold=256 * (1 - magnitude)))


def _posterise(view: View, _: Draws, magnitude: float) -> None:
    view.change(partial(values.posterise, bits=8 - round(7 * magnitude)))


def _equalise(view: View, _: Draws, magnitude: float) -> None:
    view.replace(partial(colours.equalised, share=magnitude))


def _auto_contrast(view: View, _: Draws, magnitude: float) -> None:
    view.mix(colours.stretching(view.pixels(), magnitude))


def _saturation(view: View, draws: Draws, magnitude: float) -> None:
    view.mix(colours.saturation(1 + draws.sign() * magnitude))


def _grey(view: View, _: Draws, magnitude: float) -> None:
    view.mix(colours.saturation(1 - magnitude))


def _hue(view: View, draws: Draws, magnitude: float) -> None:
    view.mix(colours.hue(draws.sign() * 120 * magnitude))


def _channel_shuffle(view: View, draws: Draws, magnitude: float) -> None:
    view.mix(colours.channel_shuffle(draws.integer(5), magnitude))


def _channel_shift(view: View, draws: Draws, magnitude: float) -> None:
    view.mix(colours.channel_shift(*(draws.uniform(-0.5, 0.5) * magnitude for _ in range(3))))


def _gaussian_noise(view: View, draws: Draws, magnitude: float) -> None:
    view.replace(partial(noise.gaussian, deviation=60 * magnitude, place=draws.uniform()))


def _shot_noise(view: View, draws: Draws, magnitude: float) -> None:
    place = draws.uniform()
    if magnitude > 0:
        view.replace(partial(noise.shot, photons=12 / magnitude**2, place=place))


def _salt_and_pepper(view: View, draws: Draws, magnitude: float) -> None:
    view.replace(partial(noise.salt_and_pepper, share=0.2 * magnitude, place=draws.uniform()))


def _gaussian_blur(view: View, _: Draws, magnitude: float) -> None:
    view.replace(partial(blurs.gaussian, deviation=2.5 * magnitude * _scale(view)))


def _box_blur(view: View, _: Draws, magnitude: float) -> None:
    view.replace(partial(blurs.box, radius=round(3 * magnitude * _scale(view))))


def _median_blur(view: View, _: Draws, magnitude: float) -> None:
    view.replace(partial(blurs.median, times=round(4 * magnitude * _scale(view))))


def _motion_blur(view: View, draws: Draws, magnitude: float) -> None:
    view.replace(partial(blurs.motion, length=10 * magnitude * _scale(view), degrees=draws.uniform(0, 180)))


def _defocus(view: View, _: Draws, magnitude: float) -> None:
    view.replace(partial(blurs.defocus, radius=3 * magnitude * _scale(view)))


def _sharpen(view: View, _: Draws, magnitude: float) -> None:
    view.replace(partial(blurs.sharpen, amount=4 * magnitude))


def _jpeg(view: View, _: Draws, magnitude: float) -> None:
    if magnitude > 0:
        view.replace(partial(digital.jpeg, quality=max(3, round(75 * (1 - magnitude)))))


def _pixelate(view: View, _: Draws, magnitude: float) -> None:
    view.replace(partial(digital.pixelate, side=1 + 6 * magnitude * _scale(view)))


def _cutout(view: View, draws: Draws, magnitude: float) -> None:
    centre, grey = (draws.uniform(), draws.uniform()), draws.integer(256)
    view.replace(partial(occlusion.cutout, share=0.5 * magnitude, centre=centre, colour=(grey, grey, grey)))


def _grid_mask(view: View, draws: Draws, magnitude: float) -> None:
    period, offset = draws.uniform(0.2, 0.4), (draws.uniform(), draws.uniform())
    view.replace(partial(occlusion.grid_mask, share=0.6 * magnitude, period=period, offset=offset))


def _overlay(view: View, draws: Draws, magnitude: float) -> None:
    corners = np.array([draws.uniform(-0.1, 1.1) for _ in range(2 * (3 + draws.integer(3)))]).reshape(-1, 2)
    colour = (draws.integer(256), draws.integer(256), draws.integer(256))
    view.replace(partial(occlusion.overlay, corners=corners, colour=colour, opacity=0.8 * magnitude))


def _scale(view: View) -> float:
    return float(min(view.height, view.width)) / _REFERENCE_SIDE


_MOVING: dict[str, Apply] = {
    "rotate": _rotate,
    "shear-x": _shear_x,
    "shear-y": _shear_y,
    "translate-x": _translate_x,
    "translate-y": _translate_y,
    "zoom": _zoom,
    "stretch": _stretch,
    "crop": _crop,
}
_OTHER: dict[str, Apply] = {
    "brightness": _brightness,
    "contrast": _contrast,
    "gamma": _gamma,
    "solarise": _solarise,
    "posterise": _posterise,
    "equalise": _equalise,
    "auto-contrast": _auto_contrast,
    "saturation": _saturation,
    "grey": _grey,
    "hue": _hue,
    "channel-shuffle": _channel_shuffle,
    "channel-shift": _channel_shift,
    "gaussian-noise": _gaussian_noise,
    "shot-noise": _shot_noise,
    "salt-and-pepper": _salt_and_pepper,
    "gaussian-blur": _gaussian_blur,
    "box-blur": _box_blur,
    "median-blur": _median_blur,
    "motion-blur": _motion_blur,
    "defocus": _defocus,
    "sharpen": _sharpen,
    "jpeg": _jpeg,
    "pixelate": _pixelate,
    "elastic": _elastic,
    "cutout": _cutout,
    "grid-mask": _grid_mask,
    "overlay": _overlay,
}
OPERATIONS: dict[str, Operation] = {
    **{name: Operation(apply=apply, moves_pixels=True) for name, apply in _MOVING.items()},
    **{name: Operation(apply=apply) for name, apply in _OTHER.items()},
}
"""Every operation by its name."""
