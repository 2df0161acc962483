"""ARC: what training leaves in a zip, and predicting does not need."""

import re
from collections.abc import Iterator

from tools.archive import Member
from tools.checks.finding import WARNING, Evidence
from tools.checks.mentions import mentions
from tools.checks.registry import check
from tools.checks.subject import Subject
from tools.contract import Contract
from tools.models.saved_model import FrozenGraph, SavedModel

LEAST_BYTES = 100_000
LEAST_BESIDE_BYTES = 1_000_000
BESIDE = {
    "TensorBoard's log": re.compile(r"(^|/)events\.out\.tfevents\.[^/]+$"),
    "a checkpoint of the training": re.compile(r"\.(data-\d{5}-of-\d{5}|ckpt)$"),
    "a notebook": re.compile(r"\.ipynb$"),
}
LISTING = ("glob", "iglob", "listdir", "scandir", "iterdir", "walk", "latest_checkpoint", "CheckpointManager")
MB = 1_000_000


@check(
    "ARC011",
    "an optimizer saved with the model, or files that only training needs",
    level=WARNING,
    fix="model.save(path, include_optimizer=False), or ship the graph: kit build --model FILE; leave logs out",
    source="competition.md, Failures that teams reported: an optimizer saved with the model (three times the size)",
    after=("ARC001",),
    needs_contract=False,
)
def ballast(subject: Subject, _contract: Contract | None) -> Iterator[Evidence]:
    """Adam keeps two numbers for each weight, and `model.save` writes them after a fit: three times the size.

    Predicting reads none of it. The upload takes three times as long, which breaks more often, and counts in your
    storage. Checkpoints, logs and notebooks are named where they are large and no Python in the zip speaks of them.
    """
    for model in subject.models:
        if not isinstance(model, FrozenGraph) and model.optimizer_bytes >= LEAST_BYTES:
            name = model.folder or "the SavedModel" if isinstance(model, SavedModel) else model.member
            size = f"{_size(model.optimizer_bytes)} of its {_size(model.size_bytes)}"
            yield Evidence(f"{name}: the optimizer's variables take {size}", model.member)
    for what, pattern in BESIDE.items():
        found = [member for member in subject.archive.by_name.values() if pattern.search(member.name)]
        unused = [member for member in found if not _is_used(member, subject)]
        if (size_bytes := sum(member.size_bytes for member in unused)) >= LEAST_BESIDE_BYTES:
            more = f" and {len(unused) - 1} more" if len(unused) > 1 else ""
            yield Evidence(f"{unused[0].name}{more}: {what} ({_size(size_bytes)})", unused[0].name)


def _is_used(member: Member, subject: Subject) -> bool:
    """Whether it is a SavedModel's own, or Python may open it: by its name, or by a list of what is there."""
    base = member.base
    graph = member.name.removesuffix(f"variables/{base}") + "saved_model.pb"
    return graph in subject.archive or mentions(
        subject, re.escape(base.partition(".data-")[0].removesuffix(".ckpt")), *LISTING
    )


def _size(size_bytes: int) -> str:
    return f"{size_bytes / MB:.1f} MB" if size_bytes >= MB else f"{size_bytes / 1000:.0f} kB"
