"""The model files of an archive: in every kind of zip, in a folder, and of strangers."""

import io
import random
import tracemalloc
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.gallery.model_files import field, graph, hdf5_file, keras_file, saved_model
from tools.archive import open_archive
from tools.models.found import MOST_FILES, Model, models_in
from tools.models.keras_file import KerasFile, WeightsFile
from tools.models.saved_model import FrozenGraph, SavedModel

CONFIG = {"class_name": "Sequential", "module": "keras", "config": {"name": "s", "layers": []}}
SHAPES = {"layers/dense/vars/0": [100, 10], "optimizer/vars/0": [300, 100], "optimizer/vars/1": [300, 100]}
KERAS = keras_file(metadata={"keras_version": "3.4.1"}, config=CONFIG, weights=SHAPES)
HDF5 = hdf5_file(attributes={"keras_version": "2.12.0", "model_config": CONFIG}, weights={"model_weights/d/k": [5]})
FILES: dict[str, bytes] = {
    "a.keras": KERAS,
    "b.h5": HDF5,
    "old.keras": HDF5,
    "c.weights.h5": hdf5_file(attributes={}, weights=SHAPES),
    "exported/saved_model.pb": saved_model(tensorflow_version="2.17.0", operations=["Conv2D"]),
    "exported/keras_metadata.pb": b"x",
    "exported/fingerprint.pb": b"\x08\x01",
    "frozen.pb": graph(["MatMul"]),
    "not.pb": b"label: cell",
    "not.keras": b"PK",
    "empty.h5": b"",
    "words.txt": b"saved_model.pb",
}
METHODS = {"stored": zipfile.ZIP_STORED, "deflated": zipfile.ZIP_DEFLATED, "bzip2": zipfile.ZIP_BZIP2}


def zipped(path: Path, files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(path, "w", method) as target:
        for name, content in files.items():
            target.writestr(name, content)
    return path


def by_name(models: tuple[Model, ...]) -> dict[str, Model]:
    return {model.member: model for model in models}


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_every_kind_is_found_in_a_zip(method: int, tmp_path: Path) -> None:
    models = by_name(models_in(open_archive(zipped(tmp_path / "s.zip", FILES, method))))
    wanted = {"a.keras", "b.h5", "old.keras", "c.weights.h5", "exported/saved_model.pb", "frozen.pb"}
    assert models.keys() == wanted - ({"frozen.pb"} if method == zipfile.ZIP_BZIP2 else set())
    keras, weights, exported = models["a.keras"], models["c.weights.h5"], models["exported/saved_model.pb"]
    assert isinstance(keras, KerasFile)
    assert (keras.form, keras.keras_version, keras.optimizer_bytes) == ("keras", "3.4.1", 240_000)
    assert isinstance(weights, WeightsFile)
    assert weights.optimizer_bytes == 240_000
    assert isinstance(exported, SavedModel)
    assert (exported.folder, exported.tensorflow_version, exported.operations) == ("exported", "2.17.0", {"Conv2D"})
    assert exported.size_bytes == sum(len(FILES[name]) for name in FILES if name.startswith("exported/"))
    old = models["old.keras"]
    assert isinstance(old, KerasFile)
    assert (old.form, old.keras_version) == ("h5", "2.12.0")


def test_a_folder_gives_the_same_as_its_zip(tmp_path: Path) -> None:
    for name, content in FILES.items():
        path = tmp_path / "folder" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    models = models_in(open_archive(tmp_path / "folder"))
    zip_models = models_in(open_archive(zipped(tmp_path / "s.zip", FILES)))
    assert [(type(one), one.member, one.size_bytes) for one in models] == [
        (type(one), one.member, one.size_bytes) for one in zip_models
    ]
    assert any(isinstance(one, FrozenGraph) for one in models)


def test_a_model_at_the_root(tmp_path: Path) -> None:
    files = {"saved_model.pb": FILES["exported/saved_model.pb"], "variables/variables.index": b"x"}
    (model,) = models_in(open_archive(zipped(tmp_path / "s.zip", files)))
    assert isinstance(model, SavedModel)
    assert (model.folder, model.member, model.optimizer_bytes) == ("", "saved_model.pb", 0)


def test_the_written_names_are_those_of_the_platform(tmp_path: Path) -> None:
    models = models_in(open_archive(zipped(tmp_path / "s.zip", {"./m/../a.keras": KERAS, "/b.h5": HDF5})))
    assert [model.member for model in models] == ["b.h5", "m/a.keras"]


def test_of_very_many_files_the_first_are_read(tmp_path: Path) -> None:
    files = {f"{number:05}.keras": KERAS for number in range(MOST_FILES + 100)}
    assert len(models_in(open_archive(zipped(tmp_path / "s.zip", files)))) == MOST_FILES


@pytest.mark.slow
def test_a_bomb_in_a_model_costs_no_memory(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("metadata.json", "{}")
        target.writestr("config.json", bytes(200 << 20))
    archive = open_archive(
        zipped(tmp_path / "s.zip", {"m.keras": inner.getvalue(), "m.h5": HDF5[:8] + bytes(200 << 20)})
    )
    tracemalloc.start()
    assert models_in(archive) == ()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 150 << 20


def test_what_stands_at_the_beginning_of_a_large_file_is_read_alone(tmp_path: Path) -> None:
    large = keras_file(metadata={"keras_version": "3.4.1"}, config=CONFIG, weights={"layers/d": [1 << 22]})
    noise = random.Random(0).randbytes(1 << 24)
    path = zipped(tmp_path / "s.zip", {"m.keras": large[: -len(noise)] + noise})
    tracemalloc.start()
    models = models_in(open_archive(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(models) == 1
    assert peak < 4 << 20


@settings(max_examples=200, deadline=None)
@given(data=st.data(), name=st.sampled_from(sorted(FILES)))
def test_changed_files_are_read_or_left_out(
    data: st.DataObject, name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = bytearray(FILES[name] or b"x")
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, min(len(content), 3000) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    path = tmp_path_factory.mktemp("changed") / "s.zip"
    for kept in (content, content[:cut]):
        models_in(open_archive(zipped(path, {name: bytes(kept)})))


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_changed_zips_are_read_or_left_out(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = zipped(tmp_path_factory.mktemp("changed") / "s.zip", FILES)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    models_in(open_archive(path))


@pytest.mark.parametrize("depth", [100, 5000])
def test_messages_in_one_another(depth: int, tmp_path: Path) -> None:
    deep = b""
    for _ in range(depth):
        deep = field(1, deep)
    assert models_in(open_archive(zipped(tmp_path / "s.zip", {"g.pb": deep, "s/saved_model.pb": field(2, deep)}))) == ()
