"""An engine tried before the user's code runs in it: what it keeps from a program is measured, never assumed."""

import json
import os
import shutil
import socket
import uuid
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.errors import SandboxError
from tools.sandbox.program import Engine, Limits, Program

ATTEMPTS = Path(__file__).with_name("attempts.py")
KIT = Path(__file__).resolve().parents[2]
SYSTEM = ("/", "/usr", "/usr/local", "/etc", "/opt", "/home", "/var")
MARK = ".kit-attempt-{}"
TRIAL_S = 60.0
PYTHONS = ("python3", "python")
LABELS = "these labels are not for the submission\n"


@dataclass(frozen=True, kw_only=True)
class Enforced:
    """What an engine was seen to keep from a program. None where it could not be measured.

    `labels`: the reference data's place cannot be read; `files`: nor the kit's own files; `system`: nothing of
    the machine can be written outside of the job; `network`: it cannot be reached; `processes`: others cannot be seen.
    """

    labels: bool | None = None
    files: bool | None = None
    system: bool | None = None
    network: bool | None = None
    processes: bool | None = None
    kept_by: dict[str, str] = field(default_factory=dict)
    seen: dict[str, Any] = field(default_factory=dict)


def try_out(engine: Engine, folder: Path, hidden: Path, limits: Limits) -> Enforced:
    """Run the attempts in an engine, with a canary at `hidden`, where the labels of the job will lie.

    Raises SandboxError where the engine cannot run a program.
    """
    program, output = folder / "program", folder / "output"
    for made in (program, output, hidden):
        made.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(ATTEMPTS, program / ATTEMPTS.name)
    canary = hidden / "canary"
    canary.write_text(LABELS, "utf-8")
    folders = [*SYSTEM, str(KIT)]
    isolates = engine.name != "process"  # which is known to write where the user may: it is not made to
    marks = [Path(folder) / MARK.format(uuid.uuid4().hex) for folder in folders if isolates]
    try:
        with closing(socket.create_server(("127.0.0.1", 0))) as listener:
            asked = {
                "port": listener.getsockname()[1],
                "pid": os.getpid(),
                "files": [str(canary), __file__],
                "folders": [] if isolates else folders,
                "marks": [str(mark) for mark in marks],
            }
            told, kept_by = _told(engine, folder, asked, limits)
    finally:
        canary.unlink()
        written = [str(mark.parent) for mark in marks if _removed(mark)]
    if told is None:
        return Enforced(kept_by=kept_by)
    return Enforced(
        labels=str(canary) not in told["read"],
        files=not set(told["read"]) - {str(canary)},
        system=not written and not told["writable"],
        network=not told["network"],
        processes=not told["processes"],
        kept_by=kept_by,
        seen={
            **{key: told[key] for key in ("user", "status", "shm_mb", "python")},
            "written": written or told["writable"],
        },
    )


def _removed(mark: Path) -> bool:
    """Whether there was such a file; it is gone afterwards."""
    try:
        mark.unlink()
    except OSError:
        return False
    return True


def _told(
    engine: Engine, folder: Path, asked: dict[str, Any], limits: Limits
) -> tuple[dict[str, Any] | None, dict[str, str]]:
    """What the attempts printed (None where the environment has no Python), and what kept the limits."""
    outcome = None
    for python in PYTHONS:
        program = Program(
            argv=(python, ATTEMPTS.name, json.dumps(asked)),
            mounts={"/app/program": folder / "program", "/app/output": folder / "output"},
            workdir="/app/program",
            folder=folder,
            limits=Limits(wall_s=TRIAL_S, memory_mb=limits.memory_mb, processes=limits.processes),
        )
        outcome = engine.run(program)
        if outcome.exit_code == 0:
            return _last_object(program.stdout.read_text("utf-8", "replace")), dict(outcome.kept_by)
        if outcome.exit_code != 127:  # noqa: PLR2004 - not found
            complaint = program.stderr.read_text("utf-8", "replace").strip()[-300:]
            raise SandboxError(
                f"a trial program ended with {outcome.exit_code}: {complaint or outcome.proof or 'it said nothing'}",
                "kit evaluate --engine process runs without isolation",
            )
    assert outcome is not None
    return None, dict(outcome.kept_by)


def _last_object(log: str) -> dict[str, Any]:
    """The last line of a log as JSON: an image may print a banner first."""
    try:
        return dict(json.loads(log.strip().splitlines()[-1]))
    except (ValueError, IndexError, TypeError) as error:
        raise SandboxError(f"a trial program printed {log[-200:]!r}, not what it saw", "use another engine") from error
