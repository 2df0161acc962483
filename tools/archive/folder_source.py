"""A folder that is not zipped yet: its files under the names that they would have in the zip.

Links are followed, as `kit build` and `zip -r` do. What is in no zip of the folder is named: a link that leads
nowhere or back to a folder that holds it, a pipe, a folder that cannot be read.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from tools.archive.junk import is_junk
from tools.archive.member import Member
from tools.errors import UsageError

MOST_ENTRIES = 200_000
BLOCK_BYTES = 1 << 20


class FolderSource:
    """The files of a folder. Junk is left out of the members, as `kit build` leaves it out of the zip."""

    def __init__(self, root: Path) -> None:
        """List the files. Raises UsageError where there are more than any submission has."""
        files, lost = walk(root)
        self._files = {name: path for name, path in files.items() if not is_junk(name)}
        self.lost = tuple(sorted((name, reason) for name, reason in lost.items() if not is_junk(name)))
        self.members = tuple(_members(self._files))

    def close(self) -> None:
        """Nothing is kept open."""

    def read(self, name: str, limit_bytes: int) -> bytes:
        """At most `limit_bytes` of a file. Raises OSError."""
        with self._files[name].open("rb") as stream:
            return stream.read(limit_bytes)

    def damaged(self) -> tuple[str, str] | None:
        """Name and complaint of the first file that cannot be opened, else None."""
        for name, path in self._files.items():
            if not os.access(path, os.R_OK):
                return name, "it cannot be read: Permission denied"
        return None

    def unpack(self, into: Path) -> None:
        """Copy the files."""
        for name, path in self._files.items():
            place = into / name
            place.parent.mkdir(parents=True, exist_ok=True)
            with path.open("rb") as source, place.open("wb") as target:
                while block := source.read(BLOCK_BYTES):
                    target.write(block)


def walk(root: Path) -> tuple[dict[str, Path], dict[str, str]]:
    """The files below a folder by their names in the zip, and what cannot be packed by its name, with the reason."""
    files: dict[str, Path] = {}
    lost: dict[str, str] = {}
    seen = 0
    todo: list[tuple[str, Path, frozenset[str]]] = [("", root, frozenset([os.path.realpath(root)]))]
    while todo:
        prefix, folder, above = todo.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            lost[prefix] = f"it cannot be read: {error.strerror}"
            continue
        seen += len(entries)
        if seen > MOST_ENTRIES:
            raise UsageError(f"{root} holds more than {MOST_ENTRIES} files", "give the folder of the submission alone")
        for entry in entries:
            name, path = prefix + entry.name, folder / entry.name
            if reason := _reason(entry, above):
                lost[name] = reason
            elif entry.is_dir():
                inside = path.resolve() if entry.is_symlink() else path
                todo.append((f"{name}/", inside, above | {os.path.realpath(inside)}))
            else:
                files[name] = path
    return dict(sorted(files.items())), lost


def _reason(entry: os.DirEntry[str], above: frozenset[str]) -> str | None:
    """Why something of a folder goes into no zip; None for a file, a folder, or a link to one."""
    try:
        if entry.is_symlink():
            target = Path(entry.path).readlink()
            if not Path(entry.path).exists():
                return f"a symbolic link to {target}, where there is nothing"
            if entry.is_dir() and os.path.realpath(entry.path) in above:
                return f"a symbolic link to {target}, a folder that holds it"
        return None if entry.is_dir() or entry.is_file() else "neither a file nor a folder"
    except OSError as error:
        return f"it cannot be followed: {error.strerror}"


def _members(files: dict[str, Path]) -> Iterator[Member]:
    for name, path in files.items():
        try:
            size = path.stat().st_size
        except OSError:
            size = 0
        yield Member(name=name, written=name, size_bytes=size, stored_bytes=size)
