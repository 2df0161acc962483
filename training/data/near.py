"""Pairs of different rows that show the same picture: shifted, mirrored, turned, brightened, noisy or compressed again.

Blood cells are centred and alike, so that perceptual hashes pair thousands of strangers. Here a pair is proposed by
colour thumbnails whose common structure is divided out (whitening), and believed only when its fine texture, the same
to the pixel, lines up at full resolution. What it does not find: copies that were zoomed, turned by other angles than
quarters, or moved by more than an eighth of the side.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from training.data.load import Dataset
from training.data.texture import MAX_SIDE, texture, texture_match
from training.data.thumbnails import GREY_SIDE, Thumbnails, load_grey
from training.data.whitening import whitening
from training.progress import Reporter, Silent

SAME_TEXTURE = 0.93
"""Correlation of fine texture from which a pair is reported. Measured on 11,959 real cells: strangers reach 0.88,
copies (JPEG 50, brightness 0.8 to 1.1, noise of 8, shifts to 8 px) have 0.97 and more."""
_ALIKE = 0.6
"""Cosine of whitened thumbnails from which a pair is looked at: one in eight strangers, all copies moved by 2 px."""
_ALIKE_SPECTRA = 0.5
"""Cosine of whitened spectra from which a pair is looked at: all copies moved by 8 px, but half of the strangers."""
_ALIKE_GREY = 0.62
"""Texture match of the 32-pixel thumbnails from which a pair is looked at in full."""
_COMPONENTS = 64
_FREQUENCIES = 8
_ROWS_AT_ONCE = 256
_PAIRS_AT_ONCE = 2000
_SILENT = Silent()
_TURNS = ("the same way", "turned 90°", "turned 180°", "turned 270°")
_ORIENTATIONS = tuple((turns, False) for turns in range(3)) + tuple((turns, True) for turns in range(4))
"""A pair at 270° is found from its other side, at 90°."""
_MIRRORED_TURNS = ("mirrored", "mirrored, turned 90°", "mirrored, turned 180°", "mirrored, turned 270°")


@dataclass(frozen=True)
class NearDuplicate:
    """Two rows with the same picture but not the same pixels."""

    rows: tuple[int, int]
    """ascending"""
    labels: tuple[int, int]
    how: str
    """how the first row's image is laid over the second's, such as "mirrored" """
    similarity: float
    """correlation of their fine texture, SAME_TEXTURE to 1"""


@dataclass(frozen=True)
class _Pair:
    """Positions among the thumbnails, and the orientation of the first."""

    first: int
    second: int
    turns: int
    mirrored: bool


def near_duplicates(
    dataset: Dataset, thumbnails: Thumbnails, reporter: Reporter = _SILENT
) -> tuple[NearDuplicate, ...]:
    """Find each image's nearest neighbour in every orientation and keep those with the same texture, best first.

    Time grows with the square of the images: 3 s for 12,000 on two cores; memory by 6 KB an image.
    """
    if len(thumbnails.rows) < 2:  # noqa: PLR2004 - a pair
        return ()
    pairs = [pair for some in _proposals(thumbnails, reporter) for pair in some]
    found: dict[tuple[int, int], NearDuplicate] = {}
    with reporter.track("comparing textures", len(pairs)) as advance:
        for start in range(0, len(pairs), _PAIRS_AT_ONCE):
            some = pairs[start : start + _PAIRS_AT_ONCE]
            for pair, similarity in zip(some, _verify(dataset, thumbnails.rows, some), strict=True):
                if similarity >= SAME_TEXTURE:
                    near = _near_duplicate(dataset, thumbnails.rows, pair, similarity)
                    best = found.setdefault(near.rows, near)
                    found[near.rows] = max(best, near, key=lambda one: one.similarity)
            advance(len(some))
    return tuple(sorted(found.values(), key=lambda near: (-near.similarity, near.rows)))


def _proposals(thumbnails: Thumbnails, reporter: Reporter) -> Iterator[list[_Pair]]:
    """Yield the pairs worth a look at full resolution: an orientation at a time, then those that only moved."""
    textures = texture(thumbnails.grey)
    looks = _without_colour_cast(thumbnails.colour)
    project = whitening(looks, _COMPONENTS)
    known = _unit(project(looks))
    with reporter.track("searching near duplicates", len(_ORIENTATIONS) + 1) as advance:
        for turns, mirrored in _ORIENTATIONS:
            asked = _unit(project(_without_colour_cast(oriented(thumbnails.colour, turns, mirrored=mirrored))))
            yield _alike(textures, _nearest(asked, known, _ALIKE), turns, mirrored=mirrored)
            advance()
        spectra = _without_position(thumbnails.grey)
        known = _unit(whitening(spectra, _COMPONENTS)(spectra))
        yield _alike(textures, _nearest(known, known, _ALIKE_SPECTRA), 0, mirrored=False)
        advance()


def _alike(
    textures: NDArray[np.float32], proposed: tuple[NDArray[np.int64], NDArray[np.int64]], turns: int, *, mirrored: bool
) -> list[_Pair]:
    """Keep the proposed pairs whose small textures agree."""
    first, second = proposed
    alike = texture_match(oriented(textures[first], turns, mirrored=mirrored), textures[second]) > _ALIKE_GREY
    return [_Pair(int(a), int(b), turns, mirrored) for a, b in zip(first[alike], second[alike], strict=True)]


def _nearest(
    asked: NDArray[np.float32], known: NDArray[np.float32], least: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the positions of those with a neighbour alike enough, and of the nearest neighbour; never themselves."""
    nearest = np.empty(len(asked), np.int64)
    cosine = np.empty(len(asked), np.float32)
    for start in range(0, len(asked), _ROWS_AT_ONCE):
        products = asked[start : start + _ROWS_AT_ONCE] @ known.T
        here = np.arange(len(products))
        products[here, start + here] = -1
        nearest[start + here] = best = products.argmax(axis=1)
        cosine[start + here] = products[here, best]
    first = np.flatnonzero(cosine > least)
    return first, nearest[first]


def _verify(dataset: Dataset, rows: NDArray[np.int64], pairs: list[_Pair]) -> list[float]:
    """Compare the textures of the pairs at full resolution, up to 128 pixels a side."""
    wanted = np.unique([rows[position] for pair in pairs for position in (pair.first, pair.second)])
    greys = load_grey(dataset, wanted, MAX_SIDE)
    similarities = []
    for pair in pairs:
        first, second = np.searchsorted(wanted, rows[[pair.first, pair.second]])
        laid = oriented(texture(greys[first][None]), pair.turns, mirrored=pair.mirrored)
        similarities.append(float(texture_match(laid, texture(greys[second][None]))[0]))
    return similarities


def oriented(images: NDArray[Any], turns: int, *, mirrored: bool) -> NDArray[Any]:
    """Mirror (n, S, S, ...) left to right if asked, then turn them by quarters, counter-clockwise."""
    return np.rot90(images[:, :, ::-1] if mirrored else images, turns, axes=(1, 2))


def _without_colour_cast(colour: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(M, 12, 12, 3) to (M, 432) of unit length without the channels' means: brightness and contrast do not count."""
    levels = colour.astype(np.float32)
    levels -= levels.mean(axis=(1, 2), keepdims=True)
    return _unit(levels.reshape(len(levels), -1))


def _without_position(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(M, 32, 32) to (M, 128): magnitudes of the low spatial frequencies, which do not tell where a thing lies."""
    window = np.outer(np.hanning(GREY_SIDE), np.hanning(GREY_SIDE)).astype(np.float32)
    spectra = np.empty((len(grey), 2 * _FREQUENCIES, _FREQUENCIES), np.float32)
    for start in range(0, len(grey), _ROWS_AT_ONCE):
        levels = grey[start : start + _ROWS_AT_ONCE].astype(np.float32)
        levels -= levels.mean(axis=(1, 2), keepdims=True)
        levels /= np.maximum(levels.std(axis=(1, 2), keepdims=True), 1)
        spectrum = np.abs(fft.rfft2(levels * window))[:, :, :_FREQUENCIES]
        low = (spectrum[:, :_FREQUENCIES], spectrum[:, -_FREQUENCIES:])
        spectra[start : start + _ROWS_AT_ONCE] = np.log1p(np.concatenate(low, axis=1))
    return spectra.reshape(len(grey), -1)


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale rows to length 1, in place."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    rows /= np.maximum(lengths, np.finfo(np.float32).tiny)
    return rows


def _near_duplicate(dataset: Dataset, rows: NDArray[np.int64], pair: _Pair, similarity: float) -> NearDuplicate:
    first, second = sorted((int(rows[pair.first]), int(rows[pair.second])))
    how = (_MIRRORED_TURNS if pair.mirrored else _TURNS)[pair.turns]
    labels = (int(dataset.labels[first]), int(dataset.labels[second]))
    return NearDuplicate((first, second), labels, how, round(similarity, 4))
