"""ARC: names that the platform's unzip writes elsewhere, otherwise, or not at all. Of a folder: what goes in no zip."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from tools.archive import Archive, Member
from tools.checks.finding import ERROR, WARNING, Evidence
from tools.checks.registry import check
from tools.checks.subject import Subject
from tools.contract import Contract

DRIVE = re.compile(r"[A-Za-z]:[\\/]")
SHOWN = 3
LONGEST_PART, LONGEST_PATH = 255, 4000
"""In bytes: what Linux's file systems take, with room for the folder that the worker unzips into."""
LINK_BYTES = 200


@check(
    "ARC005",
    "a member leads out of the zip: an absolute path, .., a drive letter, or a symbolic link",
    level=ERROR,
    fix="zip the files themselves, under names relative to model.py's folder: kit build DIR follows links and does so",
    source="codabench.md 1.11 and 6, What unzipping does: links become text files; ../ is neutralised",
    after=("ARC001",),
    needs_contract=False,
)
def leads_outside(subject: Subject, _contract: Contract | None) -> Iterator[Evidence]:
    """The platform unzips such a member to another place than its name says, and never outside of the submission.

    A leading slash and each .. are dropped, a drive letter becomes a folder's name, and a symbolic link becomes a small
    text file that holds the path it led to. What opens the file then finds nothing, or a few bytes that are no weights.
    In a folder, a link to nothing or in a circle is in no zip that is made of it.
    """
    archive = subject.archive
    for name, reason in archive.lost:
        yield Evidence(f"{name} is in no zip of this folder: {reason}", name)
    outside = [member for member in archive.members if _leads_outside(member.written)]
    told = [f"{member.written} ({_landing(member)})" for member in outside]
    yield from _grouped(told, "a place outside of the zip", where=[member.name or member.written for member in outside])
    for member in archive.by_name.values():
        if member.is_link and not member.is_folder:
            yield Evidence(f"{member.name} is a symbolic link{_target(archive, member)}", member.name)


def _leads_outside(written: str) -> bool:
    return written.startswith("/") or ".." in written.split("/") or DRIVE.match(written) is not None


def _landing(member: Member) -> str:
    return f"there: {member.name}" if member.name else "no name is left, and the unzip fails"


def _target(archive: Archive, member: Member) -> str:
    try:
        target = archive.read(member.name, limit_bytes=LINK_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""
    return f" to {target}: there it is a text of {len(target)} characters"


@check(
    "ARC007",
    "names that clash, or that the platform's Linux does not take as they are",
    level=ERROR,
    fix="build it with kit build, from a folder where each file has one name, spelled as model.py spells it",
    source="codabench.md 1.11: duplicate names: last wins; backslash names stay literal",
    after=("ARC001",),
    needs_contract=False,
)
def names_that_clash(subject: Subject, _contract: Contract | None) -> Iterator[Evidence]:
    r"""The platform unzips on Linux, where a name has one spelling and only a slash makes a folder.

    Of two members at one place the last wins, without a word. `weights\w.npy`, zipped on Windows, becomes one file of
    that name, and no folder. Names that Linux does not take end the worker without a message, and the run stays at
    Preparing. Names that differ in nothing but case or in how an accent is written are two files there, and one on a
    Mac or under Windows, so that a file may be another than the one that was tried at home.
    """
    archive = subject.archive
    yield from _twice(archive)
    backslash = [m.name for m in archive.members if "\\" in m.written and not DRIVE.match(m.written)]
    yield from _grouped(backslash, "a backslash, which is a letter of the name there and makes no folder")
    yield from _grouped(_files_that_are_folders(archive), "a file, and a folder of other members: the unzip fails")
    too_long = [f"{m.name[:40]}... ({len(m.name)} characters)" for m in archive.members if _is_too_long(m.name)]
    yield from _grouped(too_long, "too long for a file system: the unzip fails")
    cut = [m.written.replace("\0", r"\0") + f" (there: {m.name})" for m in archive.members if "\0" in m.written]
    yield from _grouped(cut, "a NUL, where the name is cut off there")
    yield from _grouped(filter(_is_no_text, archive.by_name), "bytes that are no text in UTF-8, which no zip can hold")
    for spellings in _alike(archive):
        yield Evidence(f"differ in case or accents alone: {' and '.join(spellings[:SHOWN])}", spellings[-1], WARNING)


def _twice(archive: Archive) -> Iterator[Evidence]:
    times = Counter(member.name for member in archive.members if member.name and not member.is_folder)
    names = [name for name, count in times.items() if count > 1]
    for name in names[:SHOWN]:
        sizes = [member.size_bytes for member in archive.members if member.name == name]
        told = f"{name} is there {len(sizes)} times: the last one ({sizes[-1]} bytes) wins over that of {sizes[-2]}"
        yield Evidence(told, name)
    if len(names) > SHOWN:
        yield Evidence(f"and {len(names) - SHOWN} more names that several members share")


def _files_that_are_folders(archive: Archive) -> list[str]:
    folders = _folders(archive.by_name)
    return [name for name in archive.by_name if name in folders]


def _folders(names: Iterable[str]) -> set[str]:
    """Every folder that the unzip makes for these names, without its slash."""
    folders: set[str] = set()
    for name in names:
        folder = name.rpartition("/")[0]
        while folder and folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    return folders


def _is_too_long(name: str) -> bool:
    if len(name) * 4 <= LONGEST_PART:
        return False
    written = name.encode("utf-8", "surrogatepass")
    return len(written) > LONGEST_PATH or any(len(part) > LONGEST_PART for part in written.split(b"/"))


def _is_no_text(name: str) -> bool:
    return not name.isascii() and any("\ud800" <= letter <= "\udfff" for letter in name)


def _alike(archive: Archive) -> Iterator[list[str]]:
    """Files and folders that differ in case or in the form of an accent alone; not what lies in such folders."""
    spellings = defaultdict(list)
    for name in sorted({name.rstrip("/") for name in archive.by_name} | _folders(archive.by_name)):
        parent, _, base = name.rpartition("/")
        spellings[parent, unicodedata.normalize("NFC", base).casefold()].append(name)
    yield from (names for names in spellings.values() if len(names) > 1)


def _grouped(names: Iterable[str], told: str, *, where: list[str] | None = None) -> Iterator[Evidence]:
    """One evidence for all names of a kind: the first few, and how many more."""
    found = list(names)
    if found:
        more = f", and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        yield Evidence(f"{told}: {', '.join(found[:SHOWN])}{more}", (where or found)[0])
