"""Opens a bundle: a folder, a zip that stays a zip, or the one that comes with the kit."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from tools.bundle.bundle import Bundle
from tools.bundle.coherence import check_coherence, uncomputable, without_computations
from tools.bundle.competition import Competition
from tools.bundle.document import NAME, SIZE_LIMIT_BYTES, Document, Place, printable, read_document
from tools.bundle.errors import MisplacedError
from tools.bundle.parts import Parts
from tools.bundle.refusals import refusals
from tools.bundle.storage import FolderStorage, Storage, ZipStorage
from tools.bundle.timeline import lost_times
from tools.bundle.validate import read_competition
from tools.competitions import DEFAULT
from tools.contract import NAME as CONTRACT
from tools.contract import Contract, read_contract
from tools.errors import BundleError, UsageError

MISNAMED = "competition.yml"


def open_bundle(path: Path | None, scratch: Path) -> Bundle:
    """Read a bundle of Codabench's format 2: a folder, a zip, or for None the one that comes with the kit.

    `scratch` is a folder for what is taken out of a zip; it must last as long as the bundle is used. Raises UsageError
    where there is nothing, and BundleError, by its cause, where it cannot be played.
    """
    root = path or DEFAULT
    storage = _storage(root, scratch / "bundle")
    data = storage.read(NAME, SIZE_LIMIT_BYTES + 1)
    if data is None:
        raise _not_found(root, storage)
    document = read_document(data)
    competition, refused = read_competition(document)
    check_coherence(document, competition)
    uncomputed = dict(uncomputable(competition.leaderboards[0].columns, refused))
    parts = Parts(storage)
    said = [*uncomputed.items(), *refusals(document, competition, parts)]
    told = [document.at(place, text) for place, text in said if not _is_below(place, refused)]
    return Bundle(
        root=root,
        competition=without_computations(competition, uncomputed),
        contract=_contract(root, storage, scratch / "bundle"),
        refusals=tuple(sorted([*refused.values(), *told], key=_line)),
        remarks=tuple(sorted(_remarks(document, competition), key=_line)),
        parts=parts,
        document=document,
    )


def _storage(root: Path, scratch: Path) -> Storage:
    try:
        if root.is_dir():
            return FolderStorage(root)
        if root.is_file():
            return ZipStorage(root, scratch)
    except (OSError, ValueError) as error:
        raise UsageError(f"the bundle {root} cannot be read: {error}", "check its path and permissions") from error
    raise UsageError(f"there is no bundle {root}", f"give the folder or zip that holds {NAME}")


def _not_found(root: Path, storage: Storage) -> UsageError:
    """Why there is no competition.yaml: it has another name, or lies deeper, or is not there at all."""
    if storage.read(MISNAMED, 0) is not None:
        return MisplacedError(f"{root} holds {MISNAMED}, the platform reads {NAME} only", f"rename it to {NAME}")
    below = storage.find(NAME)
    if below is None:
        return UsageError(f"there is no {NAME} in {root}", f"give a bundle: the folder or zip that holds {NAME}")
    folder = below.removesuffix(f"/{NAME}")
    said = f"{root}: {NAME} lies in {folder}/, the platform wants it at the root of the zip"
    if root.is_dir():
        return MisplacedError(said, f"give that folder: --bundle {root / folder}")
    return MisplacedError(said, f"zip what is in that folder, not the folder: cd {folder} && zip -r ../{root.name} .")


def _contract(root: Path, storage: Storage, scratch: Path) -> Contract | None:
    """The contract beside competition.yaml; out of a zip it is read from a copy."""
    if root.is_dir():
        return read_contract(root)
    data = storage.read(CONTRACT, SIZE_LIMIT_BYTES)
    if data is None:
        return None
    scratch.mkdir(parents=True, exist_ok=True)
    (scratch / CONTRACT).write_bytes(data)
    try:
        return read_contract(scratch)
    except BundleError as error:
        raise type(error)(error.what.replace(str(scratch), str(root)), error.fix) from error


def _remarks(document: Document, competition: Competition) -> Iterator[str]:
    """What the platform takes and reads otherwise than one would think."""
    for key, line in document.repeated:
        yield printable(f"{NAME}:{line}: {key} is written twice there, the later one counts")
    yield from (document.at(place, text) for place, text in lost_times(document))
    if len(competition.leaderboards) > 1:
        yield document.at(("leaderboards", 1), " is not used: the first leaderboard is that of all phases")


def _is_below(place: Place, others: Iterable[Place]) -> bool:
    """Whether a place is one of others, or below one."""
    return any(place[: len(other)] == other for other in others)


def _line(told: str) -> int:
    """The line that a message begins with."""
    return int(told.split(":", 2)[1])
