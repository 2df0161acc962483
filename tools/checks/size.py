"""ARC: how large the zip is, packed and unpacked."""

from collections.abc import Iterator

from tools.archive import Archive
from tools.checks.finding import ERROR, WARNING, Evidence
from tools.checks.registry import check
from tools.checks.subject import Subject
from tools.contract import Contract

MB = 1_000_000
LARGE_MB = 150
LIMIT_MB = 1000
UNPACKED_MB = 1000
MANY = 20_000
SHOWN = 3
NAMED_MB = 1


@check(
    "ARC009",
    "the submission is large",
    level=WARNING,
    fix="ship the weights alone, once, as float32 or less (no optimizer, no data): kit build RUN does",
    source="codabench.md 4, rows 22 (zips over 1 GB hang), 30 (big uploads break) and 20 (a worker's disk is full)",
    after=("ARC001",),
    needs_contract=False,
)
def large(subject: Subject, contract: Contract | None) -> Iterator[Evidence]:
    """The upload is one PUT that breaks more easily the longer it takes, and nothing resumes it.

    Above 1 GB users saw runs hang in Running, or a score of 0, without logs. The worker unzips the whole submission,
    copies it into the output, zips and uploads that again, each member by itself; nothing there limits what a zip
    unpacks to but the disk, and a full disk ends the worker without a message.
    """
    archive = subject.archive
    limit_mb = (contract.size_limit_mb if contract else None) or LIMIT_MB
    size_mb = archive.size_bytes / MB
    whole = archive.path.name
    if size_mb > limit_mb:
        yield Evidence(f"{size_mb:.0f} MB, at most {limit_mb} MB are taken{_largest(archive)}", whole, ERROR)
    elif size_mb >= LARGE_MB:
        yield Evidence(f"{size_mb:.0f} MB, uploads are known to break from {LARGE_MB} MB on{_largest(archive)}", whole)
    unpacked_mb = archive.unpacked_bytes / MB
    if unpacked_mb > UNPACKED_MB and not archive.is_folder:
        times = archive.unpacked_bytes / max(1, archive.size_bytes)
        bomb = ": no model does, it is as a zip bomb" if archive.is_bomb else ""
        told = f"unpacks to {unpacked_mb / 1000:.1f} GB, {times:.3g} times its size{bomb}"
        yield Evidence(told, whole, ERROR if archive.is_bomb else WARNING)
    if (count := len(archive.members)) >= MANY:
        yield Evidence(f"{count} members, each of which the worker unzips, copies and zips again", whole)


def _largest(archive: Archive) -> str:
    """The members that make the size, where there are any of a megabyte."""
    by_size = sorted(archive.by_name.values(), key=lambda member: -member.stored_bytes)[:SHOWN]
    named = [f"{m.name} {m.stored_bytes / MB:.0f} MB" for m in by_size if m.stored_bytes >= NAMED_MB * MB]
    return f": {', '.join(named)}" if named else ""
