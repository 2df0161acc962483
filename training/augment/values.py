"""What becomes of a value, whatever its pixel: brightness, contrast, gamma and their like.

Each function takes uint8 values of two dimensions or more and returns new ones of the same shape. Done to the table of
all 256 values, it gives the lookup table that does the same to an image; tables compose in this way, see
training.augment.view.
"""

import cv2
import numpy as np

from training.augment.pixels import Pixels

_MIDDLE = 127.5


def brightness(values: Pixels, change: float) -> Pixels:
    """Plus `change`, a share of the whole range from -1 (all black) to 1 (all white)."""
    return _linear(values, 1.0, 255 * change)


def contrast(values: Pixels, factor: float) -> Pixels:
    """Distances from middle grey times `factor`: 0 leaves grey, 1 the values as they are."""
    return _linear(values, factor, _MIDDLE * (1 - factor))


def gamma(values: Pixels, exponent: float) -> Pixels:
    """Pixels from 0 to 1 to the power of `exponent`, above 0: below 1 lightens, above 1 darkens."""
    curve = np.rint(255 * np.linspace(0, 1, 256, dtype=np.float32) ** np.float32(exponent)).astype(np.uint8)
    return np.take(curve, values)


def solarise(values: Pixels, threshold: float) -> Pixels:
    """Pixels of `threshold` and more are inverted; 256 leaves all as they are."""
    return np.where(values >= threshold, 255 - values, values)


def posterise(values: Pixels, bits: int) -> Pixels:
    """Only the highest bits are kept, 1 to 8; 8 leaves all as they are."""
    return np.bitwise_and(values, np.uint8(256 - (1 << (8 - bits))))


def blended(values: Pixels, others: Pixels, share: float) -> Pixels:
    """`share` of `others` (0 to 1) and the rest of `values`."""
    return cv2.addWeighted(others, share, values, 1 - share, 0)


def _linear(values: Pixels, factor: float, offset: float) -> Pixels:
    """Rounded, and cut off at 0 and 255; OpenCV does it in one step."""
    return cv2.addWeighted(values, factor, values, 0.0, offset)
