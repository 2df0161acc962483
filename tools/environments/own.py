"""The kit's own packages as an evaluator's environment: a bare virtual environment that sees them, not the project.

The kit is installed in place, so its own Python would find `training` and `tools` wherever it runs, and a submission
that imports them would pass here and fail there. The folders of packages are put on the bare environment's path by a
.pth file, whose target's own .pth files Python does not follow.
"""

import os
import sys
import sysconfig
import venv
from pathlib import Path

from tools.environments.installed import Installed

NAME = "kit"


def make(folder: Path) -> Installed:
    """Make the environment in an empty folder (tens of milliseconds)."""
    folder = folder.resolve()
    builder = venv.EnvBuilder(with_pip=False, symlinks=os.name != "nt")
    builder.create(folder)
    packages = dict.fromkeys(Path(sysconfig.get_path(kind)).resolve() for kind in ("purelib", "platlib"))
    (_site_packages(folder) / "kit.pth").write_text("".join(f"{path}\n" for path in packages), "utf-8")
    if sys.platform == "linux":
        executable = Path(getattr(sys, "_base_executable", sys.executable))
        _name_interpreter(folder, executable.resolve())
    return Installed(
        name=NAME,
        bin_folder=folder / ("Scripts" if os.name == "nt" else "bin"),
        folders=(folder, Path(sys.base_prefix), *packages),
    )


def _name_interpreter(folder: Path, interpreter: Path) -> None:
    """Make the environment name its interpreter by the real path: uv's own lie behind a folder that is a link.

    In a sandbox, which shows the real folder alone, such a link would end nowhere.
    """
    for link in (folder / "bin").iterdir():
        if link.is_symlink() and link.readlink().is_absolute():
            link.unlink()
            link.symlink_to(interpreter)
    settings = folder / "pyvenv.cfg"
    lines = settings.read_text("utf-8").splitlines()
    named = [f"home = {interpreter.parent}" if line.startswith("home = ") else line for line in lines]
    settings.write_text("".join(f"{line}\n" for line in named), "utf-8")


def _site_packages(folder: Path) -> Path:
    if os.name == "nt":
        return folder / "Lib" / "site-packages"
    return folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
