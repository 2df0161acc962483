"""The sample's disease: two pictures that are no cells, as in the real file, where they stand at the end."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from training.data.sample.texture import SIDE

_FINER = 4
_INK = (15, 15, 20)


def cartoon() -> NDArray[np.uint8]:
    """Draw a robot's face in flat colours with black outlines: (SIDE, SIDE, 3) uint8."""
    sheet = Image.new("RGB", (SIDE * _FINER, SIDE * _FINER), (70, 190, 230))
    pen = ImageDraw.Draw(sheet)
    pen.line((192, 90, 192, 40), fill=_INK, width=10)
    pen.ellipse((170, 14, 214, 58), fill=(235, 60, 50), outline=_INK, width=8)
    for left in (28, 316):
        pen.rounded_rectangle((left, 170, left + 40, 250), 12, fill=(250, 150, 40), outline=_INK, width=8)
    pen.rounded_rectangle((62, 86, 322, 340), 44, fill=(250, 215, 60), outline=_INK, width=8)
    for left, gaze in ((98, 14), (206, 22)):
        pen.ellipse((left, 130, left + 84, 214), fill=(255, 255, 255), outline=_INK, width=8)
        pen.ellipse((left + gaze + 10, 160, left + gaze + 44, 194), fill=_INK)
    pen.rounded_rectangle((112, 248, 272, 306), 20, fill=(245, 245, 250), outline=_INK, width=8)
    for x in (152, 192, 232):
        pen.line((x, 250, x, 304), fill=_INK, width=6)
    return np.asarray(sheet.reduce(_FINER))


def film_still() -> NDArray[np.uint8]:
    """Draw a night scene between a film's black bars: moon, hills, a house with lit windows: (SIDE, SIDE, 3) uint8."""
    height = np.linspace(0, 1, SIDE * _FINER)[:, None, None]
    sky = np.array([12, 18, 48]) * (1 - height) + np.array([150, 86, 92]) * height
    sheet = Image.fromarray(np.broadcast_to(sky, (SIDE * _FINER, SIDE * _FINER, 3)).astype(np.uint8))
    pen = ImageDraw.Draw(sheet)
    pen.ellipse((262, 76, 326, 140), fill=(244, 238, 206))
    pen.polygon((0, 250, 90, 170, 170, 236, 270, 150, 384, 240, 384, 384, 0, 384), fill=(44, 40, 66))
    pen.polygon((0, 300, 120, 268, 250, 296, 384, 262, 384, 384, 0, 384), fill=(20, 20, 30))
    pen.polygon((84, 226, 130, 190, 176, 226, 168, 226, 168, 290, 92, 290, 92, 226), fill=(10, 10, 14))
    for x in (104, 138):
        pen.rectangle((x, 240, x + 16, 258), fill=(252, 200, 96))
    for top in (0, 336):
        pen.rectangle((0, top, 384, top + 48), fill=(0, 0, 0))
    return np.asarray(sheet.reduce(_FINER))
