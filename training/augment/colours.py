"""Colours made of each other: hue, saturation, channels that change places or shift, as matrices that compose into one.

A matrix is (3, 4) float64: three rows of shares of red, green and blue and an offset, for values of 0 to 255.
"""

import math

import cv2
import numpy as np
import numpy.typing as npt

from training.augment.pixels import Pixels

Matrix = npt.NDArray[np.float64]

_LUMA = (0.299, 0.587, 0.114)
"""How bright red, green and blue look (ITU-R BT.601)."""
_GREY = np.array([(*_LUMA, 0.0)] * 3)
_KEPT = np.eye(3, 4)
_TO_YIQ = np.array([_LUMA, (0.595716, -0.274453, -0.321263), (0.211456, -0.522591, 0.311135)])
_FROM_YIQ = np.linalg.inv(_TO_YIQ)
_PERMUTATIONS = ((0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0))


def composed(second: Matrix, first: Matrix) -> Matrix:
    """The matrix that does `first`, then `second`, without cutting off at 0 and 255 between them."""
    both = second[:, :3] @ first
    both[:, 3] += second[:, 3]
    return both


def saturation(factor: float) -> Matrix:
    """Distances from grey of the same brightness times `factor`: 0 is grey, 1 leaves the colours, 2 doubles them."""
    return factor * _KEPT + (1 - factor) * _GREY


def hue(degrees: float) -> Matrix:
    """Colours turned around the axis of greys; brightness (Y of YIQ) stays."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    turn = np.array(((1, 0, 0), (0, cosine, -sine), (0, sine, cosine)))
    matrix = np.zeros((3, 4))
    matrix[:, :3] = _FROM_YIQ @ turn @ _TO_YIQ
    return matrix


def channel_shuffle(number: int, share: float = 1.0) -> Matrix:
    """Channels change places, in one of five ways, `number` 0 to 4; `share` (0 to 1) of it, the rest as before."""
    return share * _KEPT[list(_PERMUTATIONS[number])] + (1 - share) * _KEPT


def channel_shift(red: float, green: float, blue: float) -> Matrix:
    """Each channel plus so much of the whole range, -1 to 1."""
    matrix = _KEPT.copy()
    matrix[:, 3] = (255 * red, 255 * green, 255 * blue)
    return matrix


def stretching(image: Pixels, share: float) -> Matrix:
    """Each channel of the image from its lowest to its highest value stretched over the whole range.

    Only `share` of it, and the rest of the image. A channel of one value stays as it is (auto-contrast).
    """
    matrix = _KEPT.copy()
    for channel, plane in enumerate(cv2.split(image)):
        low, high, _, _ = cv2.minMaxLoc(plane)
        if high > low:
            factor = 255 / (high - low)
            matrix[channel, channel] = 1 - share + share * factor
            matrix[channel, 3] = -share * factor * low
    return matrix


def equalised(image: Pixels, share: float) -> Pixels:
    """Each channel of the image with all values about equally frequent; `share` (0 to 1) of it, the rest as it was.

    The lowest value becomes 0, the highest 255 (histogram equalisation; Gonzalez and Woods, Digital Image Processing,
    section 3.3). It needs the image, not its values alone, so it is no matrix.
    """
    equal = cv2.merge([cv2.equalizeHist(plane) for plane in cv2.split(image)])
    return cv2.addWeighted(equal, share, image, 1 - share, 0)
