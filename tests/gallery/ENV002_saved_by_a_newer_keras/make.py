"""A network that Keras 3.15.1 saved; and one of Keras 3.9.2, which 3.4.1 opens all the same."""

from pathlib import Path

from tests.gallery.model_files import zip_with_models


def broken(files: Path, path: Path) -> None:
    """With arguments that came later."""
    zip_with_models(files, path)


def near_miss(files: Path, path: Path) -> None:
    """Newer, with nothing that the evaluator does not take."""
    zip_with_models(files, path)
