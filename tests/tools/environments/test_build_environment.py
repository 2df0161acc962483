"""Building an environment: once, isolated, whole or not at all, also when builders are killed or run together."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.environments.build import build, cached, size_of
from tools.environments.errors import NotBuiltError
from tools.environments.known import Environment
from tools.errors import UsageError

pytestmark = pytest.mark.slow

PYTHON = Path(sys.executable)
ROOT = Path(__file__).resolve().parents[3]
BUILDER = """
import sys
from pathlib import Path
from tools.environments.build import build
from tools.environments.known import Environment

known = Environment(name="tiny", python=sys.version_info[:2], packages={}, source="a test", lock=Path(sys.argv[1]))
print(build(known, python=Path(sys.executable), say=lambda text: print(text, flush=True)).bin_folder)
"""


def told_by(bin_folder: Path, *words: str, **variables: str) -> str:
    command = [bin_folder / words[0], *words[1:]]
    env = {"PATH": os.defpath, **variables}
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd="/", env=env).stdout.strip()


def builder(known: Environment) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", BUILDER, str(known.lock)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def wait_for(happened: Callable[[], bool]) -> None:
    limit = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < limit, "it did not happen in a minute"
        time.sleep(0.02)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.endswith((".log", ".lock")))


def test_its_python_and_its_commands_start_where_it_was_renamed_to(index, environment_of) -> None:
    installed = build(environment_of(index.line("tiny-1*")), python=PYTHON)
    assert told_by(installed.bin_folder, "tiny") == f"tiny in {installed.bin_folder.parent}"
    assert told_by(installed.bin_folder, "python", "-c", "import tiny; tiny.main()").startswith("tiny in")
    assert installed.bin_folder.parent.name.startswith("tiny-")
    assert installed.folders == tuple(sorted({installed.bin_folder.parent, Path(sys.base_prefix)} - {Path("/usr")}))
    assert names(installed.bin_folder.parent.parent) == [installed.bin_folder.parent.name]


def test_modules_are_compiled(index, environment_of) -> None:
    place = build(environment_of(index.line("tiny-1*")), python=PYTHON).bin_folder.parent
    assert list(place.rglob("tiny.*.pyc"))


def test_it_sees_neither_the_kits_packages_nor_the_users(index, environment_of, tmp_path: Path) -> None:
    installed = build(environment_of(index.line("tiny-1*")), python=PYTHON)
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    users = tmp_path / "home" / ".local" / "lib" / version / "site-packages"
    users.mkdir(parents=True)
    (users / "of_the_user.py").touch()
    code = (
        "import importlib.util as u; print([bool(u.find_spec(m)) for m in ('tools', 'typer', 'of_the_user', 'tiny')])"
    )
    told = told_by(installed.bin_folder, "python", "-c", code, HOME=str(tmp_path / "home"))
    assert told == "[False, False, False, True]"


def test_a_second_build_does_nothing(index, environment_of) -> None:
    known = environment_of(index.line("tiny-1*"))
    assert cached(known) is None
    first = build(known, python=PYTHON)
    said: list[str] = []
    assert build(known, python=Path("/not/asked/for"), say=said.append) == cached(known) == first
    assert said == []


def test_what_builds_a_package_is_locked_as_well(index, environment_of) -> None:
    index.may_end.touch()
    installed = build(environment_of(index.line("tiny-1*"), index.line("slow*")), python=PYTHON)
    assert told_by(installed.bin_folder, "python", "-c", "import slow; print(slow.BUILT_WITH_TINY)") == "1"


def test_another_lock_is_another_environment(index, environment_of) -> None:
    build(environment_of(index.line("tiny-1*")), python=PYTHON)
    assert cached(environment_of(index.line("tiny-1*"), "# and more\n")) is None


def test_one_whose_interpreter_is_gone_is_built_anew(index, environment_of) -> None:
    known = environment_of(index.line("tiny-1*"))
    python = build(known, python=PYTHON).bin_folder / "python"
    python.unlink()
    python.symlink_to("/usr/lib/gone/python")
    assert cached(known) is None
    assert told_by(build(known, python=PYTHON).bin_folder, "tiny").startswith("tiny in")


def test_one_without_a_lock_cannot_be_built() -> None:
    known = Environment(name="x", python=(3, 12), packages={}, source="a test")
    assert cached(known) is None
    with pytest.raises(NotBuiltError, match="the packages of x are not locked"):
        build(known)


@pytest.mark.usefixtures("index")
def test_a_given_python_of_another_version_is_refused(tmp_path: Path) -> None:
    known = Environment(name="x", python=(3, 99), packages={}, source="a test", lock=tmp_path / "x.lock")
    known.lock.touch()
    with pytest.raises(UsageError, match=r"Python 3\.99 is needed"):
        build(known, python=PYTHON)


@pytest.mark.usefixtures("index")
def test_a_file_that_the_lock_does_not_name_is_refused(environment_of) -> None:
    known = environment_of(f"tiny==1 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(NotBuiltError, match="another file for tiny==1 than the lock names") as error:
        build(known, python=PYTHON)
    log = Path(error.value.fix.partition("the whole output: ")[2].rstrip(")"))
    assert "Hash mismatch" in log.read_text()
    assert cached(known) is None
    assert names(log.parent) == []


@pytest.mark.usefixtures("index")
def test_a_pin_without_a_hash_is_refused(environment_of) -> None:
    with pytest.raises(NotBuiltError, match=r"uv failed: .*hash"):
        build(environment_of("tiny==1\n"), python=PYTHON)


def test_a_package_that_does_not_build_is_named(index, environment_of, monkeypatch) -> None:
    monkeypatch.delenv("SLOW_STARTED")
    with pytest.raises(NotBuiltError, match=r"slow==1 has no wheel .* and does not build here"):
        build(environment_of(index.line("slow*")), python=PYTHON)


def test_a_cache_that_cannot_be_written_is_one_sentence(index, environment_of, monkeypatch, tmp_path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("KIT_CACHE_DIR", str(tmp_path / "file"))
    with pytest.raises(NotBuiltError, match=r"tiny cannot be built in .*file.environments: Not a directory"):
        build(environment_of(index.line("tiny-1*")), python=PYTHON)


def test_a_builder_killed_in_the_middle_leaves_nothing_that_is_taken_for_ready(index, environment_of) -> None:
    known = environment_of(index.line("tiny-1*"), index.line("slow*"))
    with builder(known) as killed:
        wait_for(index.started.exists)
        killed.send_signal(signal.SIGKILL)
    cache = Path(os.environ["KIT_CACHE_DIR"]) / "environments"
    assert [name.startswith(".half-built-") for name in names(cache)] == [True]
    assert cached(known) is None
    index.may_end.touch()
    installed = build(known, python=PYTHON)
    assert told_by(installed.bin_folder, "python", "-c", "import slow, tiny; print('both')") == "both"
    assert names(cache) == [installed.bin_folder.parent.name]


@pytest.mark.skipif(os.name == "nt", reason="a lock is not inherited on Windows")
def test_the_uv_of_a_killed_builder_is_waited_for(index, environment_of) -> None:
    known = environment_of(index.line("slow*"))
    with builder(known) as killed:
        wait_for(index.started.exists)
        killed.send_signal(signal.SIGKILL)
    with builder(known) as second:
        assert second.stdout.readline() == "another build is under way; waiting for it\n"
        time.sleep(0.3)
        assert len(index.started.read_text().splitlines()) == 1
        index.may_end.touch()
        second.communicate()
    assert second.returncode == 0
    assert cached(known)


def test_an_interrupted_build_leaves_nothing(index, environment_of) -> None:
    known = environment_of(index.line("slow*"))
    with builder(known) as interrupted:
        wait_for(index.started.exists)
        interrupted.send_signal(signal.SIGINT)
    index.may_end.touch()  # for the package's own build, which uv has left behind
    assert names(Path(os.environ["KIT_CACHE_DIR"]) / "environments") == []


def test_of_two_builders_at_once_one_builds_and_both_end_well(index, environment_of) -> None:
    known = environment_of(index.line("slow*"))
    with builder(known) as first, builder(known) as second:
        wait_for(index.started.exists)
        index.may_end.touch()
        outputs = [process.communicate()[0].splitlines() for process in (first, second)]
    assert first.returncode == second.returncode == 0
    assert outputs[0][-1] == outputs[1][-1] == str(cached(known).bin_folder)
    assert len([line for output in outputs for line in output if line.startswith("building tiny")]) == 1


def test_beside_it_is_told_where_its_python_lies_what_it_holds_and_how_large_it_is(index, environment_of) -> None:
    known = environment_of(index.line("tiny-1*"))
    place = build(known, python=PYTHON).bin_folder.parent
    facts = json.loads((place / "built.json").read_text())
    size = facts.pop("bytes")
    version = ".".join(map(str, sys.version_info[:3]))
    assert facts == {"base": str(Path(sys.base_prefix).resolve()), "python": version}
    assert size == pytest.approx(size_of(place), rel=0.01)
    assert json.loads((place / "contents.json").read_text())["modules"] == {"tiny": "tiny"}
