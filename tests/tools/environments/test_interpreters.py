"""Finding a Python: each candidate is started, so that a file of the right name is not taken for one."""

import sys
import venv
from pathlib import Path

import pytest

from tools.environments.errors import NoInterpreterError
from tools.environments.interpreters import ask, find_interpreter, version_of
from tools.errors import UsageError

HERE = sys.version_info[:2]
NAME = f"python{HERE[0]}.{HERE[1]}"
REAL = Path(sys._base_executable).resolve()
OTHER = (3, 12) if HERE != (3, 12) else (3, 13)


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def python(path: Path) -> Path:
    return program(path, f'exec "{REAL}" "$@"')


def told(path: Path, version: str, implementation: str = "cpython") -> Path:
    """A program that says that it is such a Python."""
    numbers = version.replace(".", ", ")
    facts = f'{{"executable": "{path}", "base": "/", "version": [{numbers}], "implementation": "{implementation}"}}'
    return program(path, f"echo '{facts}'")


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """All places where a Python is looked for, empty: folders `first` and `second` on the PATH, `pyenv` and `uv`."""
    monkeypatch.setenv("PATH", f"{tmp_path / 'first'}:{tmp_path / 'second'}")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("UV_PYTHON_INSTALL_DIR", str(tmp_path / "uv"))
    return tmp_path


def test_one_on_the_path_is_found_by_its_real_path(places: Path) -> None:
    (places / "first").mkdir()
    (places / "first" / NAME).symlink_to(REAL)
    assert find_interpreter(HERE) == REAL


def test_a_shim_that_fails_is_passed_over(places: Path) -> None:
    program(places / "first" / NAME, f"echo 'pyenv: {NAME}: command not found' >&2; exit 127")
    python(places / "second" / NAME)
    assert find_interpreter(HERE) == REAL


def test_one_that_is_another_version_than_its_name_is_passed_over(places: Path) -> None:
    told(places / "first" / "python3.12", "3.11.4")
    told(places / "second" / "python3.12", "3.12.0")
    assert find_interpreter((3, 12)) == places / "second" / "python3.12"


def test_one_that_is_not_cpython_is_passed_over(places: Path) -> None:
    told(places / "first" / "python3.12", "3.12.4", "pypy")
    told(places / "second" / "python3.12", "3.12.0")
    assert find_interpreter((3, 12)) == places / "second" / "python3.12"


def test_of_pyenv_the_newest_that_starts_is_taken(places: Path) -> None:
    for version in ("3.12.2", "3.12.9", "3.12.10", "3.1.12", "3.13.11"):
        told(places / "pyenv" / "versions" / version / "bin" / "python", version)
    program(places / "pyenv" / "versions" / "3.12.11" / "bin" / "python", "exit 1")
    (places / "pyenv" / "versions" / "3.12-dev").mkdir()
    assert find_interpreter((3, 12)) == places / "pyenv" / "versions" / "3.12.10" / "bin" / "python"


def test_the_path_goes_before_pyenv(places: Path) -> None:
    told(places / "second" / "python3.12", "3.12.1")
    told(places / "pyenv" / "versions" / "3.12.2" / "bin" / "python", "3.12.2")
    assert find_interpreter((3, 12)) == places / "second" / "python3.12"


def test_what_uv_finds_is_taken_last(places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing of that name is on the PATH, uv still looks at `python3`."""
    python(places / "first" / "python3")
    monkeypatch.setenv("UV_CACHE_DIR", str(places / "uv-cache"))
    assert find_interpreter(HERE) == REAL


@pytest.mark.usefixtures("places")
def test_none_at_all_is_told_with_what_to_install() -> None:
    with pytest.raises(NoInterpreterError, match=r"no Python 3\.12 was found") as error:
        find_interpreter((3, 12))
    assert error.value.exit_code == 3
    assert error.value.fix.endswith("python install 3.12")


def test_a_given_one_is_taken_before_all_others(places: Path) -> None:
    told(places / "first" / NAME, ".".join(map(str, sys.version_info[:3])))
    assert find_interpreter(HERE, given=Path(sys.executable)) == REAL


@pytest.mark.parametrize(
    ("version", "implementation", "complaint"),
    [
        ("3.11.4", "cpython", r"is Python 3\.11\.4, and Python 3\.12 is needed"),
        ("3.12.4", "pypy", r"is pypy 3\.12\.4, and Python 3\.12 is needed"),
    ],
)
def test_a_given_one_of_another_kind_is_refused(version, implementation, complaint, places: Path) -> None:
    told(places / "first" / "python3.12", "3.12.1")
    with pytest.raises(UsageError, match=complaint):
        find_interpreter((3, 12), given=told(places / "given", version, implementation))


@pytest.mark.parametrize("text", ["exit 1", "echo hello", "echo '{}'", "echo '[1]'"])
def test_a_given_one_that_is_no_python_is_refused(text: str, places: Path) -> None:
    with pytest.raises(UsageError, match="does not start as a Python"):
        find_interpreter((3, 12), given=program(places / "given", text))


def test_a_given_one_that_is_missing_is_refused(places: Path) -> None:
    with pytest.raises(UsageError, match="does not start as a Python"):
        find_interpreter((3, 12), given=places / "missing")


def test_a_virtual_environments_python_tells_of_the_one_below_it() -> None:
    found = ask(Path(sys.executable))
    assert found.executable == REAL
    assert found.base == Path(sys.base_prefix).resolve()
    assert found.version == sys.version_info[:3]


def test_the_python_of_a_copied_virtual_environment_tells_of_the_one_below_it(tmp_path: Path) -> None:
    venv.EnvBuilder(symlinks=False).create(tmp_path)
    assert ask(tmp_path / "bin" / "python").executable == REAL


def test_files_in_the_working_directory_do_not_misguide_a_python(monkeypatch, tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit(1)")
    monkeypatch.chdir(tmp_path)
    assert ask(Path(sys.executable)).executable == REAL


def test_variables_that_misguide_a_python_are_kept_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHOME", "/nowhere")
    assert ask(Path(sys.executable)).executable == REAL


def test_a_version_can_be_given_in_place_of_a_path(places: Path) -> None:
    told(places / "second" / "python3.12", "3.12.1")
    assert find_interpreter((3, 12), given=Path("3.12")) == places / "second" / "python3.12"
    assert version_of(Path("3.12")) == (3, 12)
    with pytest.raises(UsageError, match=r"Python 3\.12 is needed, and --python says 3\.11"):
        find_interpreter((3, 12), given=Path("3.11"))
    with pytest.raises(NoInterpreterError, match=r"no Python 3\.11 was found"):
        find_interpreter((3, 11), given=Path("3.11"))


def test_the_version_of_a_given_path_is_asked_for(places: Path) -> None:
    assert version_of(told(places / "given", "3.12.4")) == (3, 12)
    with pytest.raises(UsageError, match="does not start as a Python"):
        version_of(places / "missing")
