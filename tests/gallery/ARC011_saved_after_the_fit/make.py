"""A network saved with the moments of Adam; and without them."""

from pathlib import Path

from tests.gallery.model_files import zip_with_models


def broken(files: Path, path: Path) -> None:
    """As model.save() writes it after a fit."""
    zip_with_models(files, path)


def near_miss(files: Path, path: Path) -> None:
    """Saved with include_optimizer=False."""
    zip_with_models(files, path)
