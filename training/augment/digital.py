"""What storing and sending does to an image: JPEG's blocks, and fewer pixels."""

import cv2
import numpy as np

from training.augment.pixels import Pixels


def jpeg(image: Pixels, quality: int) -> Pixels:
    """Written as a JPEG of this quality, 1 (bad) to 100, and read again. RGB, as everywhere here."""
    _, stored = cv2.imencode(".jpg", image[..., ::-1], (cv2.IMWRITE_JPEG_QUALITY, quality))
    return np.asarray(cv2.imdecode(stored, cv2.IMREAD_COLOR_RGB))


def pixelate(image: Pixels, side: float) -> Pixels:
    """Fewer pixels, each about `side` times as wide and high and of the mean colour of those that it covers."""
    height, width = image.shape[:2]
    few = (max(1, round(width / side)), max(1, round(height / side)))
    small = cv2.resize(image, few, interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST)
