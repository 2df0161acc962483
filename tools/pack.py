"""Files into a zip that is the same byte for byte each time, on any machine.

Members are sorted, stored without compression (weights hardly shrink, and compressors differ between machines), and
carry one fixed date and mode. Symbolic links are followed; junk that no evaluator needs is left out and named.
"""

import stat
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tools.archive.folder_source import walk
from tools.archive.junk import is_junk
from tools.errors import UsageError

DATE = (1980, 1, 1, 0, 0, 0)
BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Packed:
    """What went into the zip, by member name, and what was left out."""

    path: Path
    names: tuple[str, ...]
    left_out: tuple[str, ...]


def files_below(folder: Path) -> dict[str, Path]:
    """Every file below a folder by its name inside the zip. Raises UsageError where it is no folder, or empty."""
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder", "give the folder whose contents are the submission")
    found, _ = walk(folder)
    if unwritable := next((name for name in found if not _is_text(name)), None):
        raise UsageError(f"a zip cannot hold the name {unwritable!r}, which is no text in UTF-8", "rename that file")
    if not found:
        raise UsageError(f"the folder {folder} is empty", "put model.py and its files into it")
    return found


def _is_text(name: str) -> bool:
    return name.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in name)


def pack(members: dict[str, Path], out: Path) -> Packed:
    """Write the files into the zip at `out`, each under its name, junk left out.

    Raises OSError where the disk is full; the caller writes beside the zip's place and renames.
    """
    kept = {name: path for name, path in members.items() if not is_junk(name)}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as target:
        for name in sorted(kept):
            _add(target, name, kept[name])
    return Packed(path=out, names=tuple(sorted(kept)), left_out=tuple(sorted(set(members) - set(kept))))


def _add(target: zipfile.ZipFile, name: str, path: Path) -> None:
    info = zipfile.ZipInfo(name, DATE)
    info.external_attr = (stat.S_IFREG | 0o644) << 16
    info.create_system = 3
    info.file_size = path.stat().st_size
    with path.open("rb") as source, target.open(info, "w") as member:
        while block := source.read(BLOCK_BYTES):
            member.write(block)


def merge(*parts: dict[str, Path]) -> dict[str, Path]:
    """Put the members of several folders together. Raises UsageError where two have the same name."""
    together: dict[str, Path] = {}
    for part in parts:
        if twice := sorted(together.keys() & part.keys()):
            raise UsageError(f"two files would both be {twice[0]} in the zip", "rename one of them")
        together.update(part)
    return together


def prefixed(prefix: str, names: Iterable[tuple[str, Path]]) -> dict[str, Path]:
    """The same files, in a folder of the zip."""
    return {f"{prefix}/{name}": path for name, path in names}
