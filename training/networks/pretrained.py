"""The first weights of a backbone: ImageNet's, those of a file, or none."""

import io
import sys
import warnings
import zipfile
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path

import h5py
import keras
import numpy as np

from training.errors import InputError, TrainingError
from training.recipes.recipe import Recipe

IMAGENET = "imagenet"
SUFFIXES = (".h5", ".hdf5", ".keras")
PUBLISHED_ALPHAS = (0.35, 0.5, 0.75, 1.0, 1.3, 1.4)
"""Widths of MobileNetV2 that Keras has ImageNet's weights for."""
ADAPTED = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
"""Mean and variance in EfficientNet's files; the variance is the deviation, not squared: Keras makes up for it."""


def load(build: Callable[..., keras.Model], recipe: Recipe, weights: str | None) -> keras.Model:
    """A backbone of keras.applications, by `build(weights=None or "imagenet")`, with its first weights.

    Raises InputError where a file is missing or holds the weights of another network, or none were published,
    TrainingError where the download fails.
    """
    if weights == IMAGENET:
        return _downloaded(build, recipe)
    network = build(weights=None)
    if weights is not None:
        _read(network, Path(weights), recipe)
        _check_scaling(network, weights)
    return network


def _downloaded(build: Callable[..., keras.Model], recipe: Recipe) -> keras.Model:
    if recipe.alpha not in PUBLISHED_ALPHAS:
        raise InputError(
            f"there are no ImageNet weights for {_named(recipe)}",
            f"set alpha to one of {', '.join(map(str, PUBLISHED_ALPHAS))}, or give --weights FILE or --weights none",
        )
    try:
        with warnings.catch_warnings(), redirect_stdout(sys.stderr):  # Keras shows its progress where results go
            warnings.simplefilter("ignore", UserWarning)  # of sizes that have no weights of their own: any size's fit
            return build(weights=IMAGENET)
    except Exception as error:  # Keras raises a bare Exception here
        raise TrainingError(
            f"the ImageNet weights of {_named(recipe)} could not be downloaded: {_first_line(error)}",
            "try again with a network, or give --weights FILE (a .h5 or .keras file of the backbone, "
            "include_top=False) or --weights none (it trains from nothing)",
        ) from error


def _check_file(path: Path) -> None:
    fix = "give a .h5 or .keras file of the backbone (include_top=False), or --weights imagenet or none"
    if path.suffix not in SUFFIXES:
        raise InputError(f"{path} is no weights file: it ends in none of {', '.join(SUFFIXES)}", fix)
    if not path.is_file():
        raise InputError(f"there is no weights file {path}", fix)


def _read(network: keras.Model, path: Path, recipe: Recipe) -> None:
    """Put the file's weights into the network."""
    _check_file(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # one for each layer that the file lacks; then it raises
            network.load_weights(path)
    except Exception as error:  # Keras raises nearly anything here
        raise InputError(
            f"{path} {_complaint(network, path, recipe, error)}",
            f"give the file that save_weights() wrote for {_named(recipe)} with include_top=False",
        ) from error


def _complaint(network: keras.Model, path: Path, recipe: Recipe, error: Exception) -> str:
    """What is wrong with a file that Keras does not load."""
    try:
        held = _count(path)
    except (OSError, KeyError, zipfile.BadZipFile):
        return f"cannot be read as weights: {_first_line(error)}"
    return (
        f"holds the weights of another network: {held:,} numbers, "
        f"{_named(recipe)} has {network.count_params():,} ({_first_line(error)})"
    )


def _count(path: Path) -> int:
    """How many numbers a weights file holds."""
    source = path if path.suffix != ".keras" else io.BytesIO(zipfile.ZipFile(path).read("model.weights.h5"))
    sizes: list[int] = []
    with h5py.File(source, "r") as file:
        file.visititems(lambda _, node: sizes.append(node.size) if isinstance(node, h5py.Dataset) else None)
    return sum(sizes)


def _check_scaling(network: keras.Model, weights: str) -> None:
    """Raise InputError where an EfficientNet was trained on pixels scaled otherwise than by ImageNet's figures."""
    for layer in network.layers:
        if isinstance(layer, keras.layers.Normalization):
            found = [np.array(figures).ravel() for figures in (layer.mean, layer.variance)]
            if not np.allclose(found, ADAPTED, rtol=1e-3):
                raise InputError(
                    f"{weights} scales pixels by mean {found[0]} and variance {found[1]}, expected {ADAPTED[0]} and "
                    f"{ADAPTED[1]}, those of ImageNet's file",
                    "give weights that began with ImageNet's",
                )


def _named(recipe: Recipe) -> str:
    return recipe.network + (f" with alpha {recipe.alpha}" if recipe.network == "mobilenetv2" else "")


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
