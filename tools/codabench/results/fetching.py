"""Fetching a file of a submission: streamed to the disk, gone on with where it broke off, renamed when it is whole.

What has come of a file lies beside it as `.NAME.TAG.part`, where TAG is the storage host's mark of that content: a
part of another content is never gone on with. Nothing that is there already is overwritten by another content.
"""

import filecmp
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import httpx

from tools.codabench.errors import StorageError, UnreachableError
from tools.codabench.results.details import Results, length
from tools.codabench.telling import silent
from tools.codabench.transport.storage import Storage
from tools.errors import ExistsError

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """A file that is there now. `state` is `same` where it was there before; an `empty` one is not kept."""

    path: Path
    size_bytes: int
    state: Literal["new", "same", "empty"]


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a file goes. `force` replaces another content."""

    path: Path
    force: bool = False


def fetch(results: Results, name: str, target: Target, progress: Progress = silent) -> Fetched:
    """Fetch a log or one of FILES. Raises PlatformError, ExistsError for another content in the way, and OSError."""
    target.path.parent.mkdir(parents=True, exist_ok=True)
    part, size = results.using(name, lambda url: _fetch(results.storage, url, target, progress))
    if not size:
        part.unlink(missing_ok=True)
        return Fetched(path=target.path, size_bytes=0, state="empty")
    state = place(part, target)
    for left in target.path.parent.glob(f".{_escaped(target.path.name)}.*.part"):
        left.unlink(missing_ok=True)
    return Fetched(path=target.path, size_bytes=size, state=state)


def place(part: Path, target: Target) -> Literal["new", "same"]:
    """Put a finished file in its place, in one step. Raises ExistsError, with the part removed."""
    path = target.path
    if path.is_symlink() or (path.exists() and not path.is_file()):
        part.unlink(missing_ok=True)
        raise ExistsError(f"{path} is a link or a folder, a file was to be written there", "-o another folder")
    if path.exists():
        if filecmp.cmp(part, path, shallow=False):
            part.unlink(missing_ok=True)
            return "same"
        if not target.force:
            part.unlink(missing_ok=True)
            raise _in_the_way(path)
    part.chmod(0o644)
    part.replace(path)
    return "new"


def _fetch(storage: Storage, url: str, target: Target, progress: Progress) -> tuple[Path, int]:
    """The file beside its place, and its size."""
    return storage.as_a_whole(
        lambda one_try: _once(one_try, url, target, progress),
        f"fetching {target.path.name}",
        "the same command again goes on where it broke off",
    )


def _once(storage: Storage, url: str, target: Target, progress: Progress) -> tuple[Path, int]:
    with storage.open(url) as answer:
        tag, total = _tag(answer), length(answer)
        _demand_room(target, total)
        part = target.path.with_name(f".{target.path.name}.{tag or 'whole'}.part")
        have = part.stat().st_size if tag and total is not None and part.is_file() else 0
        if have > (total or 0) or not have:
            return part, _write(answer, part, "wb", (0, total), progress)
        if have == total:
            return part, have
    with storage.open(url, first_byte=have) as answer:
        if answer.status_code != httpx.codes.PARTIAL_CONTENT:
            return part, _write(answer, part, "wb", (0, length(answer)), progress)
        if _tag(answer) == tag and _begins_at(answer, have):
            return part, _write(answer, part, "ab", (have, total), progress)
    part.unlink(missing_ok=True)
    raise UnreachableError(f"{target.path.name} changed while it was fetched", "the same command again")


def _write(
    answer: httpx.Response, part: Path, mode: Literal["wb", "ab"], span: tuple[int, int | None], progress: Progress
) -> int:
    """Write an answer to its part; gives the size of the whole. Raises UnreachableError where it ends early."""
    have, total = span
    with part.open(mode) as stream:
        progress(have, total)
        for chunk in answer.iter_bytes():
            stream.write(chunk)
            have += len(chunk)
            progress(have, total)
    if total is not None and have != total:
        if have > total:
            part.unlink(missing_ok=True)
        raise UnreachableError(f"{part.name}: {have} of {total} bytes came", "the same command again")
    return have


def _demand_room(target: Target, total: int | None) -> None:
    """Before anything is fetched: another file in the way, or a disk that is too small."""
    path = target.path
    if path.is_file() and not target.force and total and path.stat().st_size != total:
        raise _in_the_way(path)
    free = shutil.disk_usage(path.parent).free
    if total is not None and total > free:
        raise StorageError(
            f"{path.name} has {total / 1e6:.0f} MB, the disk of {path.parent} {free / 1e6:.0f} MB free",
            "free some space, or -o a folder on another disk",
        )


def _tag(answer: httpx.Response) -> str:
    """The storage's mark of a content, as a part of a file's name; "" where it gives none, or a weak one."""
    said = answer.headers.get("etag", "")
    return "" if said.startswith("W/") else re.sub(r"[^0-9A-Za-z]", "", said)[:64]


def _begins_at(answer: httpx.Response, first_byte: int) -> bool:
    return bool(answer.headers.get("content-range", "").startswith(f"bytes {first_byte}-"))


def _in_the_way(path: Path) -> ExistsError:
    return ExistsError(
        f"{path} is there with another content, and was left as it is", "--force replaces it, or -o another folder"
    )


def safe_name(text: str) -> str:
    """A text of the platform as one part of a path: letters, digits, dots and dashes, not endless."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", text).strip("._")[:60] or "unnamed"


def _escaped(name: str) -> str:
    return re.sub(r"([\[\]*?])", r"[\1]", name)
