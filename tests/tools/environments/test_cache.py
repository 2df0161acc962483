"""The folder of built environments: places, one builder at a time, whole or not at all."""

import threading
from pathlib import Path

import pytest

from tools.environments.cache import HALF_BUILT, cache_folder, half_built, place_of, turn
from tools.environments.known import Environment


@pytest.fixture
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Environment:
    monkeypatch.setenv("KIT_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "lock").write_text("six==1\n")
    return Environment(name="x", python=(3, 12), packages={}, source="a test", lock=tmp_path / "lock")


def folders(place: Path) -> list[str]:
    return sorted(path.name for path in place.parent.iterdir())


def test_the_cache_is_the_users_unless_the_variable_says_otherwise(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KIT_CACHE_DIR", str(tmp_path))
    assert cache_folder() == tmp_path / "environments"
    monkeypatch.delenv("KIT_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder().parent.name == "codabench-kit"


def test_another_lock_or_python_has_another_place(known: Environment) -> None:
    before = place_of(known, known.lock)
    assert before == place_of(known, known.lock)
    assert len(before.name) == len("x-") + 16
    other = Environment(name="x", python=(3, 11), packages={}, source="a test", lock=known.lock)
    assert place_of(other, known.lock) != before
    known.lock.write_text("six==2\n")
    assert place_of(known, known.lock) != before


def test_the_line_ends_of_a_checkout_do_not_matter(known: Environment) -> None:
    before = place_of(known, known.lock)
    known.lock.write_bytes(b"six==1\r\n")
    assert place_of(known, known.lock) == before


def test_a_folder_is_in_its_place_only_once_it_is_whole(tmp_path: Path) -> None:
    place = tmp_path / "place"
    with half_built(place) as folder:
        (folder / "file").write_text("whole")
        assert not place.exists()
    assert (place / "file").read_text() == "whole"
    assert place.stat().st_mode & 0o777 == 0o755
    assert folders(place) == ["place"]


def test_nothing_is_left_of_one_that_fails(tmp_path: Path) -> None:
    def fail() -> None:
        with half_built(tmp_path / "place") as folder:
            (folder / "file").write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_a_broken_one_in_the_place_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "place").mkdir()
    (tmp_path / "place" / "broken").touch()
    with half_built(tmp_path / "place") as folder:
        (folder / "file").touch()
    assert [path.name for path in (tmp_path / "place").iterdir()] == ["file"]
    assert folders(tmp_path / "place") == ["place"]


def test_what_dead_builders_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / f"{HALF_BUILT}dead" / "lib").mkdir(parents=True)
    (tmp_path / "other-environment").mkdir()
    with half_built(tmp_path / "place"):
        assert not (tmp_path / f"{HALF_BUILT}dead").exists()
    assert folders(tmp_path / "place") == ["other-environment", "place"]


def test_a_second_builder_waits_for_the_first_and_says_so(tmp_path: Path) -> None:
    said: list[str] = []
    is_told, has_turn = threading.Event(), threading.Event()

    def second() -> None:
        with turn(tmp_path, lambda text: (said.append(text), is_told.set())):
            has_turn.set()

    waiting = threading.Thread(target=second)
    with turn(tmp_path, said.append):
        waiting.start()
        assert is_told.wait(30)
        assert not has_turn.wait(0.3)
    assert has_turn.wait(30)
    waiting.join()
    assert said == ["another build is under way; waiting for it"]
