"""The form of the shipped graph: what is in its file, how large it is, and that old TensorFlow opens it."""

import os
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tools.environments.build import PYTHON, cached
from tools.environments.known import environment
from tools.models.measured import CLASS, Version, operations
from training.conversion import Request, read_answers

pytestmark = pytest.mark.slow

ENTRY = Path(__file__).parents[2] / "submission" / "model.py"
OLD = ("codalab-legacy-py39", "tf-2.12", "tf-2.15", "an2dl-2024")
IMAGES = np.random.default_rng(0).integers(0, 256, (70, 48, 48, 3), dtype=np.uint8)
ANSWER = """
import sys
import numpy as np
from model import Model
np.save(sys.argv[2], Model().predict(np.load(sys.argv[1])))
"""


def many_layers() -> Any:
    """Preprocessing, augmentation, every usual kind of layer, activations with gradients of their own; logits."""
    from keras import Input, Model, layers

    images = Input((None, None, 3))
    inner = layers.Resizing(32, 32, antialias=True, interpolation="bicubic")(images)
    for before in (layers.RandomFlip(), layers.RandomRotation(0.1), layers.RandomBrightness(0.2)):
        inner = before(inner)
    inner = layers.Rescaling(1 / 255)(inner)
    inner = layers.Normalization(mean=[0.5, 0.4, 0.3], variance=[1.0, 1.0, 2.0])(inner)
    inner = layers.BatchNormalization()(layers.Conv2D(16, 3, activation="silu")(inner))
    inner = layers.GroupNormalization(4)(layers.DepthwiseConv2D(3, activation="relu6")(inner))
    inner = layers.LayerNormalization()(layers.SeparableConv2D(16, 3, activation="gelu")(inner))
    inner = layers.UpSampling2D(2, interpolation="bilinear")(layers.Conv2DTranspose(16, 3, strides=2)(inner))
    patches = layers.Reshape((-1, 16))(layers.Dropout(0.2)(layers.MaxPooling2D(16)(inner)))
    patches = layers.MultiHeadAttention(2, 8)(patches, patches)
    return Model(images, layers.Dense(5)(layers.GlobalAveragePooling1D()(patches)))


def half_precision() -> Any:
    """A network under mixed_float16, its answers float32."""
    import keras
    from keras import layers

    halves = keras.mixed_precision.DTypePolicy("mixed_float16")
    inner = [layers.Conv2D(8, 3, activation="silu", dtype=halves), layers.BatchNormalization(dtype=halves)]
    pooled = [layers.DepthwiseConv2D(3, dtype=halves), layers.GlobalAveragePooling2D(dtype=halves)]
    return keras.Sequential([keras.Input((48, 48, 3)), *inner, *pooled, layers.Dense(5, activation="softmax")])


def mobilenet() -> Any:
    """Many small weights: of the usual networks the one whose graph is largest beside them."""
    import keras

    return keras.applications.MobileNetV2(input_shape=(48, 48, 3), weights=None, classes=5)


def recurrent() -> Any:
    """Large kernels, and a loop in the network itself; its weights are stored in 16 bits, and its views averaged."""
    import keras
    from keras import layers

    rows = [layers.Rescaling(1 / 255), layers.Reshape((48, 48 * 3)), layers.LSTM(32)]
    return keras.Sequential([keras.Input((48, 48, 3)), *rows, layers.Dense(5, activation="softmax")])


NETWORKS: dict[str, Callable[[], Any]] = {
    "many layers": many_layers,
    "half precision": half_precision,
    "mobilenet": mobilenet,
    "recurrent": recurrent,
}
VIEWS = {"recurrent": 8}


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The exchange folder of a network's conversion, made once, in this process."""

    @cache
    def convert(name: str) -> Path:
        import keras

        from training import export

        keras.utils.set_random_seed(0)
        folder = tmp_path_factory.mktemp("network")
        NETWORKS[name]().save(folder / "model.keras")
        request = Request(
            source=str(folder / "model.keras"), image_shape=(48, 48, 3), views=VIEWS.get(name, 1), own_answers=True
        )
        export.convert(request, IMAGES, folder)
        return folder

    return convert


def graph_of(folder: Path) -> Any:
    """The graph with its library of functions, as TensorFlow reads it."""
    from tensorflow.core.protobuf import saved_model_pb2

    model = saved_model_pb2.SavedModel.FromString((folder / "saved_model" / "saved_model.pb").read_bytes())
    return model.meta_graphs[0]


def nodes_of(meta_graph: Any) -> list[Any]:
    graph = meta_graph.graph_def
    return [*graph.node, *(node for function in graph.library.function for node in function.node_def)]


@pytest.mark.parametrize("name", NETWORKS)
def test_only_operations_that_tensorflow_2_9_knows_are_in_the_file(shipped: Callable[[str], Path], name: str) -> None:
    meta_graph, table = graph_of(shipped(name)), operations()
    then = table.nearest(Version("2.9.1"))
    named = {node.op for node in nodes_of(meta_graph)} | {
        op.name for op in meta_graph.meta_info_def.stripped_op_list.op
    }
    assert ("While" if name == "recurrent" else "Conv2D") in named
    assert then
    assert [operation for operation in sorted(named) if not table.found.get(operation, {}).get(CLASS, 0) & then] == []


@pytest.mark.parametrize(
    ("name", "close"), [("many layers", 1e-5), ("half precision", 2e-2), ("mobilenet", 1e-5), ("recurrent", 1e-5)]
)
def test_the_answers_are_the_networks(shipped: Callable[[str], Path], name: str, close: float) -> None:
    answers = read_answers(shipped(name))
    assert answers.own is not None
    assert np.abs(answers.full - answers.own).max() < close
    assert np.abs(answers.shipped - answers.own).max() < max(close, 1e-3)
    assert np.allclose(answers.shipped.sum(axis=1), 1, atol=1e-2)
    assert answers.had_logits == (name == "many layers")


def test_the_graph_is_stored_once(shipped: Callable[[str], Path]) -> None:
    functions = graph_of(shipped("mobilenet")).graph_def.library.function
    assert len([function for function in functions if any(node.op == "Conv2D" for node in function.node_def)]) == 1


def test_the_files_are_at_most_a_tenth_larger_than_the_weights_in_16_bits(shipped: Callable[[str], Path]) -> None:
    folder = shipped("mobilenet")
    size = sum(path.stat().st_size for path in (folder / "saved_model").rglob("*") if path.is_file())
    answers = read_answers(folder)
    assert answers.precision == "float16"
    assert size <= 1.1 * 2 * answers.parameters + 200_000


def test_opening_it_warns_of_no_gradients(shipped: Callable[[str], Path], caplog: pytest.LogCaptureFixture) -> None:
    import tensorflow as tf

    graph = graph_of(shipped("many layers"))
    assert any(node.op == "IdentityN" for node in nodes_of(graph)), "silu has a gradient of its own"
    tf.saved_model.load(str(shipped("many layers") / "saved_model"))
    assert [record.message for record in caplog.records if "gradient" in record.getMessage()] == []


@pytest.mark.parametrize("network", ["many layers", "recurrent"])
@pytest.mark.parametrize("name", OLD)
def test_the_entry_gives_the_same_answers_in_an_evaluators_environment(
    shipped: Callable[[str], Path], tmp_path: Path, name: str, network: str
) -> None:
    if not (found := cached(environment(name))):
        pytest.skip(f"{name} is not built: kit environments build {name}")
    folder = shipped(network)
    shutil.copy(ENTRY, tmp_path / "model.py")
    shutil.copytree(folder / "saved_model", tmp_path / "saved_model")
    np.save(tmp_path / "images.npy", IMAGES)
    command = [found.bin_folder / PYTHON, "-c", ANSWER, "images.npy", "answers.npy"]
    quiet = os.environ | {"CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    quiet.pop("PYTHONPATH", None)
    ended = subprocess.run(command, cwd=tmp_path, env=quiet, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert np.array_equal(np.load(tmp_path / "answers.npy"), read_answers(folder).shipped.argmax(axis=1))
