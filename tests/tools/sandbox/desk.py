"""Programs for the engines to run, and a look at what is left of them."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable

import psutil
import pytest

from tests.tools.container_image import IMAGE, client
from tools.environments import own
from tools.sandbox.bubblewrap import BubblewrapEngine
from tools.sandbox.container import ContainerEngine
from tools.sandbox.process import ProcessEngine
from tools.sandbox.program import Engine, Limits, Program
from tools.sandbox.scratch import Scratch

ENGINES = ("process", "bubblewrap", pytest.param("container", marks=pytest.mark.slow))


def make_engine(name: str, scratch: Scratch, *, network: bool = False) -> Engine:
    """An engine by its name; skips where the machine lacks what it needs."""
    if name == "container":
        return ContainerEngine(client(), IMAGE, network=network, at_death=scratch.at_death)
    if name == "bubblewrap" and shutil.which("bwrap") is None:
        pytest.skip("bubblewrap is not installed")
    installed = own.make(scratch.path / "environment")
    return BubblewrapEngine(installed, network=network) if name == "bubblewrap" else ProcessEngine(installed)


class Desk:
    """Makes programs in a folder of their own and reads what they said."""

    def __init__(self, scratch: Scratch) -> None:
        self.folder = scratch.path / "desk"
        self.mounts = {"/app/program": self.folder / "program", "/app/output": self.folder / "output"}
        for folder in self.mounts.values():
            folder.mkdir(parents=True)

    def program(self, source: str | tuple[str, ...], **limits: float) -> Program:
        """A Python source as the program main.py, or a command; with limits (20 s if nothing is said)."""
        argv = source if isinstance(source, tuple) else ("python3", "main.py")
        if isinstance(source, str):
            (self.mounts["/app/program"] / "main.py").write_text(source)
        return Program(
            argv=argv,
            mounts=self.mounts,
            workdir="/app/program",
            folder=self.folder,
            limits=Limits(**({"wall_s": 20} | limits)),
        )

    @property
    def out(self) -> str:
        return (self.folder / "stdout").read_text("utf-8", "replace")

    @property
    def err(self) -> str:
        return (self.folder / "stderr").read_text("utf-8", "replace")


def living(mark: str) -> list[int]:
    """Processes of this machine, containers' and sandboxes' included, whose command line holds the mark."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        words = process.info["cmdline"] or []
        if process.info["status"] != psutil.STATUS_ZOMBIE and mark in words and process.pid != os.getpid():
            found.append(process.pid)
    return found


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> bool:
    """Whether a condition came true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def start_python(code: str, *arguments: str) -> "subprocess.Popen[str]":
    """A Python process of its own session, its output readable."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
