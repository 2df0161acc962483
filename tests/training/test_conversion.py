"""The conversion as a process of its own, the size of what it writes, and the models that it refuses."""

import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training.adopt import Examples, adopt
from training.conversion import Request, converted
from training.errors import InputError, TrainingError

slow = pytest.mark.slow
SIDE = 8
IMAGES = np.random.default_rng(0).integers(0, 256, (12, SIDE, SIDE, 3), dtype=np.uint8)


def test_a_conversion_that_dies_says_so_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    with (
        pytest.raises(TrainingError, match="the export ended with code 1: it said nothing") as died,
        converted(Request(source="model.keras", image_shape=(SIDE, SIDE, 3)), IMAGES, tmp_path),
    ):
        pass
    assert died.value.exit_code == 3
    assert list(tmp_path.iterdir()) == []


@slow
@pytest.mark.usefixtures("no_child")
def test_the_baselines_graph_holds_its_weights_once(tmp_path):
    from training import networks, recipes

    model = networks.build(recipes.get("baseline"), (96, 96, 3), 8)
    model.save(tmp_path / "model.keras")
    images = np.random.default_rng(0).integers(0, 256, (2, 96, 96, 3), dtype=np.uint8)
    with converted(Request(source=str(tmp_path / "model.keras"), image_shape=(96, 96, 3)), images, tmp_path) as graph:
        size = sum(path.stat().st_size for path in graph.folder.rglob("*") if path.is_file())
        assert graph.parameters == 195_656
    assert size < 1.3 * 4 * 195_656 + 200_000


def text(folder: Path) -> Path:
    (folder / "ours.keras").write_text("<html>404</html>")
    return folder / "ours.keras"


def hdf5_in_disguise(folder: Path) -> Path:
    plain().save(folder / "ours.h5")
    return (folder / "ours.h5").rename(folder / "ours.keras")


def other_zip(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "ours.keras", "w") as archive:
        archive.writestr("model.py", "")
    return folder / "ours.keras"


def custom_layer(folder: Path) -> Path:
    import keras

    class Twice(keras.layers.Layer):
        def call(self, inputs: Any) -> Any:
            return 2 * inputs

    keras.Sequential([keras.Input((SIDE, SIDE, 3)), Twice(), keras.layers.Flatten()]).save(folder / "ours.keras")
    return folder / "ours.keras"


def damaged(folder: Path) -> Path:
    (folder / "ours").mkdir()
    (folder / "ours" / "saved_model.pb").write_bytes(b"\x00\x01")
    return folder / "ours"


def without_signature(folder: Path) -> Path:
    import tensorflow as tf

    tf.saved_model.save(tf.Module(), str(folder / "ours"))
    return folder / "ours"


def of_any_shape(folder: Path) -> Path:
    import tensorflow as tf

    module = tf.Module()
    module.model = plain()
    wanted = [tf.TensorSpec(None, tf.float32)]
    module.answer = tf.function(lambda images: module.model(tf.reshape(images, (-1, SIDE, SIDE, 3))), wanted)
    tf.saved_model.save(module, str(folder / "ours"), signatures=module.answer.get_concrete_function())
    return folder / "ours"


def of_encoded_images(folder: Path) -> Path:
    import tensorflow as tf

    module = tf.Module()
    module.model = plain()
    wanted = [tf.TensorSpec((None,), tf.string)]
    module.answer = tf.function(
        lambda files: module.model(tf.reshape(tf.io.decode_raw(files, tf.uint8), (-1, SIDE, SIDE, 3))), wanted
    )
    tf.saved_model.save(module, str(folder / "ours"), signatures=module.answer.get_concrete_function())
    return folder / "ours"


def plain() -> Any:
    import keras

    layers = keras.layers
    return keras.Sequential([keras.Input((SIDE, SIDE, 3)), layers.Flatten(), layers.Dense(3, activation="softmax")])


@slow
@pytest.mark.usefixtures("no_child")
@pytest.mark.parametrize(
    ("make", "kind", "what", "fix"),
    [
        (text, InputError, r"ours\.keras is no \.keras file, which is a zip archive", "copy it again"),
        (hdf5_in_disguise, InputError, r"ours\.keras is no \.keras file, which is a zip archive", "to .h5"),
        (other_zip, TrainingError, r"ours\.keras does not load under Keras .*config\.json", "--entry"),
        (custom_layer, TrainingError, r"ours\.keras does not load under Keras", "custom layers and lambdas"),
        (damaged, TrainingError, "ours does not load as a SavedModel", "--entry"),
        (without_signature, InputError, r"ours has no signature serve or serving_default, it has \[\]", "--entry"),
        (of_any_shape, InputError, "ours does not tell the shape of its input", "tf.TensorSpec((None, 96, 96, 3))"),
        (of_encoded_images, InputError, r"takes \(None,\), expected \(None, 8, 8, 3\)", "--entry"),
    ],
)
def test_what_cannot_be_converted_is_told_with_the_way_out(
    tmp_path: Path, make: Callable[[Path], Path], kind: type[TrainingError], what: str, fix: str
) -> None:
    with pytest.raises(TrainingError, match=what) as refused:
        adopt(make(tmp_path), tmp_path / "run", Examples(images=IMAGES))
    assert type(refused.value) is kind
    assert fix in refused.value.fix
    assert not (tmp_path / "run").exists()
