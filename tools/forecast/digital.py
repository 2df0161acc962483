"""What files and screens do to an image: JPEG, coarse pixels, few levels (ImageNet-C, Hendrycks & Dietterich 2019)."""

import cv2
import numpy as np

from tools.forecast.corruption import Corruption, Family, Image, side_of, to_bytes
from tools.forecast.draw import Draw

LEVELS = np.arange(256, dtype=np.float32)


def jpeg(image: Image, strength: float, _draw: Draw) -> Image:
    """Saved as JPEG with quality 100 - strength, and read again."""
    blue_first = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    encoded = cv2.imencode(".jpg", blue_first, [cv2.IMWRITE_JPEG_QUALITY, round(100 - strength)])[1]
    decoded = cv2.imdecode(encoded, cv2.IMREAD_COLOR)
    assert decoded is not None, "OpenCV reads what it has just written"
    return cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB)


def pixelate(image: Image, strength: float, _draw: Draw) -> Image:
    """Squares of one colour, `strength` of the shorter side wide, in place of pixels."""
    height, width = image.shape[:2]
    block = max(strength * side_of(image), 1)
    coarse = (max(round(width / block), 2), max(round(height / block), 2))
    small = cv2.resize(image, coarse, interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST)


def posterise(image: Image, strength: float, draw: Draw) -> Image:
    """Each channel rounded to levels that are `strength`, a share of the range, apart; where they lie is drawn."""
    step = 255 * strength
    first = draw.uniform(0, step)
    return cv2.LUT(image, to_bytes(np.rint((LEVELS - first) / step) * step + first))


def interlace(image: Image, strength: float, draw: Draw) -> Image:
    """Every other band of rows moved to the side by up to `strength` of the width, the two fields of a video frame."""
    height, width = image.shape[:2]
    moved = np.roll(image, round(width * draw.either(0.8 * strength, strength)), axis=1)
    band = max(round(height / 48), 1)
    odd = np.arange(height) // band % 2 == 1
    return np.where(odd[:, None, None], moved, image)


DIGITAL = Family(
    name="digital",
    is_seen=True,
    corruptions=(
        Corruption(change=jpeg, strengths=(75, 84, 89, 93, 95)),
        Corruption(change=pixelate, strengths=(0.021, 0.03, 0.04, 0.052, 0.066)),
        Corruption(change=posterise, strengths=(0.15, 0.22, 0.32, 0.42, 0.52)),
        Corruption(change=interlace, strengths=(0.03, 0.06, 0.1, 0.15, 0.2)),
    ),
)
