"""The doctor as a whole: each engine tried, one that hangs given up, and an answer whatever is broken."""

import os
import re
import sys
import time
from pathlib import Path
from shutil import copytree

import pytest

from tests.tools.container_image import IMAGE, settings
from tools.competitions import DEFAULT
from tools.doctor.examine import examine
from tools.doctor.fact import Examined, Fact, State

pytestmark = pytest.mark.slow

KEYS = [
    "system",
    "python",
    "uv",
    "packages",
    "cpu",
    "memory",
    "limits",
    "disk.temp",
    "disk.cache",
    "disk.data",
    "settings",
    "bundle",
    "environment",
    "interpreter",
    "engine.container",
    "engine.bubblewrap",
    "engine.process",
    "evaluate",
]
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="the stand-ins are shell scripts")


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


def fact(found: Examined, key: str) -> Fact:
    return next(fact for fact in found.facts if fact.key == key)


def without(program: str, folder: Path) -> str:
    """A PATH on which everything is but one program."""
    folder.mkdir()
    for place in reversed(os.get_exec_path()):
        for path in Path(place).iterdir() if Path(place).is_dir() else ():
            (folder / path.name).unlink(missing_ok=True)
            (folder / path.name).symlink_to(path)
    (folder / program).unlink(missing_ok=True)
    return str(folder)


def test_every_fact_is_told_under_its_key() -> None:
    found = examine()
    assert [fact.key for fact in found.facts] == KEYS
    assert found.can_evaluate
    assert fact(found, "engine.process").state is State.OK
    assert set(fact(found, "engine.process").details["enforced"]) >= {"labels", "network"}
    assert fact(found, "engine.container").state is State.WARNING
    assert all(fact.mend for fact in found.facts if fact.state is not State.OK and fact.key != "evaluate")


@pytest.mark.slow
@on_linux
def test_an_engine_that_hangs_is_given_up(stand_in, use_container) -> None:
    use_container(stand_in("podman", "sleep 300"))
    started = time.monotonic()
    found = examine(patience_s=2.5)
    assert time.monotonic() - started < 30
    told = fact(found, "engine.container")
    assert "no answer within 2.5 s" in told.value
    assert "--engine container" in told.mend[0]
    assert found.can_evaluate or fact(found, "engine.process").value.startswith("passed over: no answer")


@on_linux
def test_bubblewrap_that_does_not_work_is_passed_over_with_what_it_said(stand_in, monkeypatch) -> None:
    complaint = "bwrap: No permissions to create new namespace, likely because the kernel does not allow it"
    bwrap = stand_in("bwrap", f'case "$*" in *--help*) echo --size --perms;; *) echo "{complaint}" >&2; exit 1;; esac')
    monkeypatch.setenv("PATH", f"{bwrap.parent}{os.pathsep}{os.environ['PATH']}")
    found = examine(patience_s=30)
    told = fact(found, "engine.bubblewrap")
    assert told.state is State.WARNING
    assert "No permissions to create new namespace" in told.value
    assert any("--engine process" in line for line in told.mend)
    assert found.engine == "process"
    assert fact(found, "evaluate").state is State.WARNING


@on_linux
def test_bubblewrap_that_is_not_there_comes_with_the_line_that_installs_it(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("PATH", without("bwrap", tmp_path / "path"))
    told = fact(examine(patience_s=30), "engine.bubblewrap")
    assert told.value == "passed over: bubblewrap is not installed"
    assert any("install" in line and "bubblewrap" in line for line in told.mend)


@on_linux
def test_a_container_engine_without_the_image_is_not_tried_and_pulls_nothing(stand_in, use_container, tmp_path) -> None:
    log = tmp_path / "asked"
    use_container(stand_in("podman", f'echo "$*" >> {log}; case "$1" in version) exit 0;; *) exit 1;; esac'))
    told = fact(examine(patience_s=30), "engine.container")
    assert "is not here" in told.value
    assert " pull " in told.mend[0]
    assert not [line for line in log.read_text().splitlines() if line.split()[0] in ("pull", "create", "run")]


@on_linux
def test_the_group_of_docker_is_named_where_its_socket_may_not_be_opened(stand_in, use_container) -> None:
    complaint = "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock"
    use_container(stand_in("docker", f'echo "{complaint}" >&2; exit 1'))
    told = fact(examine(patience_s=30), "engine.container")
    assert "permission denied" in told.value
    assert "usermod -aG docker" in told.mend[0]


def test_broken_settings_are_told_and_everything_else_still_examined() -> None:
    Path("pyproject.toml").write_text("[tool.kit]\nbundel = 'x'\n")
    found = examine(patience_s=30)
    assert fact(found, "settings").state is State.ERROR
    assert "bundel" in fact(found, "settings").value
    assert found.can_evaluate


def test_a_bundle_that_does_not_open_is_told() -> None:
    Path("pyproject.toml").write_text("[tool.kit]\nbundle = 'nowhere'\n")
    found = examine(patience_s=30)
    assert fact(found, "bundle").state is State.ERROR
    assert "nowhere" in fact(found, "bundle").value
    assert found.can_evaluate


def test_nothing_is_left_behind(tmp_path, monkeypatch) -> None:
    (tmp_path / "temp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temp"))
    examine(patience_s=30)
    assert not list((tmp_path / "temp").iterdir())


@pytest.mark.slow
def test_a_container_engine_with_its_image_is_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settled = settings()
    folder = tmp_path / "settings"
    folder.mkdir()
    options, run_options = (list(words) for words in (settled.options, settled.run_options))
    (folder / "config.toml").write_text(
        f"[container]\nprogram = {settled.program!r}\noptions = {options}\nrun_options = {run_options}\n"
    )
    monkeypatch.setenv("KIT_CONFIG_DIR", str(folder))
    copytree(DEFAULT, tmp_path / "bundle")
    page = tmp_path / "bundle" / "competition.yaml"
    page.write_text(re.sub(r"docker_image: .*", f"docker_image: {IMAGE}", page.read_text()))
    Path("pyproject.toml").write_text(f"[tool.kit]\nbundle = '{tmp_path / 'bundle'}'\n")
    found = examine(patience_s=120)
    told = fact(found, "engine.container")
    assert told.state is State.OK, told.value
    assert told.details["enforced"]["labels"]
    assert told.details["image"].endswith(IMAGE)
    assert found.engine == "container"
