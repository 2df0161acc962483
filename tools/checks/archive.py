"""ARC: the zip as a container. Rules of the platform's unzip and of the ingestion program's import."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from tools.archive import Archive
from tools.checks.finding import ERROR, Evidence
from tools.checks.registry import check
from tools.checks.subject import Subject
from tools.contract import Contract

SHOWN = 3


@check(
    "ARC001",
    "not a zip that can be read to its end",
    level=ERROR,
    fix="build it anew (kit build), and compare the size with the original after copying or downloading it",
    source="codabench.md 1.11 and 6, case not_a_zip: after 10 tries of 20 s, 'Bad or empty zip file', without logs",
    needs_contract=False,
)
def unreadable_zip(subject: Subject, _contract: Contract | None) -> Iterator[Evidence]:
    """The upload accepts any bytes: nothing looks into the file until the worker unzips it.

    The run then fails after about three minutes with 'Bad or empty zip file' and no logs. A truncated upload, an
    archive of another kind that was renamed, or one damaged member is enough.
    """
    archive = subject.archive
    if archive.problem:
        yield Evidence(archive.problem, archive.path.name)
    elif damaged := archive.damaged_member:
        name, complaint = damaged
        yield Evidence(f"{name}: {complaint}", name)


@check(
    "ARC002",
    "the zip is empty, or the entry is nowhere in it",
    level=ERROR,
    fix="put model.py at the root of the zip: kit build does",
    source="codabench.md 1.3 (an empty zip leaves no folder) and 6, case model_missing",
    after=("ARC001",),
)
def no_entry(subject: Subject, contract: Contract) -> Iterator[Evidence]:
    """The ingestion program imports the entry by its name, and there is nothing of that name.

    What the user sees is the scoring program's complaint about missing predictions, and
    'Child task failed or non-zero return code'.
    """
    archive = subject.archive
    files = [member for member in archive.members if not member.is_folder]
    if not files:
        yield Evidence(f"{archive.path.name} holds no file", archive.path.name)
    elif not any(member.base == contract.entry for member in files) and not _is_package(archive, contract):
        alike = [m.name for m in files if m.base.lower() == contract.entry.lower()]
        names = ", ".join(alike or [member.name for member in files[:5]])
        told = "the case of letters counts" if alike else f"{len(files)} files"
        yield Evidence(f"wanted {contract.entry}, got {names} ({told})", archive.path.name)


@check(
    "ARC003",
    "the entry is not at the root of the zip: the folder was zipped, not its contents",
    level=ERROR,
    fix="zip the files, not the folder that holds them: kit build DIR does",
    source="codabench.md 1.11: extractall, nothing is stripped; 6, case nested_folder",
    after=("ARC001", "ARC002"),
)
def entry_below_the_root(subject: Subject, contract: Contract) -> Iterator[Evidence]:
    """The platform puts the zip's root on the path, not its sub-folders, and strips nothing.

    `from model import Model` fails after the queue, and the user sees only the scoring program's complaint.
    """
    archive = subject.archive
    if contract.entry in archive or _is_package(archive, contract):
        return
    for member in archive.members:
        if member.base == contract.entry and not member.is_folder:
            folder = PurePosixPath(member.name).parent
            yield Evidence(f"{contract.entry} lies in the folder {folder}/ of the zip", member.name)


@check(
    "ARC004",
    "a member is encrypted, or compressed by a method that the platform's Python cannot read",
    level=ERROR,
    fix="build it with kit build, or zip without a password by the method deflate",
    source="codabench.md 1.11: RuntimeError or NotImplementedError, both uncaught",
    after=("ARC001",),
    needs_contract=False,
)
def member_of_another_method(subject: Subject, _contract: Contract | None) -> Iterator[Evidence]:
    """The worker's unzip raises an error that it does not catch.

    The submission stays at Preparing or Running for a day, without a message and without logs.
    """
    refused = [(m.name, m.refusal) for m in subject.archive.by_name.values() if m.refusal and not m.is_folder]
    for name, refusal in refused[:SHOWN]:
        yield Evidence(f"{name}: {refusal}", name)
    if len(refused) > SHOWN:
        yield Evidence(f"and {len(refused) - SHOWN} more")


def _is_package(archive: Archive, contract: Contract) -> bool:
    """Whether the entry is a package, which imports as well as a module does."""
    return f"{contract.module}/__init__.py" in archive
