"""HDF5 files of Keras 2: with a layer whose arguments Keras 3 does not take; and without one."""

from pathlib import Path

from tests.gallery.model_files import zip_with_models


def broken(files: Path, path: Path) -> None:
    """With DepthwiseConv2D, which every MobileNet has."""
    zip_with_models(files, path)


def near_miss(files: Path, path: Path) -> None:
    """A plain network, which Keras 3 opens."""
    zip_with_models(files, path)
