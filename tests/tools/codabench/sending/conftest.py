"""A zip that is to go to a platform."""

from pathlib import Path

import pytest

from tests.tools.codabench.delivery import parcel_of
from tests.tools.codabench.platform import Platform
from tools.codabench.journal import Parcel


@pytest.fixture
def parcel(platform: Platform, tmp_path: Path) -> Parcel:
    """A small zip to its first phase."""
    return parcel_of(platform, tmp_path / "my zip.zip")
