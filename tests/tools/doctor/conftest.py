"""Programs that stand in for engines, and settings that name them."""

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def stand_in(tmp_path: Path) -> Callable[[str, str], Path]:
    """Write an executable that does as its shell script says, and return its path."""

    def write(name: str, script: str) -> Path:
        path = tmp_path / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    return write


@pytest.fixture
def use_container(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Have the user's settings name a container program."""

    def use(program: Path) -> None:
        folder = tmp_path / "settings"
        folder.mkdir()
        (folder / "config.toml").write_text(f'[container]\nprogram = "{program}"\n')
        monkeypatch.setenv("KIT_CONFIG_DIR", str(folder))

    return use
