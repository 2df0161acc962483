"""A platform that is asked again without long pauses, and a zip that is to go there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tools.codabench.delivery import parcel_of
from tests.tools.codabench.platform import Platform
from tools.codabench.journal import Parcel


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    """A platform of this test's own."""
    monkeypatch.setenv("KIT_HTTP_PACE", "0.002")
    with Platform() as started:
        yield started


@pytest.fixture
def parcel(platform: Platform, tmp_path: Path) -> Parcel:
    """A small zip to its first phase."""
    return parcel_of(platform, tmp_path / "my zip.zip")
