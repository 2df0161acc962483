"""A bundle that Codabench would take as it is, to be spoilt by the tests."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tools.bundle.irises import GOOD, zip_of


@pytest.fixture
def bundle_folder(tmp_path: Path) -> Path:
    """The good bundle as a folder."""
    root = tmp_path / "bundle"
    for name, text in {
        "competition.yaml": GOOD,
        "logo.png": "png",
        "terms.md": "terms",
        "overview.md": "# Overview",
        "ingestion/metadata.yaml": "command: python3 $program/ingestion.py",
        "ingestion/ingestion.py": "print()",
        "scoring/metadata": "command: python3 $program/score.py",
        "scoring/score.py": "print()",
        "data/input/x.csv": "1,2",
        "solution/model.py": "class Model: ...",
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    with zipfile.ZipFile(root / "reference.zip", "w") as target:
        target.writestr("labels/y.csv", "0")
    return root


@pytest.fixture
def write_yaml(bundle_folder: Path) -> Callable[[str], Path]:
    """Put another text into the good bundle's competition.yaml and return the bundle."""

    def write(text: str) -> Path:
        (bundle_folder / "competition.yaml").write_text(text, "utf-8")
        return bundle_folder

    return write


@pytest.fixture
def spoil(write_yaml: Callable[[str], Path]) -> Callable[..., Path]:
    """Replace parts of the good competition.yaml, each of which must be there, and return the bundle."""

    def spoilt(*changes: tuple[str, str]) -> Path:
        text = GOOD
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new, 1)
        return write_yaml(text)

    return spoilt


@pytest.fixture
def bundle_zip(bundle_folder: Path, tmp_path: Path) -> Path:
    """The good bundle as a zip."""
    return zip_of(bundle_folder, tmp_path / "bundle.zip")
