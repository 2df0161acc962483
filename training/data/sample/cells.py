"""The eight classes: what tells each from the others, and how far it varies.

Traits as in any atlas of peripheral blood; sizes and colours after the PBC images (Acevedo et al. 2020, doi
10.17632/snkd93bnjr), by eye. What people confuse overlaps: bands and metamyelocytes, small erythroblasts and
lymphocytes, young granulocytes and monocytes, pale eosinophils and neutrophils.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from training.data.sample.nuclei import band, beside, happens, lobes, vacuoles
from training.data.sample.pen import Mask, Pen, Place, dent, oval, ragged, rough

Rgb = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Tint:
    """A substance: it turns from `ground` to `marks` as `cover` + `contrast` x the noise `grain` goes from 0 to 1."""

    ground: Rgb
    marks: Rgb
    grain: str
    cover: float
    contrast: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The colours of a cell whose outlines are drawn; red cells stay `radius` pixels away, `granules` cover it all."""

    radius: float
    cytoplasm: Tint
    nucleus: Tint
    granules: Tint | None = None


def basophil(pen: Pen, at: Place, rng: np.random.Generator) -> Cell:
    """Two dim lobes under coarse, nearly black granules."""
    radius = rng.uniform(22, 33)
    pen.blob(Mask.CYTOPLASM, at, radius * ragged(0.025, rng) * oval(rng.uniform(1.0, 1.1)), _turn(rng))
    lobes(pen, at, rng, count=2, reach=0.42 * radius, size=0.46 * radius, thread=0.25 * radius)
    dark = (60, 36, 110)
    return Cell(
        radius=radius,
        cytoplasm=Tint((208, 170, 200), (146, 92, 168), "clumps", rng.uniform(0.2, 0.8), 0.5),
        nucleus=Tint((110, 66, 152), (84, 46, 136), "clumps", 0.5, 0.4),
        granules=Tint(dark, dark, "chromatin", rng.uniform(0.3, 1.0), rng.uniform(0.6, 1.1)),
    )


def eosinophil(pen: Pen, at: Place, rng: np.random.Generator) -> Cell:
    """Two lobes, at times three, at one side of a cell full of orange-red granules."""
    radius = rng.uniform(27, 37)
    _round(pen, at, radius, rng)
    vacuoles(pen, at, 0.6 * radius, rng, most=4)
    count = 2 if happens(0.7, rng) else 3
    lobes(pen, at, rng, count=count, reach=0.5 * radius, size=radius * (0.48 - 0.06 * count), thread=0.08 * radius)
    orange = _between((208, 138, 150), (188, 102, 100), min(1, rng.uniform(0.1, 1.4)))
    return Cell(
        radius=radius,
        cytoplasm=Tint((230, 178, 168), orange, "grains", rng.uniform(0.4, 0.8), 0.5),
        nucleus=Tint((72, 38, 124), (122, 74, 154), "chromatin", rng.uniform(0.0, 0.3), 0.4),
    )


def erythroblast(pen: Pen, at: Place, rng: np.random.Generator) -> Cell:
    """A small, round, very dark nucleus in a smooth rim between grey-blue and pink."""
    radius = rng.uniform(17, 26)
    _round(pen, at, radius, rng)
    share = rng.uniform(0.5, 0.78)
    away = rng.uniform(0.6, 1.0) if happens(0.06, rng) else rng.uniform(0, 0.8) * (1 - share)
    pen.blob(Mask.NUCLEUS, beside(at, radius * away, rng), radius * share * rough(0.03, rng))
    return Cell(
        radius=radius,
        cytoplasm=Tint(_between((192, 166, 180), (140, 126, 176), rng.random()), (146, 128, 176), "grains", 0.1, 0.3),
        nucleus=Tint((58, 30, 98), (130, 82, 148), "clumps", rng.uniform(-0.7, 0.2), 0.5),
    )


def immature_granulocyte(pen: Pen, at: Place, rng: np.random.Generator) -> Cell:
    """A large round to kidney-shaped nucleus, not in the middle, and fine purple granules."""
    radius = rng.uniform(25, 37)
    _round(pen, at, radius, rng)
    share, ripe = rng.uniform(0.56, 0.76), rng.random()
    nucleus = radius * share * rough(0.035, rng) * oval(rng.uniform(1.0, 1.2))
    if happens(0.45, rng):
        nucleus *= dent(rng.uniform(0.25, 0.65), rng.uniform(0.5, 0.8))
    pen.blob(Mask.NUCLEUS, beside(at, radius * (0.9 - share), rng), nucleus, _turn(rng))
    ground = _between((182, 162, 206), (224, 190, 196), ripe)
    return Cell(
        radius=radius,
        cytoplasm=Tint(ground, (126, 60, 146), "dust", rng.uniform(-0.6, 0.3), rng.uniform(0.4, 0.7)),
        nucleus=Tint((88, 46, 134), (150, 98, 170), "chromatin", rng.uniform(0.0, 0.35), 0.4),
    )


def lymphocyte(pen: Pen, at: Place, rng: np.random.Generator) -> Cell:
    """A round, dense nucleus that leaves a thin blue rim; a few are large and have more of it."""
    large = happens(0.15, rng)
    radius = rng.uniform(24, 30) if large else rng.uniform(17, 25)
    share = rng.uniform(0.66, 0.8) if large else rng.uniform(0.8, 0.96)
    pen.blob(Mask.CYTOPLASM, at, radius * ragged(0.04, rng))
    nucleus = radius * share * rough(0.025, rng) * oval(rng.uniform(1.0, 1.08))
    if happens(0.25, rng):
        nucleus *= dent(0.15, 0.4)
    pen.blob(Mask.NUCLEUS, beside(at, radius * (1 - share), rng), nucleus, _turn(rng))
    return Cell(
        radius=radius,
        cytoplasm=Tint((164, 164, 206), (112, 104, 172), "grains", 0.35, 0.5),
        nucleus=Tint((78, 40, 126), (120, 72, 154), "clumps", rng.uniform(-0.1, 0.4), 0.45),
    )


def monocyte(pen: Pen, at: Place, rng: np.random.Generator) -> Cell:
    """A large uneven cell, grey-blue with vacuoles, and a folded, kidney or horseshoe nucleus."""
    radius = rng.uniform(29, 39)
    pen.blob(Mask.CYTOPLASM, at, radius * rough(rng.uniform(0.03, 0.1), rng), _turn(rng))
    vacuoles(pen, at, 0.9 * radius, rng, most=16)
    if happens(0.25, rng):
        band(pen, at, rng, reach=0.42 * radius, thick=0.3 * radius)
    else:
        nucleus = radius * rng.uniform(0.6, 0.72) * rough(0.07, rng)
        nucleus *= dent(rng.uniform(0.3, 0.75), rng.uniform(0.25, 0.6))
        pen.blob(Mask.NUCLEUS, beside(at, 0.2 * radius, rng), nucleus, _turn(rng))
    return Cell(
        radius=radius,
        cytoplasm=Tint((184, 172, 206), (142, 122, 180), "grains", rng.uniform(0.0, 0.5), 0.4),
        nucleus=Tint((98, 54, 140), (152, 100, 170), "chromatin", rng.uniform(0.2, 0.45), 0.4),
    )


def neutrophil(pen: Pen, at: Place, rng: np.random.Generator) -> Cell:
    """Three to five lobes on a thread, or a band, in pale pink cytoplasm."""
    radius = rng.uniform(26, 35)
    _round(pen, at, radius, rng)
    if happens(0.25, rng):
        band(pen, at, rng, reach=rng.uniform(0.4, 0.5) * radius, thick=rng.uniform(0.2, 0.28) * radius)
    else:
        count = 3 + int(rng.random() * 3)
        size, thread = radius * (0.37 - 0.03 * count), rng.uniform(0.06, 0.13) * radius
        lobes(pen, at, rng, count=count, reach=0.48 * radius, size=size, thread=thread)
    return Cell(
        radius=radius,
        cytoplasm=Tint((232, 202, 202), (184, 124, 168), "dust", rng.uniform(-0.6, 0.4), rng.uniform(0.3, 0.6)),
        nucleus=Tint((66, 34, 120), (124, 80, 156), "clumps", rng.uniform(-0.3, 0.2), 0.5),
    )


def platelet(pen: Pen, at: Place, rng: np.random.Generator) -> Cell:
    """A small granular purple body without a nucleus; at times a smaller one beside it."""
    radius = rng.uniform(7, 14)
    border = radius * ragged(rng.uniform(0.03, 0.1), rng) * oval(rng.uniform(1.0, 1.25))
    pen.blob(Mask.CYTOPLASM, at, border, _turn(rng))
    if happens(0.2, rng):
        pen.blob(Mask.CYTOPLASM, beside(at, radius + 10, rng), rng.uniform(4, 7) * ragged(0.07, rng))
    purple = rng.random()
    ground = _between((200, 164, 198), (156, 136, 190), purple)
    marks = _between((132, 66, 142), (78, 50, 134), purple)
    body = Tint(ground, marks, rng.choice(("grains", "chromatin")), rng.uniform(0.3, 0.8), 0.5)
    return Cell(radius=radius, cytoplasm=body, nucleus=body)


DRAWERS: tuple[Callable[[Pen, Place, np.random.Generator], Cell], ...] = (
    basophil,
    eosinophil,
    erythroblast,
    immature_granulocyte,
    lymphocyte,
    monocyte,
    neutrophil,
    platelet,
)
"""One a label, in the order of the labels: each draws its outlines and says the colours."""


def _round(pen: Pen, at: Place, radius: float, rng: np.random.Generator) -> None:
    """Draw the round, a little uneven body that most cells have."""
    pen.blob(Mask.CYTOPLASM, at, radius * rough(0.025, rng) * oval(rng.uniform(1.0, 1.12)), _turn(rng))


def _turn(rng: np.random.Generator) -> float:
    return 2 * np.pi * rng.random()


def _between(one: Rgb, other: Rgb, part: float) -> Rgb:
    """The colour `part` (0..1) of the way from one to the other."""
    red, green, blue = (a + (b - a) * part for a, b in zip(one, other, strict=True))
    return red, green, blue
