"""ARC: a metadata file at the root of the submission. Read as the worker reads it."""

from collections.abc import Iterator

from tools.checks.finding import ERROR, Evidence
from tools.checks.registry import check
from tools.checks.subject import Subject
from tools.contract import Contract
from tools.worker.command import METADATA, TEXT_LIMIT_BYTES, command_in

SHOWN = 80


@check(
    "ARC008",
    "metadata with a command: the platform runs the submission as a program of its own",
    level=ERROR,
    fix="delete the command line from it, or the file: Codabench's evaluator imports model.py and needs no metadata",
    source="codabench.md 1.3 (what a submission's root contains) and 4, row 41",
    after=("ARC001",),
)
def metadata_with_a_command(subject: Subject, _contract: Contract) -> Iterator[Evidence]:
    """The worker starts that command in a container of its own, beside the evaluator that imports model.py.

    Both write into the same output folder at the same time, the command into logs of its own, and its exit code decides
    nothing, so that a run may end well on what the wrong one of the two has written. Older competitions of CodaLab
    asked for such a file; one without a command does no harm.
    """
    archive = subject.archive
    name = next((name for name in METADATA if name in archive), None)
    if name is None:
        return
    try:
        text = archive.read(name, limit_bytes=TEXT_LIMIT_BYTES + 1)
    except OSError:
        return
    if command := command_in(text):
        yield Evidence(f"command: {command[:SHOWN]}{'...' if len(command) > SHOWN else ''}", name)
