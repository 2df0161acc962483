"""Which words stand in the Python of an archive, wherever that is: what reading cannot follow may still be named."""

import re
import sys
from collections.abc import Iterator

from tools.checks.subject import Subject

MOST_SOURCES = 300
IMPORT = re.compile(rb"^[ \t]*(?:from[ \t]+([\w.]+)|import[ \t]+([^\n#;]+))", re.MULTILINE)
PLAIN = frozenset(
    (
        "numpy",
        "tensorflow",
        "keras",
        "scipy",
        "sklearn",
        "pandas",
        "cv2",
        "PIL",
        "matplotlib",
        "skimage",
        "h5py",
        "tqdm",
    )
)
"""Packages that add no class to Keras and no operation to TensorFlow."""


def mentions(subject: Subject, *words: str) -> bool:
    """Whether a Python file of the archive has one of these words; so it may be where they are too many to look."""
    pattern = re.compile(rb"\b(%s)\b" % "|".join(words).encode())
    return any(text is None or pattern.search(text) for text in _texts(subject))


def only_plain_imports(subject: Subject) -> bool:
    """Whether nothing is imported that could register classes or operations of its own."""
    known = PLAIN | sys.stdlib_module_names
    for text in _texts(subject):
        if text is None:
            return False
        for match in IMPORT.finditer(text):
            names = [match[1]] if match[1] else match[2].split(b",")
            tops = {name.strip().partition(b".")[0].partition(b" ")[0].decode("utf-8", "replace") for name in names}
            if not all(top in known or not top or subject.tree.member_of(top) for top in tops):
                return False
    return True


def _texts(subject: Subject) -> Iterator[bytes | None]:
    """The Python files of the archive; None for one that is not read."""
    sources = [member.name for member in subject.archive.by_name.values() if member.name.endswith(".py")]
    yield from (subject.tree.source(name) for name in sources[:MOST_SOURCES])
    if len(sources) > MOST_SOURCES:
        yield None
