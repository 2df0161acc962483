"""An export of TensorFlow 2.17 for the platform's own image, which has 2.9; and one with nothing newer."""

from pathlib import Path

from tests.gallery.model_files import zip_with_models


def broken(files: Path, path: Path) -> None:
    """As model.export() writes it."""
    zip_with_models(files, path)


def near_miss(files: Path, path: Path) -> None:
    """Without the operation that came with 2.12."""
    zip_with_models(files, path)
