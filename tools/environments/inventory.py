"""What environments there are: those that the kit knows, and what lies in the cache; and how one is removed from it."""

import json
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tools.environments.build import FACTS, cached, size_of
from tools.environments.cache import DIGITS, HALF_BUILT, LOCKS, cache_folder, place_of, turn
from tools.environments.errors import NoInterpreterError
from tools.environments.interpreters import find_interpreter
from tools.environments.known import Environment, environment, names
from tools.environments.requirements import chosen_environment
from tools.errors import KitError

PLACE = re.compile(rf"(.+)-[0-9a-f]{{{DIGITS}}}")


@dataclass(frozen=True, kw_only=True)
class Known:
    """An environment that can be asked for: where it is built, None where it is not, and the Python to build it with.

    `interpreter` is None where none was found, and where none is needed since it is built.
    """

    environment: Environment
    place: Path | None
    size_bytes: int | None
    interpreter: Path | None


@dataclass(frozen=True, kw_only=True)
class Left:
    """A built environment that nothing asks for any more: another lock's, or of a requirements file that changed."""

    name: str
    place: Path
    size_bytes: int


def inventory() -> tuple[list[Known], list[Left]]:
    """All that can be asked for, those of requirements files only where they are built; and what is left over."""
    asked = [environment(name) for name in names()]
    found, left = [], []
    current = {place_of(one, one.lock): one for one in asked if one.lock}
    for place in _places():
        if place in current:
            continue
        own = _of_file(place)
        if own and own.lock and place_of(own, own.lock) == place:
            found.append(own)
        else:
            left.append(Left(name=_name(place), place=place, size_bytes=_size(place)))
    return [_known(one) for one in [*asked, *found]], left


def remove(texts: Iterable[str]) -> list[Left]:
    """Remove what was built under these names or from these files, by older locks too; what is gone.

    Raises UsageError for a text that is neither.
    """
    gone: dict[Path, None] = {}
    for text in texts:
        found = [place for place in _places() if _is_of(place, text)]
        if not found:
            chosen_environment(text)
        gone.update(dict.fromkeys(found))
    return _removed(gone)


def _is_of(place: Path, text: str) -> bool:
    path = Path(text)
    if path.is_file():
        return _facts(place).get("requirements") == str(path.absolute())
    return _name(place) == text


def remove_left() -> list[Left]:
    """Remove what nothing asks for any more; what is gone."""
    return _removed(one.place for one in inventory()[1])


def _removed(places: Iterable[Path]) -> list[Left]:
    """Each is renamed first, so that nobody takes a half-removed one for whole."""
    told = [Left(name=_name(place), place=place, size_bytes=_size(place)) for place in places]
    facts = {one.place: _facts(one.place) for one in told}
    if told:
        with turn(cache_folder(), lambda _: None):
            for one in told:
                going = one.place.with_name(f"{HALF_BUILT}{one.place.name}")
                one.place.rename(going)
                shutil.rmtree(going, ignore_errors=True)
                one.place.with_name(f"{one.place.name}.log").unlink(missing_ok=True)
                if lock := facts[one.place].get("lock"):
                    (cache_folder() / LOCKS / str(lock)).unlink(missing_ok=True)
    return told


def _known(one: Environment) -> Known:
    installed = cached(one)
    place = installed.bin_folder.parent if installed else None
    return Known(
        environment=one,
        place=place,
        size_bytes=_size(place) if place else None,
        interpreter=None if place else _interpreter(one.python),
    )


@cache
def _interpreter(version: tuple[int, int]) -> Path | None:
    try:
        return find_interpreter(version)
    except NoInterpreterError:
        return None


def _places() -> Iterator[Path]:
    """The folders of built environments."""
    folder = cache_folder()
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    yield from (path for path in found if PLACE.fullmatch(path.name) and (path / FACTS).is_file())


def _name(place: Path) -> str:
    matched = PLACE.fullmatch(place.name)
    assert matched
    return matched[1]


def _facts(place: Path) -> dict[str, object]:
    try:
        return dict(json.loads((place / FACTS).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def _size(place: Path) -> int:
    told = _facts(place).get("bytes")
    return told if isinstance(told, int) else size_of(place)


def _of_file(place: Path) -> Environment | None:
    """The environment of the requirements file that a place was built from, as the file is now."""
    told, python = _facts(place).get("requirements"), str(_facts(place).get("python"))
    if not isinstance(told, str) or not Path(told).is_file():
        return None
    try:
        return chosen_environment(told, python=Path(".".join(python.split(".")[:2])))
    except KitError:
        return None
