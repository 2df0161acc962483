"""ARC: what no evaluator needs: leavings of programs, a virtual environment, the data of the training."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

from tools.archive import Archive, Member
from tools.archive.junk import junk_of
from tools.checks.finding import WARNING, Evidence
from tools.checks.registry import check
from tools.checks.subject import Subject
from tools.contract import Contract

INSTALLED = re.compile(r"^(?P<root>(.*/)?)(lib/python3[^/]*|Lib)/site-packages/")
ENVIRONMENT = re.compile(r"(bin|Scripts|include|share|lib/python3[^/]*|lib64|Lib/site-packages)(/|$)|pyvenv\.cfg$")
DATA_SUFFIX = re.compile(r"\.(npz|npy|csv|tsv|parquet|h5|hdf5|mat|tfrecord|zip|tar|tgz|tar\.gz)$")
DATA = re.compile(
    r"(?<![a-z])((train(ing)?|val(id(ation)?)?|test(ing)?)[ _.-]?(set|data(set)?|images?|imgs|labels?|x|y)"
    r"|(x|y|images?|imgs|labels?)[ _.-]?(train(ing)?|val(id(ation)?)?|test)|datasets?|submission)(?![a-z])"
)
MODEL = re.compile(r"model|weight|net|ckpt|checkpoint|scal|stat|mean|std|norm|class|param|embed|feature")
LEAST_DATA_BYTES = 1_000_000
IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp")
MANY_IMAGES = 200
TEXT_SUFFIXES = (".py", ".json", ".yaml", ".yml", ".toml", ".cfg", ".ini")
TEXT_LIMIT_BYTES = 1 << 20
MOST_TEXTS = 300
LISTING = re.compile(rb"glob|listdir|scandir|iterdir|walk\(|gfile|_from_directory")


@check(
    "ARC006",
    "files that no evaluator needs",
    level=WARNING,
    fix="zip only what model.py opens: kit build DIR leaves caches out; move data and environments out of the folder",
    source="codabench.md 4, row 2, and 1.11: junk is unzipped like any file, and comes back with the output",
    after=("ARC001",),
    needs_contract=False,
)
def junk(subject: Subject, _contract: Contract | None) -> Iterator[Evidence]:
    """All of it is uploaded, unzipped, copied into the output and stored again, and counts in your storage.

    Nothing fails by it, but the upload takes longer, and a zip of everything often has its model.py one folder too
    deep. Data is named only where its name says so, and no Python or setting in the zip names it or lists a folder.
    """
    heaps: dict[tuple[str, str], list[Member]] = defaultdict(list)
    for member, heap in _heaped(subject.archive):
        heaps[heap].append(member)
    for (shown, told), members in heaps.items():
        size_bytes = sum(member.stored_bytes for member in members)
        count = f"{len(members)} file{'' if len(members) == 1 else 's'}"
        first = f": {members[0].name}" if shown != members[0].name else ""
        yield Evidence(f"{shown}: {told} ({count}, {_size(size_bytes)}){first}", members[0].name)


def _heaped(archive: Archive) -> Iterator[tuple[Member, tuple[str, str]]]:
    """The files that are not needed, each with a name for those of its kind and what they are."""
    files = [member for member in archive.by_name.values() if not member.is_folder]
    rest = []
    for member in files:
        if found := junk_of(member.name):
            yield member, found
        else:
            rest.append(member)
    roots = _environment_roots(rest)
    installed = [(member, root) for member in rest if (root := _root_of(member, roots)) is not None]
    inside = {member.name for member, _ in installed}
    texts = _Texts(archive, [member for member in rest if member.name not in inside])
    if installed and not texts.tell_of("site-packages"):
        for member, root in installed:
            yield member, (root or "bin/, lib/", "a virtual environment; the platform installs nothing from it")
    yield from _data([member for member in rest if member.name not in inside], texts)


def _environment_roots(files: Iterable[Member]) -> set[str]:
    """The folders, with their slash, that hold a virtual environment."""
    roots = {member.name.removesuffix("pyvenv.cfg") for member in files if member.base == "pyvenv.cfg"}
    return roots | {match["root"] for member in files if (match := INSTALLED.match(member.name))}


def _root_of(member: Member, roots: set[str]) -> str | None:
    return next((r for r in roots if member.name.startswith(r) and ENVIRONMENT.match(member.name, len(r))), None)


def _data(files: list[Member], texts: "_Texts") -> Iterator[tuple[Member, tuple[str, str]]]:
    for member in files:
        stem = DATA_SUFFIX.sub("", member.base.lower())
        is_data = stem != member.base.lower() and DATA.search(stem) and not MODEL.search(stem)
        if is_data and member.size_bytes >= LEAST_DATA_BYTES and not texts.tell_of(stem):
            yield member, (member.name, "data, or another zip, that nothing in the submission opens")
    images = defaultdict(list)
    for member in files:
        if member.base.lower().endswith(IMAGE_SUFFIXES):
            images[member.name.partition("/")[0] if "/" in member.name else ""].append(member)
    for folder, found in images.items():
        if len(found) >= MANY_IMAGES and not texts.tell_of(folder or "."):
            for member in found:
                yield member, (f"{folder}/" if folder else "*", "images that nothing in the submission opens")


class _Texts:
    """The Python and the settings of a submission, to look up whether they speak of a file."""

    def __init__(self, archive: Archive, files: list[Member]) -> None:
        self.archive = archive
        self.names = [member.name for member in files if member.name.endswith(TEXT_SUFFIXES)]

    @cached_property
    def _together(self) -> bytes | None:
        """All of them in small letters; None where they are too many or too long to be sure of."""
        if len(self.names) > MOST_TEXTS:
            return None
        found = []
        for name in self.names:
            try:
                found.append(self.archive.read(name, limit_bytes=TEXT_LIMIT_BYTES + 1))
            except OSError:
                return None
        if any(len(text) > TEXT_LIMIT_BYTES for text in found) or any(map(LISTING.search, found)):
            return None
        return b"\n".join(found).lower()

    def tell_of(self, word: str) -> bool:
        """Whether one of them has the word, or may open anything that lies there."""
        return self._together is None or word.lower().encode("utf-8", "surrogateescape") in self._together


def _size(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:.1f} MB" if size_bytes >= LEAST_DATA_BYTES else f"{size_bytes / 1e3:.1f} kB"
