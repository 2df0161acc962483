"""One picture: a white cell among red ones, stained, lit, blurred and noisy as under a microscope."""

import math

import numpy as np
from numpy.typing import NDArray

from training.data.sample.cells import DRAWERS, Cell, Rgb, Tint
from training.data.sample.nuclei import beside, happens
from training.data.sample.pen import Mask, Pen, Place, rough
from training.data.sample.texture import RED_CELLS, RED_SIDE, SIDE, Plane, textures

PLASMA: Rgb = (254, 229, 204)
BLUISH_PLASMA: Rgb = (230, 227, 236)
HAEMOGLOBIN: Rgb = (209, 172, 166)
DEBRIS = Tint((190, 150, 194), (96, 56, 134), "grains", 0.5, 0.6)

_RAMP = np.linspace(-1, 1, SIDE, dtype=np.float32)

_MARGIN = 28
"""Pixels around the picture in which red cells begin or end."""


class Stain:
    """How one slide took its dyes: paler or deeper, redder or bluer, on a cream or a bluish ground."""

    def __init__(self, rng: np.random.Generator) -> None:
        """Choose the slide."""
        self._depths = (rng.normal(1.0, 0.12) * rng.normal(1.0, 0.04, 3)).tolist()
        self._light = BLUISH_PLASMA if happens(0.12, rng) else PLASMA
        self.plasma = self(PLASMA)

    def __call__(self, colour: Rgb) -> Plane:
        """Return what the slide shows instead of `colour`: (3, 1, 1) float32 in 0..255; the depth is an exponent."""
        channels = zip(colour, PLASMA, self._depths, self._light, strict=True)
        shown = [light * math.pow(value / white, depth) for value, white, depth, light in channels]
        return np.array(shown, dtype=np.float32).reshape(3, 1, 1)


class Smear:
    """Draws the pictures of a seed; each depends on the seed, its row and its label only."""

    def __init__(self, seed: int) -> None:
        """Draw the textures that all pictures share."""
        self._seed = seed
        self._textures = textures(seed)
        self._pen = Pen()

    def picture(self, row: int, label: int) -> NDArray[np.uint8]:
        """Draw a cell of class `label` (0..7) for row `row`: (3, SIDE, SIDE) uint8, the colours first."""
        rng = np.random.default_rng([self._seed, 4, row])
        at = (SIDE / 2 + rng.uniform(-4, 4), SIDE / 2 + rng.uniform(-4, 4))
        self._pen.clear()
        if happens(0.3, rng):
            stray = beside((SIDE / 2, SIDE / 2), rng.uniform(38, 56), rng)
            self._pen.blob(Mask.DEBRIS, stray, rng.uniform(1.5, 5.5) * rough(0.1, rng))
        cell = DRAWERS[label](self._pen, at, rng)
        stain = Stain(rng)
        canvas = self._red_cells(at, cell.radius, rng) * (stain(HAEMOGLOBIN) - stain.plasma)
        canvas += stain.plasma
        self._fill(canvas, cell, stain, rng)
        self._photograph(canvas, rng)
        return canvas.astype(np.uint8)

    def _red_cells(self, at: Place, radius: float, rng: np.random.Generator) -> Plane:
        """Amount of haemoglobin, (SIDE, SIDE) float32 in 0..1.25: red cells around the white one, overlapping."""
        field = np.zeros((SIDE + 2 * _MARGIN, SIDE + 2 * _MARGIN), dtype=np.float32)
        reach, middle = SIDE + 2 * _MARGIN - RED_SIDE, _MARGIN - RED_SIDE / 2
        for across, down, shape, room in rng.random((4 + int(rng.random() * 20), 4)).tolist():
            x, y = int(across * reach), int(down * reach)
            if math.hypot(x - middle - at[0], y - middle - at[1]) > radius + 11 + 8 * room:
                field[y : y + RED_SIDE, x : x + RED_SIDE] += self._textures.red_cells[int(shape * RED_CELLS)]
        return np.minimum(field[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN], np.float32(1.25))

    def _fill(self, canvas: Plane, cell: Cell, stain: Stain, rng: np.random.Generator) -> None:
        """Colour what the pen drew, in place; no more of the canvas is worked on than that."""
        (rows, columns), masks = self._pen.masks()
        canvas, body = canvas[:, rows, columns], masks[Mask.CYTOPLASM]
        if Mask.DEBRIS in masks:
            _lay(canvas, masks[Mask.DEBRIS], self._colour(DEBRIS, stain, rng, body.shape))
        cytoplasm = self._colour(cell.cytoplasm, stain, rng, body.shape)
        cytoplasm *= 1 + np.float32(0.05) * self._textures.crop("cloud", rng, body.shape)
        _lay(canvas, body, cytoplasm)
        if Mask.VACUOLE in masks:
            _lay(canvas, masks[Mask.VACUOLE] * np.float32(0.85), stain.plasma)
        if Mask.NUCLEUS in masks:
            nucleus = masks[Mask.NUCLEUS]
            chromatin = self._colour(cell.nucleus, stain, rng, body.shape)
            chromatin *= 1 - np.float32(0.4) * _rim(nucleus)
            _lay(canvas, nucleus, chromatin)
        if cell.granules is not None:
            _lay(canvas, body * self._spots(cell.granules, rng, body.shape), stain(cell.granules.marks))

    def _colour(self, tint: Tint, stain: Stain, rng: np.random.Generator, shape: tuple[int, ...]) -> Plane:
        """Return a substance as the slide shows it: (3, *shape) float32 in 0..255."""
        ground = stain(tint.ground)
        colour = self._spots(tint, rng, shape) * (stain(tint.marks) - ground)
        colour += ground
        return colour

    def _spots(self, tint: Tint, rng: np.random.Generator, shape: tuple[int, ...]) -> Plane:
        """Where the marks of a substance are: `shape` float32 in 0..1."""
        spots = self._textures.crop(tint.grain, rng, shape) * np.float32(tint.contrast)
        spots += np.float32(tint.cover)
        np.maximum(spots, 0, out=spots)
        np.minimum(spots, 1, out=spots)
        return spots

    def _photograph(self, canvas: Plane, rng: np.random.Generator) -> None:
        """Light the field unevenly, blur it, add the camera's noise and end within 0..255, in place."""
        across = rng.normal(1.0, 0.025) + rng.normal(0.0, 0.02) * _RAMP
        canvas *= across + (rng.normal(0.0, 0.02) * _RAMP)[:, None]
        if happens(0.5, rng):
            _soften(canvas, rng.uniform(0.04, 0.14))
        if happens(0.1, rng):
            _soften(canvas, 0.2)
            _soften(canvas, 0.2)
        canvas += self._textures.noise(rng) * np.float32(rng.uniform(0.5, 2.5))
        np.clip(canvas, 0, 255, out=canvas)


def _lay(canvas: Plane, mask: Plane, colour: Plane) -> None:
    """Cover `canvas` (3, H, W) with `colour` as far as `mask` (H, W) in 0..1 says, in place."""
    change = colour - canvas
    change *= mask
    canvas += change


def _rim(mask: Plane) -> Plane:
    """How near the border of `mask` its pixels are: 0 deep inside, about 0.5 at the border; same shape."""
    around = np.zeros_like(mask)
    around[2:-2] = mask[4:] + mask[:-4]
    around[:, 2:-2] += mask[:, 4:]
    around[:, 2:-2] += mask[:, :-4]
    return 1 - around * np.float32(0.25)


def _soften(canvas: Plane, strength: float) -> None:
    """Mix each pixel with `strength` (0..0.2) of each of its four neighbours, in place; the border stays."""
    mixed = canvas[:, 2:, 1:-1] + canvas[:, :-2, 1:-1]
    mixed += canvas[:, 1:-1, 2:]
    mixed += canvas[:, 1:-1, :-2]
    mixed *= np.float32(strength)
    inner = canvas[:, 1:-1, 1:-1]
    inner *= np.float32(1 - 4 * strength)
    inner += mixed
