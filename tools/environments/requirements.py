"""A user's own requirements file as an evaluator's environment.

Read here, by line, for what it pins and includes; uv resolves it when it is to be built. The Python is the one of
`--python`, else the one that a comment above the first requirement names (`# python 3.10`, or what pip-compile and uv
write there), else the kit's own version.
"""

import platform
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

from tools.environments.cache import LOCKS, cache_folder, place_of
from tools.environments.contents import FILE
from tools.environments.interpreters import version_of
from tools.environments.known import Environment, environment, names
from tools.environments.pins import DIGITS, normalised
from tools.environments.version import dotted
from tools.errors import UsageError

LIMIT_BYTES = 1 << 20
PYTHON = re.compile(r"python(?:[-_]version)?[\s=:]+(\d+)\.(\d+)", re.IGNORECASE)
INCLUDE = re.compile(r"(?:-r|--requirement|-c|--constraint)[\s=]*(.+)")
INDEX = re.compile(r"(-i|-f|--index-url|--extra-index-url|--find-links)\b")
COMMENT = re.compile(r"(^|\s)#.*$")
HASH = re.compile(r"\s--hash[=\s]\S+")
LOCAL = re.compile(r"-e\b|--editable\b|[./~\\]|[A-Za-z]:\\|file:|(git|hg|svn|bzr)\+")
LINK = re.compile(r"https?://")
PATH_LIKE = re.compile(r"[/\\]|\.[a-z]{2,4}$")


@dataclass(frozen=True)
class Line:
    """A line of a requirements file, continuations joined and comments gone, with the place where it begins."""

    path: Path
    number: int
    text: str


def chosen_environment(text: str, *, python: Path | None = None) -> Environment:
    """The environment that `--environment TEXT` asks for: one that the kit knows, else a requirements file's.

    `python` is what `--python` gave. Raises UsageError for a text that is neither, and for a file that is none.
    """
    if text in names():
        return environment(text)
    path = Path(text)
    if path.is_file():
        return environment_of_file(path, python=python)
    if path.is_dir():
        raise UsageError(f"{text} is a folder, a requirements file is wanted", f"{path / 'requirements.txt'}")
    if PATH_LIKE.search(text):
        raise UsageError(f"there is no requirements file {text}", "check the path; kit environments lists the names")
    return environment(text)


def environment_of_file(path: Path, *, python: Path | None = None) -> Environment:
    """The environment of a requirements file: with its lock, and what that installs, where they are in the cache."""
    lines = list(_lines(path, set()))
    version = (version_of(python) if python else None) or _python_named(path) or sys.version_info[:2]
    name = re.sub(r"[^A-Za-z0-9._-]+", "_", path.name)
    lock = path.absolute() if _is_lock(lines, path) else cache_folder() / LOCKS / f"{name}-{_key(lines, version)}.lock"
    found = Environment(
        name=name,
        python=version,
        packages=dict(_pinned(lines, version)),
        source=str(path.absolute()),
        requirements=path.absolute(),
        lock_to_be=lock,
        lock=lock if lock.is_file() else None,
    )
    if found.lock is None:
        return found
    return found.with_lock(found.lock, contents_path=place_of(found, found.lock) / FILE)


def _is_lock(lines: list[Line], path: Path) -> bool:
    """Whether a file is a lock already: every requirement has a hash, and none is in another file."""
    wanted = [line for line in lines if not line.text.startswith("-")]
    return bool(wanted) and all(line.path == path and HASH.search(line.text) for line in wanted)


def names_an_index(path: Path) -> bool:
    """Whether a requirements file, or one that it includes, says whence its packages come."""
    return any(INDEX.match(line.text) for line in _lines(path, set()))


def _key(lines: list[Line], python: tuple[int, int]) -> str:
    """Tells apart what resolves to other packages: the requirements, included ones too, the Python and the machine."""
    told = [line.text for line in lines] + [repr(python), sys.platform, platform.machine()]
    return sha256("\n".join(told).encode()).hexdigest()[:DIGITS]


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LIMIT_BYTES:
            raise UsageError(f"{path} is no requirements file: it is larger than 1 MB", "give a requirements.txt")
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is no requirements file: it is not text", "give a requirements.txt") from error
    if "\0" in text:
        raise UsageError(f"{path} is no requirements file: it is not text", "give a requirements.txt")
    return text


def _lines(path: Path, seen: set[Path]) -> Iterator[Line]:
    """The lines of a file and of those that it includes, each file once."""
    if path.resolve() in seen:
        return
    seen.add(path.resolve())
    for line in _joined(path):
        included = INCLUDE.fullmatch(line.text)
        if included is None:
            yield line
            continue
        other = path.parent / included[1].strip("\"' ")
        if not other.is_file():
            raise UsageError(f"{path}:{line.number} includes {included[1]}, which is not there", "mend that line")
        yield from _lines(other, seen)


def _joined(path: Path) -> Iterator[Line]:
    begun, started = "", 1
    for number, raw in enumerate([*_text(path).splitlines(), ""], 1):
        if not begun:
            started = number
        if raw.endswith("\\"):
            begun += f"{raw[:-1]} "
            continue
        text, begun = COMMENT.sub("", begun + raw).strip(), ""
        if text:
            yield Line(path, started, text)


def _python_named(path: Path) -> tuple[int, int] | None:
    """The Python that a comment above the first requirement names."""
    for raw in _text(path).splitlines():
        if raw.strip() and not raw.lstrip().startswith("#"):
            return None
        if found := PYTHON.search(raw):
            return int(found[1]), int(found[2])
    return None


def _pinned(lines: list[Line], python: tuple[int, int]) -> Iterator[tuple[str, str]]:
    """The packages that have one exact version. Raises UsageError for a line that cannot be locked."""
    version = dotted(python)
    here = {"python_version": version, "python_full_version": f"{version}.0"}
    for line in lines:
        text = HASH.sub("", line.text)
        if LOCAL.match(text):
            raise _unlockable(line)
        if text.startswith("-") or LINK.match(text):
            continue
        try:
            wanted = Requirement(text)
        except InvalidRequirement as error:
            raise UsageError(
                f"{line.path} is no requirements file: line {line.number} is {text[:80]!r}",
                "one requirement a line, as in numpy==1.26.4",
            ) from error
        if wanted.url and not LINK.match(wanted.url):
            raise _unlockable(line)
        exact = [one.version for one in wanted.specifier if one.operator == "==" and not one.version.endswith("*")]
        if exact and not wanted.url and (wanted.marker is None or wanted.marker.evaluate(here)):
            yield normalised(wanted.name), exact[0]


def _unlockable(line: Line) -> UsageError:
    return UsageError(
        f"{line.path}:{line.number} is {line.text[:80]!r}: a folder, a file or a repository has no published hash",
        "name a published version, as in numpy==1.26.4; the entry's own modules belong into its zip",
    )
