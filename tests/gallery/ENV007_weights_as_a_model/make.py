"""Weights in a file of their own: opened as a whole model; and loaded into a network that model.py builds."""

from pathlib import Path

from tests.gallery.model_files import zip_with_models


def broken(files: Path, path: Path) -> None:
    """load_model, of weights alone."""
    zip_with_models(files, path)


def near_miss(files: Path, path: Path) -> None:
    """load_weights."""
    zip_with_models(files, path)
