"""The scratch folder and its janitor: nothing of an evaluation outlives the kit, and nothing else is touched."""

import os
import signal
import stat
from pathlib import Path

import pytest

from tests.tools.sandbox.desk import living, start_python, wait_until
from tools.sandbox.folders import remove
from tools.sandbox.scratch import scratch_folder

KIT = """
import sys, pathlib
from tools.environments import own
from tools.sandbox.{module} import {engine}
from tools.sandbox.program import Limits, Program
from tools.sandbox.scratch import scratch_folder
with scratch_folder() as scratch:
    (scratch.path / "work").mkdir()
    print(scratch.path, flush=True)
    engine = {engine}(own.make(scratch.path / "environment"))
    engine.run(Program(argv=("sleep", sys.argv[1]), mounts={{"/app/program": scratch.path / "work"}},
        workdir="/app/program", folder=scratch.path / "work", limits=Limits(wall_s=60, memory_mb=100)))
"""


def kill_while_it_runs(code: str, sleep: str) -> Path:
    """Start a kit whose program sleeps so long, kill it -9 in the middle, and return its scratch folder."""
    kit = start_python(code, sleep)
    assert kit.stdout is not None
    scratch = Path(kit.stdout.readline().strip())
    assert wait_until(lambda: bool(living(sleep)) and len(living(sleep)) > 1)
    os.kill(kit.pid, signal.SIGKILL)
    kit.wait()
    return scratch


def groups() -> set[Path]:
    return set(Path("/sys/fs/cgroup").rglob("kit-*")) if Path("/sys/fs/cgroup").is_dir() else set()


def test_a_killed_kit_leaves_no_process_no_file_and_no_control_group() -> None:
    for module, engine in (("process", "ProcessEngine"), ("bubblewrap", "BubblewrapEngine")):
        before = groups()
        sleep = f"47.{os.getpid()}"
        scratch = kill_while_it_runs(KIT.format(module=module, engine=engine), sleep)
        assert scratch.name.startswith("kit-")
        assert wait_until(lambda sleep=sleep: not living(sleep)), module
        assert wait_until(lambda scratch=scratch: not scratch.exists()), module
        assert wait_until(lambda before=before: groups() <= before), module
        assert str(scratch) not in Path("/proc/mounts").read_text()


@pytest.mark.slow
def test_a_killed_kit_leaves_no_container() -> None:
    from tests.tools.container_image import IMAGE, client

    found = client()
    code = KIT.replace(
        "from tools.sandbox.{module} import {engine}", "from tools.sandbox.container import Client, ContainerEngine"
    )
    code = (
        code.replace(
            '{engine}(own.make(scratch.path / "environment"))',
            f"ContainerEngine(Client(program={found.program!r}, options={found.options!r}, "
            f"run_options={found.run_options!r}), {IMAGE!r}, at_death=scratch.at_death)",
        )
        .replace("{{", "{")
        .replace("}}", "}")
    )
    before = groups()
    sleep = f"48.{os.getpid()}"
    scratch = kill_while_it_runs(code, sleep)
    assert wait_until(lambda: not living(sleep))
    assert wait_until(lambda: not scratch.exists())
    assert wait_until(lambda: "kit-" not in found.ask("ps", "--all", "--format", "{{.Names}}").stdout)
    assert wait_until(lambda: groups() <= before)


def test_the_folder_is_gone_after_an_error() -> None:
    try:
        with scratch_folder() as scratch:
            (scratch.path / "file").touch()
            raise KeyError
    except KeyError:
        assert not scratch.path.exists()


def test_removing_changes_nothing_outside_of_the_folder(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").touch()
    folder = tmp_path / "parent" / "folder"
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "link").symlink_to(outside)
    folder.parent.chmod(0o555)
    (folder / "a").chmod(0)
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path, outside, folder.parent)]
    remove(folder)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path, outside, folder.parent)] == modes
    assert (outside / "kept").exists()
    folder.parent.chmod(0o755)
