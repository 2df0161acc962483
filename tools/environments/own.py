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


def make(folder: Path) -> Path:
    """Make the environment in an empty folder (tens of milliseconds) and return the folder of its executables."""
    builder = venv.EnvBuilder(with_pip=False, symlinks=os.name != "nt")
    builder.create(folder)
    paths = dict.fromkeys(sysconfig.get_path(kind) for kind in ("purelib", "platlib"))
    (_site_packages(folder) / "kit.pth").write_text("\n".join(paths) + "\n", "utf-8")
    return folder / ("Scripts" if os.name == "nt" else "bin")


def _site_packages(folder: Path) -> Path:
    if os.name == "nt":
        return folder / "Lib" / "site-packages"
    return folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
