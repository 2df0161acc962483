"""A network with a layer of the notebook that trained it: not handed over; and handed over."""

from pathlib import Path

from tests.gallery.model_files import zip_with_models


def broken(files: Path, path: Path) -> None:
    """The class stayed in the notebook."""
    zip_with_models(files, path)


def near_miss(files: Path, path: Path) -> None:
    """The class is in model.py, and load_model is given it."""
    zip_with_models(files, path)
