"""The bubblewrap engine as an ordinary user runs it, tried by root in a child that has given root up.

Where this Python lies in a folder that only root may look into, the child gets a mount namespace in which it is open.
"""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

NOBODY = 65534
CODE = """
import pathlib, sys
from tools.environments.installed import Installed
from tools.sandbox.bubblewrap import BubblewrapEngine
from tools.sandbox.program import Limits, Program
folder = pathlib.Path(sys.argv[1])
(folder / "work").mkdir()
engine = BubblewrapEngine(Installed(name="system", bin_folder=pathlib.Path("/usr/bin"), folders=()))
command = ("sh", "-c", "id -u; touch /usr/x; echo to /app/program/x > /app/program/x; grep CapEff /proc/self/status")
program = Program(
    argv=command, mounts={"/app/program": folder / "work"}, workdir="/app/program", folder=folder,
    limits=Limits(wall_s=20, memory_mb=300),
)
outcome = engine.run(program)
print(outcome.exit_code, dict(outcome.kept_by), (folder / "work/x").read_text())
print(program.stdout.read_text(), program.stderr.read_text())
"""
OPEN = """
set -e
mount --make-rprivate /
mkdir "$3/base"
mount --bind "$2" "$3/base"
mount -t tmpfs -o mode=755 tmpfs "$1"
mkdir -p "$2"
mount --bind "$3/base" "$2"
shift 3
exec "$@"
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that belongs to nobody."""
    made = Path(tempfile.mkdtemp(prefix="kit-user-"))
    os.chown(made, NOBODY, NOBODY)
    yield made
    shutil.rmtree(made)


def closed_parent(path: Path) -> Path | None:
    """The uppermost folder on the way to a path that others may not pass."""
    return next((p for p in reversed(path.parents) if not p.stat().st_mode & stat.S_IXOTH), None)


@pytest.mark.skipif(os.geteuid() != 0, reason="as an ordinary user the other tests show the same")
@pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed")
def test_an_ordinary_user_gets_the_same_sandbox(folder: Path, tmp_path: Path) -> None:
    base = Path(sys.base_prefix).resolve()
    (tmp_path / "mounts").mkdir()
    user = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--"]
    command = [*user, sys.executable, "-c", CODE, str(folder)]
    if closed := closed_parent(base):
        command = [
            "unshare",
            "--mount",
            "sh",
            "-c",
            OPEN,
            "sh",
            str(closed),
            str(base),
            str(tmp_path / "mounts"),
            *command,
        ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    assert done.stdout.startswith("0 "), done.stderr
    assert "to /app/program/x" in done.stdout
    assert "\n0\n" in done.stdout
    assert "CapEff:\t0000000000000000" in done.stdout
    assert "Read-only" in done.stdout
