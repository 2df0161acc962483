"""The type of an image."""

from typing import Any

import numpy.typing as npt

Pixels = npt.NDArray[Any]
"""An image (H, W, 3), red, green and blue, uint8. OpenCV's annotations promise no type of value, nor does this."""
