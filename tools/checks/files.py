"""SRC: the files that surely are opened: on another machine, by the working directory, or not in the zip.

A path is of one of the three kinds, so one call gives one finding: an absolute one is SRC007's, one that begins at the
working directory and is in the zip SRC008's, and what is not in the zip SRC009's.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tools.checks.contents import Contents
from tools.checks.finding import ERROR, WARNING, Evidence
from tools.checks.imports import not_found
from tools.checks.machines import machine_of
from tools.checks.registry import check
from tools.checks.source import AFTER_PARSING, few
from tools.checks.subject import Subject
from tools.checks.walk.calling import Walker
from tools.checks.walk.openers import Opened, opened
from tools.checks.walk.texts import absolute
from tools.checks.walk.values import Anchor, Text
from tools.contract import Contract

MOST_NAMES, SHOWN = 100, 4


@dataclass(frozen=True)
class Place:
    """What a call surely opens, and the path as it is on the platform."""

    found: Opened
    path: Text

    @property
    def where(self) -> str:
        """`member:line`."""
        return self.found.call.site.where

    @property
    def inner(self) -> str:
        """The path below the folder that it begins at."""
        return self.path.text.strip("/")

    def is_in(self, contents: Contents) -> bool:
        """Whether the archive has it."""
        return contents.has(self.inner, prefix=self.found.opener.prefix)

    @property
    def call(self) -> str:
        """How the source calls it, for messages."""
        return self.found.call.target.replace("?.", ".")


def _places(walker: Walker) -> Iterator[Place]:
    """What surely is opened, and nothing else has made or asked for."""
    looked_after = {(other.anchor, other.text.rstrip("/")) for other in (*walker.tested, *walker.handed)}
    seen: set[tuple[str, Text]] = set()
    for call in walker.calls:
        found = opened(call) if call.site.sure else None
        path = absolute(found.path, call.working) if found else None
        if found is None or not isinstance(path, Text) or _is_looked_after(path, looked_after):
            continue
        if (call.site.where, path) not in seen:
            seen.add((call.site.where, path))
            yield Place(found, path)


def _read(subject: Subject, anchors: set[Anchor]) -> Iterator[Place]:
    """What surely is read below one of these folders."""
    for place in _places(subject.walk):
        if place.path.anchor in anchors and not place.found.opener.is_writing and not place.inner.startswith(".."):
            yield place


def _is_looked_after(path: Text, others: set[tuple[Anchor, str]]) -> bool:
    """Whether the code asks for the path, or hands it, or a folder of it, to what may make it."""
    parts = path.text.split("/")
    return any((path.anchor, "/".join(parts[:number])) in others for number in range(len(parts), 0, -1))


@check(
    "SRC007",
    "an absolute path of somebody's machine, Drive, Kaggle or Colab",
    level=ERROR,
    fix="put the file into the zip and open it beside model.py: Path(__file__).parent / 'weights.npz'",
    source="competition.md, Failures that teams reported: absolute Drive paths; codabench.md 1.2: what is mounted",
    after=AFTER_PARSING,
)
def path_of_another_machine(subject: Subject, _contract: Contract) -> Iterator[Evidence]:
    """The container has the zip's files at /app/ingested_program, and none of the machine that they come from.

    The call raises FileNotFoundError before there is a prediction. Only calls that surely run are meant, with a path
    that reading can follow and that nothing asks for beforehand.
    """
    walker = subject.walk
    opened_there = ((place, machine) for place in _places(walker) if (machine := machine_of(place.path)))
    yield from few(
        Evidence(f"{place.call} gets {place.path.text}: a path of {machine}", place.where)
        for place, machine in opened_there
    )
    lost = next((one for one, _ in not_found(subject) if not one.reason), None)
    for entry, site in walker.path_entries:
        machine = machine_of(entry)
        if machine and lost:
            yield Evidence(
                f"sys.path gets {entry.text}, a path of {machine}; import {lost.module} needs it", site.where
            )


@check(
    "SRC008",
    "a file is opened relative to the working directory",
    level=ERROR,
    fix="open it beside model.py: Path(__file__).resolve().parent / 'weights.npz'",
    source="codabench.md 6: cwd /app/program always, case weights_relative; 4, row 39",
    after=AFTER_PARSING,
)
def relative_to_the_working_directory(subject: Subject, contract: Contract) -> Iterator[Evidence]:
    """The platform's working directory is the ingestion program's folder, not the submission's.

    Where the contract says that the ingestion program changes into the submission's folder it is a warning: it works
    there, and fails as soon as that program is written otherwise.
    """
    yield from few(_relative(subject, changes=contract.working_directory == "submission"))


def _relative(subject: Subject, *, changes: bool) -> Iterator[Evidence]:
    for place in _read(subject, {Anchor.WORKING}):
        written = place.found.path.text
        if place.is_in(subject.contents) and place.inner:
            told = f"{place.call} gets '{written}', which is in the zip, not beside the ingestion program"
            yield Evidence(told, place.where, WARNING if changes else None)
        elif not changes and (hint := subject.contents.nearest(place.inner)):
            yield Evidence(f"{place.call} gets '{written}', and does not work in the zip's folder; {hint}", place.where)


@check(
    "SRC009",
    "a file that model.py opens is not in the zip",
    level=ERROR,
    fix="put that file into the zip, or write its name as it is there, letter by letter",
    source="competition.md, Failures that teams reported: weights named otherwise in the zip",
    after=AFTER_PARSING,
)
def file_not_in_the_zip(subject: Subject, contract: Contract) -> Iterator[Evidence]:
    """The path is written in the source, so what it must find can be looked up: there is nothing.

    Opening it raises FileNotFoundError in the constructor or in predict, and no predictions are written. Names are
    compared letter by letter, as the platform's Linux does.
    """
    changes = contract.working_directory == "submission"
    yield from few(_absent(subject, {Anchor.SUBMISSION, Anchor.WORKING} if changes else {Anchor.SUBMISSION}))


def _absent(subject: Subject, anchors: set[Anchor]) -> Iterator[Evidence]:
    for place in _read(subject, anchors):
        if not place.is_in(subject.contents):
            hint = subject.contents.nearest(place.inner) or _what_there_is(subject.contents)
            yield Evidence(f"{place.call} gets {place.inner}; {hint}", place.where)


def _what_there_is(contents: Contents) -> str:
    names = [name for name in contents.names[:MOST_NAMES] if not name.endswith(".py")]
    told = ", ".join(names[:SHOWN]) + (", ..." if len(names) > SHOWN else "")
    return f"the zip has {told}" if names else "the zip has no other file than Python"
