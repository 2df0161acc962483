"""A tiny environment that uv builds without a network: a folder of packages, one as slow as a test wants."""

import hashlib
import io
import sys
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tools.environments.known import Environment

PYPROJECT = '[build-system]\nrequires = ["tiny"]\nbuild-backend = "backend"\nbackend-path = ["."]\n'
BACKEND = """
import os, pathlib, time, zipfile
from importlib.metadata import version

def build_wheel(folder, *_):
    with open(os.environ["SLOW_STARTED"], "a") as started:
        started.write("once\\n")
    while not os.path.exists(os.environ["SLOW_MAY_END"]):
        time.sleep(0.02)
    name = "slow-1-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder) / name, "w") as wheel:
        wheel.writestr("slow.py", f"BUILT_WITH_TINY = {version('tiny')!r}")
        wheel.writestr("slow-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: slow\\nVersion: 1\\n")
        wheel.writestr("slow-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("slow-1.dist-info/RECORD", "")
    return name
"""


@dataclass(frozen=True, kw_only=True)
class Index:
    """A folder of packages in place of an index, and the two files by which a test rules the slow one."""

    folder: Path
    started: Path
    may_end: Path

    def line(self, pattern: str) -> str:
        """The line of a lock for one of the files."""
        [path] = self.folder.glob(pattern)
        name, version = path.name.removesuffix(".tar.gz").split("-")[:2]
        return f"{name}=={version} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Index:
    """The only place where uv finds packages; its cache and the kit's are the test's own too."""
    made = Index(folder=tmp_path / "index", started=tmp_path / "started", may_end=tmp_path / "may-end")
    made.folder.mkdir()
    for version in (1, 2):
        _write_tiny(made.folder / f"tiny-{version}-py3-none-any.whl", version)
    _write_slow(made.folder / "slow-1.tar.gz")
    variables = {"UV_NO_INDEX": "1", "UV_NO_CONFIG": "1", "UV_FIND_LINKS": made.folder}
    variables |= {"UV_CACHE_DIR": tmp_path / "uv-cache", "KIT_CACHE_DIR": tmp_path / "kit-cache"}
    variables |= {"SLOW_STARTED": made.started, "SLOW_MAY_END": made.may_end}
    for name, value in variables.items():
        monkeypatch.setenv(name, str(value))
    return made


@pytest.fixture
def environment_of(tmp_path: Path) -> Callable[..., Environment]:
    """An environment for this Python, with a lock of the given lines."""

    def make(*lines: str, name: str = "tiny") -> Environment:
        lock = tmp_path / f"{name}.lock"
        lock.write_text("".join(lines))
        return Environment(name=name, python=sys.version_info[:2], packages={}, source="a test", lock=lock)

    return make


def _write_tiny(path: Path, version: int) -> None:
    info = f"tiny-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("tiny.py", "def main():\n    import sys\n    print('tiny in', sys.prefix)\n")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/entry_points.txt", "[console_scripts]\ntiny = tiny:main\n")
        wheel.writestr(f"{info}/RECORD", "")


def _write_slow(path: Path) -> None:
    files = {"PKG-INFO": "Metadata-Version: 2.1\nName: slow\nVersion: 1\n", "pyproject.toml": PYPROJECT}
    with tarfile.open(path, "w:gz") as source:
        for name, text in (files | {"backend.py": BACKEND}).items():
            member = tarfile.TarInfo(f"slow-1/{name}")
            member.size = len(text)
            source.addfile(member, io.BytesIO(text.encode()))
