"""How well the fine texture of two grey images agrees, wherever one is shifted to over the other."""

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

MAX_SIDE = 128
_REFERENCE_SIDE = 96
_FINE, _COARSE = 1.0, 3.0
"""Widths in pixels at a side of 96: below is noise, above are nucleus and outline, which strangers share."""
_MARGIN = 8
"""The inner part is compared, shifted by up to an eighth of the side each way."""
_PAIRS_AT_ONCE = 256
_FLAT = 1e-3
"""Mean squared texture (grey levels) under which an image has none to compare."""


def texture(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Keep the detail of (n, S, S) grey images between two widths, as a difference of Gaussians; 0 on average."""
    scale = grey.shape[1] / _REFERENCE_SIDE
    band = np.empty(grey.shape, np.float32)
    for start in range(0, len(grey), _PAIRS_AT_ONCE):
        levels = grey[start : start + _PAIRS_AT_ONCE].astype(np.float32)
        fine, coarse = (
            ndimage.gaussian_filter(levels, (0, width * scale, width * scale)) for width in (_FINE, _COARSE)
        )
        band[start : start + _PAIRS_AT_ONCE] = fine - coarse
    return band


def texture_match(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
    """Best correlation, -1 to 1, of the middle of each first texture inside its second; 0 where one is flat.

    Both are (n, S, S) from `texture`; the answer is (n,). Brightness and contrast do not count. Normalised
    cross-correlation by FFT, after J. P. Lewis, "Fast Normalized Cross-Correlation", 1995.
    """
    parts = [
        _match(first[start : start + _PAIRS_AT_ONCE], second[start : start + _PAIRS_AT_ONCE])
        for start in range(0, len(first), _PAIRS_AT_ONCE)
    ]
    return np.concatenate(parts) if parts else np.empty(0, np.float32)


def _match(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
    side = first.shape[1]
    margin = max(1, side // _MARGIN)
    middle = first[:, margin : side - margin, margin : side - margin]
    middle = middle - middle.mean(axis=(1, 2), keepdims=True)
    shifts = slice(2 * margin + 1)
    spectrum = fft.rfft2(second) * np.conj(fft.rfft2(middle, (side, side)))
    products = fft.irfft2(spectrum, (side, side))[:, shifts, shifts]
    own = (middle**2).sum(axis=(1, 2))[:, None, None]
    under = _window_energy(second, middle.shape[1])
    flat = np.minimum(own, under) < _FLAT * middle.shape[1] ** 2
    correlation = np.where(flat, 0, products / np.sqrt(np.maximum(own * under, np.finfo(np.float32).tiny)))
    best: NDArray[np.float32] = correlation.max(axis=(1, 2)).astype(np.float32)
    return best


def _window_energy(band: NDArray[np.float32], size: int) -> NDArray[np.float64]:
    """Sum of squares about the mean in each `size` x `size` window."""
    energy = _window_sum(band.astype(np.float64) ** 2, size) - _window_sum(band.astype(np.float64), size) ** 2 / size**2
    return np.maximum(energy, 0, out=energy)


def _window_sum(values: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """Sum each window of (n, S, S) by cumulative sums, down and then across."""
    for axis in (1, 2):
        total = np.pad(values.cumsum(axis=axis), [(1, 0) if axis == at else (0, 0) for at in range(3)])
        values = np.moveaxis(np.moveaxis(total, axis, 0)[size:] - np.moveaxis(total, axis, 0)[:-size], 0, axis)
    return values
