"""What is built, what is left over, and how it is removed: nothing else goes, and no file of the user's."""

import sys
from pathlib import Path

import pytest

from tools.environments import inventory as module
from tools.environments.build import build, cached
from tools.environments.inventory import inventory, remove, remove_left
from tools.environments.requirements import chosen_environment
from tools.errors import UsageError

pytestmark = pytest.mark.slow

PYTHON = Path(sys.executable)


@pytest.fixture
def known(index, environment_of, monkeypatch):
    """The one environment that the kit knows is the tiny one; its lock can be written anew."""

    def lock(*lines: str):
        made = environment_of(*lines)
        monkeypatch.setattr(module, "names", lambda: ("tiny",))
        monkeypatch.setattr(module, "environment", lambda _name: made)
        monkeypatch.setattr(module, "find_interpreter", lambda _version: PYTHON)
        return made

    module._interpreter.cache_clear()
    lock(index.line("tiny-1*"))
    yield lock
    module._interpreter.cache_clear()


def test_what_is_not_built_has_its_interpreter_and_what_is_built_its_place_and_size(index, known) -> None:
    [[one], left] = inventory()
    assert (one.place, one.size_bytes, one.interpreter, left) == (None, None, PYTHON, [])
    place = build(known(index.line("tiny-1*")), python=PYTHON).bin_folder.parent
    [[one], left] = inventory()
    assert (one.place, one.interpreter, left) == (place, None, [])
    assert one.size_bytes > 1000


def test_one_of_an_older_lock_is_left_over_and_goes_by_itself(index, known) -> None:
    old = build(known(index.line("tiny-1*")), python=PYTHON).bin_folder.parent
    new = build(known(index.line("tiny-2*")), python=PYTHON).bin_folder.parent
    [[one], [left]] = inventory()
    assert (one.place, left.place, left.name) == (new, old, "tiny")
    assert [gone.place for gone in remove_left()] == [old]
    assert not old.exists()
    assert not old.with_name(f"{old.name}.log").exists()
    assert inventory()[1] == []
    assert new.exists()


@pytest.mark.usefixtures("known")
def test_one_of_a_requirements_file_is_left_over_once_the_file_is_another(tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_text("tiny==1\n")
    place = build(chosen_environment(str(path))).bin_folder.parent
    found, left = inventory()
    assert ([one.environment.name for one in found], left) == (["tiny", "mine.txt"], [])
    path.write_text("tiny==2\n")
    assert [one.place for one in inventory()[1]] == [place]
    path.unlink()
    assert [one.place for one in remove_left()] == [place]


def test_those_of_a_name_are_removed_whatever_their_lock(index, known) -> None:
    for pattern in ("tiny-1*", "tiny-2*"):
        build(known(index.line(pattern)), python=PYTHON)
    assert len(remove(["tiny"])) == 2
    assert cached(known(index.line("tiny-1*"))) is None
    with pytest.raises(UsageError, match="there is no environment 'tiny'"):
        remove(["tiny"])


@pytest.mark.usefixtures("known")
def test_one_of_a_file_is_removed_with_its_lock_and_the_file_stays(tmp_path: Path) -> None:
    one, other = tmp_path / "a" / "requirements.txt", tmp_path / "b" / "requirements.txt"
    for path, text in ((one, "tiny==1\n"), (other, "tiny==2\n")):
        path.parent.mkdir()
        path.write_text(text)
        build(chosen_environment(str(path)))
    lock = chosen_environment(str(one)).lock
    [gone] = remove([str(one)])
    assert not gone.place.exists()
    assert not lock.exists()
    assert one.exists()
    assert cached(chosen_environment(str(other)))


def test_a_file_that_is_its_own_lock_stays(index, known, tmp_path: Path) -> None:  # noqa: ARG001
    path = tmp_path / "locked.txt"
    path.write_text(index.line("tiny-1*"))
    build(chosen_environment(str(path)))
    assert len(remove([str(path)])) == 1
    assert path.exists()


def test_an_unknown_name_removes_nothing(index, known) -> None:
    build(known(index.line("tiny-1*")), python=PYTHON)
    with pytest.raises(UsageError, match="there is no environment 'other'"):
        remove(["tiny", "other"])
    assert cached(known(index.line("tiny-1*")))


def test_what_is_half_built_or_no_environment_is_not_listed(index, known) -> None:
    place = build(known(index.line("tiny-1*")), python=PYTHON).bin_folder.parent
    (place.parent / f"other-{'0' * 16}").mkdir()
    (place.parent / ".half-built-x").mkdir()
    (place.parent / "notes.txt").touch()
    assert len(inventory()[0]) == 1
    assert inventory()[1] == []
