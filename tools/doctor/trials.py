"""Engines and interpreters tried in processes of their own, so that one that hangs can be killed.

`python -m tools.doctor.trials TASK` does one task, a JSON object, and prints what came of it as another. Nothing is
pulled or built.
"""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict
from typing import Any

from tools.environments import own
from tools.environments.interpreters import find_interpreter
from tools.errors import KitError
from tools.sandbox.bubblewrap import BubblewrapEngine
from tools.sandbox.choose import choose
from tools.sandbox.container import Client, ContainerEngine, find_client
from tools.sandbox.process import ProcessEngine
from tools.sandbox.program import Engine, Limits
from tools.sandbox.scratch import Scratch, scratch_folder

MEMORY_MB = 512
CANNOT_KILL_GROUPS = os.name == "nt"


class Trial:
    """One task that runs meanwhile."""

    def __init__(self, task: dict[str, Any]) -> None:
        """Start it."""
        self.started = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603 - the kit's own module
            [sys.executable, "-m", "tools.doctor.trials", json.dumps(task)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=not CANNOT_KILL_GROUPS,
        )

    def result(self, patience_s: float) -> dict[str, Any]:
        """What came of it, at the latest `patience_s` after its start; "complaint" says why nothing did."""
        left_s = max(self.started + patience_s - time.monotonic(), 0.1)
        try:
            out, err = self._process.communicate(timeout=left_s)
        except subprocess.TimeoutExpired:
            self._kill()
            return {"complaint": f"no answer within {patience_s:g} s: it hangs, or the machine is busy", "hangs": True}
        try:
            return dict(json.loads(out.decode("utf-8", "replace").strip().splitlines()[-1]))
        except (ValueError, IndexError, TypeError):
            told = err.decode("utf-8", "replace").strip().splitlines()
            return {"complaint": f"the trial itself failed: {told[-1] if told else 'without a word'}"}

    def end(self) -> None:
        """Kill it if it still runs."""
        if self._process.poll() is None:
            self._kill()

    def _kill(self) -> None:
        """Kill it with all that it has started; what it leaves is cleaned up by the janitor of its scratch folder."""
        if CANNOT_KILL_GROUPS:
            self._process.kill()
        else:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate()


def main() -> None:
    """Do the task of the command line."""
    task = json.loads(sys.argv[1])
    try:
        done = _interpreter(task) if task["do"] == "interpreter" else _engine(task)
    except KitError as error:
        done = {"complaint": error.what, "fix": error.fix}
    except Exception as error:
        done = {"complaint": f"{type(error).__name__}: {error}"}
    print(json.dumps(done))  # noqa: T201 - to the doctor


def _interpreter(task: dict[str, Any]) -> dict[str, Any]:
    major, minor = task["version"]
    return {"path": str(find_interpreter((major, minor)))}


def _engine(task: dict[str, Any]) -> dict[str, Any]:
    """Try an engine as `kit evaluate` does, and tell what it enforces; one without its image cannot be tried."""
    client = _client(task["container"]) if task["engine"] == "container" else None
    if client and not _has_image(client, task["image"]):
        return {"client": client.program, "missing": client.whole_name(task["image"])}
    with scratch_folder() as scratch:
        trial, hidden = scratch.path / "trial", scratch.path / "hidden"
        makers = {task["engine"]: lambda: _made(task, client, scratch)}
        choice = choose(makers, trial, hidden, Limits(memory_mb=MEMORY_MB), network=False)
        try:
            return {"enforced": asdict(choice.enforced), "about": choice.engine.describe()}
        finally:
            choice.engine.stop()


def _client(settings: dict[str, Any]) -> Client:
    return find_client(settings["program"], settings["options"], settings["run_options"])


def _has_image(client: Client, image: str) -> bool:
    return client.ask("image", "inspect", "--format", "{{.Id}}", client.whole_name(image)).returncode == 0


def _made(task: dict[str, Any], client: Client | None, scratch: Scratch) -> Engine:
    if client:
        return ContainerEngine(client, task["image"], at_death=scratch.at_death)
    installed = own.make(scratch.path / "environment")
    return BubblewrapEngine(installed) if task["engine"] == "bubblewrap" else ProcessEngine(installed)


if __name__ == "__main__":
    main()
