"""The kit's own packages as an environment: they are there, the project is not, and every folder is named."""

import json
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tools.environments import own


def told_by(bin_folder: Path, code: str) -> str:
    python = bin_folder / "python"
    return subprocess.run([python, "-c", code], capture_output=True, text=True, check=True, cwd="/").stdout.strip()


def test_it_sees_the_packages_and_not_the_project(tmp_path: Path) -> None:
    installed = own.make(tmp_path / "environment")
    code = "import importlib.util as u; print([bool(u.find_spec(m)) for m in ('typer', 'tools', 'training')])"
    assert told_by(installed.bin_folder, code) == "[True, False, False]"
    assert installed.name == "kit"


def test_its_folders_hold_all_that_its_python_imports_from(tmp_path: Path) -> None:
    installed = own.make(tmp_path / "environment")
    path = json.loads(told_by(installed.bin_folder, "import json, sys; print(json.dumps(sys.path[1:]))"))
    assert any(entry.endswith("site-packages") for entry in path)
    for entry in [*path, sysconfig.get_path("purelib")]:
        assert any(Path(entry).resolve().is_relative_to(folder) for folder in (*installed.folders, "/usr"))


@pytest.mark.skipif(sys.platform != "linux", reason="sandboxes that hide folders are Linux's")
def test_an_interpreter_behind_a_linked_folder_is_named_by_its_real_path(monkeypatch, tmp_path: Path) -> None:
    (tmp_path / "linked").symlink_to(Path(sys._base_executable).parent)
    monkeypatch.setattr(sys, "_base_executable", str(tmp_path / "linked" / Path(sys._base_executable).name))
    installed = own.make(tmp_path / "environment")
    assert "linked" not in (tmp_path / "environment" / "pyvenv.cfg").read_text().partition("home = ")[2].splitlines()[0]
    assert not [
        path for path in installed.bin_folder.iterdir() if path.is_symlink() and "linked" in str(path.readlink())
    ]
    assert told_by(installed.bin_folder, "import sys; print(sys.prefix)") == str(tmp_path / "environment")
