"""Files that the kit's own TensorFlow and Keras write, against what TensorFlow, Keras and h5py say of them."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import h5py
import pytest

from tools.archive import open_archive
from tools.models.found import models_in
from tools.models.hdf5 import Hdf5
from tools.models.keras_file import KerasFile, WeightsFile
from tools.models.saved_model import FrozenGraph, SavedModel

pytestmark = pytest.mark.slow
WRITE = """
import sys, zipfile
from pathlib import Path
import keras, numpy as np, tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

out = Path(sys.argv[1])
net = keras.Sequential([keras.Input((32, 32, 3)), keras.layers.Conv2D(8, 3, activation="gelu"), keras.layers.Flatten(),
                        keras.layers.Dense(64), keras.layers.Dense(8)])
net.compile("adam", "mse")
net.fit(np.zeros((4, 32, 32, 3)), np.zeros((4, 8)), verbose=0)
net.save(out / "m.keras")
net.save(out / "m.h5")
net.save_weights(out / "m.weights.h5")
net.export(out / "exported", verbose=False)
graph = convert_variables_to_constants_v2(tf.function(net).get_concrete_function(tf.TensorSpec((None, 32, 32, 3))))
(out / "frozen.pb").write_bytes(graph.graph.as_graph_def().SerializeToString())
saved = saved_model_pb2.SavedModel.FromString((out / "exported/saved_model.pb").read_bytes())
nodes = list(saved.meta_graphs[0].graph_def.node)
for function in saved.meta_graphs[0].graph_def.library.function:
    nodes += function.node_def
(out / "exported.txt").write_text(" ".join(sorted({node.op for node in nodes})))
(out / "frozen.txt").write_text(" ".join(sorted({node.op for node in graph.graph.as_graph_def().node})))
with zipfile.ZipFile(out / "m.keras") as keras_file:
    (out / "inside.h5").write_bytes(keras_file.read("model.weights.h5"))
"""


def optimizer_bytes(path: Path) -> int:
    with h5py.File(path) as file:
        groups = [file[name] for name in ("optimizer", "optimizer_weights") if name in file]
        sizes: list[int] = []
        for group in groups:
            group.visititems(lambda _, item: sizes.append(item.nbytes) if isinstance(item, h5py.Dataset) else None)
        return sum(sizes)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    subprocess.run([sys.executable, "-c", WRITE, str(folder)], check=True)
    return folder


def test_versions_operations_and_sizes_are_theirs(written: Path) -> None:
    models = {model.member: model for model in models_in(open_archive(written))}
    keras, old, weights = models["m.keras"], models["m.h5"], models["m.weights.h5"]
    assert isinstance(keras, KerasFile)
    assert isinstance(old, KerasFile)
    assert keras.keras_version == old.keras_version == version("keras")
    assert keras.optimizer_bytes == optimizer_bytes(written / "inside.h5") > 100_000
    assert old.optimizer_bytes == optimizer_bytes(written / "m.h5") > 100_000
    assert [item.class_name for item in keras.objects if item.is_layer][1:] == [
        "InputLayer",
        "Conv2D",
        "Flatten",
        "Dense",
        "Dense",
    ]
    assert {item.class_name for item in keras.compiled} >= {"Adam"}
    assert isinstance(weights, WeightsFile)
    assert weights.optimizer_bytes == optimizer_bytes(written / "m.weights.h5")
    exported, frozen = models["exported/saved_model.pb"], models["frozen.pb"]
    assert isinstance(exported, SavedModel)
    assert exported.tensorflow_version == version("tensorflow")
    assert exported.operations == set((written / "exported.txt").read_text().split())
    assert exported.optimizer_bytes == 0
    assert isinstance(frozen, FrozenGraph)
    assert frozen.operations == set((written / "frozen.txt").read_text().split())


@pytest.mark.parametrize("name", ["m.h5", "m.weights.h5", "inside.h5"])
def test_hdf5_is_read_as_h5py_reads_it(written: Path, name: str) -> None:
    with (written / name).open("rb") as stream, h5py.File(written / name) as other:
        file = Hdf5(stream)
        sizes: dict[str, int] = {}
        other.visititems(
            lambda path, item: sizes.update({path: item.nbytes}) if isinstance(item, h5py.Dataset) else None
        )
        assert {path: node.size_bytes for path, node in file.walk(file.root) if node.is_dataset} == sizes
