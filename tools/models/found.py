"""The model files of an archive, each read once. What cannot be read is left out: it is not judged."""

import zipfile
from collections.abc import Iterator

from tools.archive import Archive, Member
from tools.archive.zip_source import BROKEN
from tools.models.checkpoint import optimizer_bytes, read_index
from tools.models.errors import UnreadableError
from tools.models.keras_file import KerasFile, WeightsFile, read_keras_file
from tools.models.member import Members
from tools.models.saved_model import FrozenGraph, SavedModel, read_graph, read_saved_model

Model = KerasFile | WeightsFile | SavedModel | FrozenGraph
KERAS, HDF5, GRAPH, SAVED_MODEL = (".keras",), (".h5", ".hdf5"), (".pb",), "saved_model.pb"
OF_SAVED_MODELS = (SAVED_MODEL, "keras_metadata.pb", "fingerprint.pb", "debug_info.pb")
MOST_FILES = 200
PIECES = (*BROKEN, OSError, KeyError, UnreadableError)


def models_in(archive: Archive) -> tuple[Model, ...]:
    """Those that could be read, in the order of their names; of very many the first."""
    candidates = [member for name, member in sorted(archive.by_name.items()) if _may_be_model(member)][:MOST_FILES]
    if not candidates or archive.is_bomb:
        return ()
    try:
        members = Members(archive)
    except PIECES:
        return ()
    try:
        return tuple(_models(archive, members, candidates))
    finally:
        members.close()


def _may_be_model(member: Member) -> bool:
    name = member.name.lower()
    return name.endswith((*KERAS, *HDF5, *GRAPH)) and not member.refusal and bool(member.size_bytes)


def _models(archive: Archive, members: Members, candidates: list[Member]) -> Iterator[Model]:
    for member in candidates:
        try:
            model = _model(archive, members, member)
        except PIECES:
            continue
        if model:
            yield model


def _model(archive: Archive, members: Members, member: Member) -> Model | None:
    name, size = member.name, member.size_bytes
    if name.lower().endswith((*KERAS, *HDF5)):
        with members.at_any_place(name) as stream:
            return read_keras_file(stream, name, size)
    if member.base == SAVED_MODEL:
        return _saved_model(archive, members, member)
    if member.base in OF_SAVED_MODELS or member.method not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return None
    with members.forward(name) as stream:
        return FrozenGraph(member=name, size_bytes=size, operations=read_graph(stream, size))


def _saved_model(archive: Archive, members: Members, member: Member) -> SavedModel:
    folder = member.name.removesuffix(SAVED_MODEL)
    inside = [one for one in archive.by_name.values() if one.name.startswith(folder)] if folder else [member]
    with members.at_any_place(member.name) as stream:
        exported = read_saved_model(stream, member.size_bytes)
    return SavedModel(
        folder=folder.rstrip("/"),
        size_bytes=sum(one.size_bytes for one in inside),
        tensorflow_version=exported.tensorflow_version,
        operations=exported.operations,
        optimizer_bytes=_optimizer_bytes(archive, members, f"{folder}variables/variables.index"),
    )


def _optimizer_bytes(archive: Archive, members: Members, index: str) -> int:
    if index not in archive:
        return 0
    try:
        with members.at_any_place(index) as stream:
            return optimizer_bytes(read_index(stream, archive.by_name[index].size_bytes))
    except PIECES:
        return 0
