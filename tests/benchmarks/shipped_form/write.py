"""Writes one network in every form that was tried: `python -m ...shipped_form.write NETWORK IMAGES FOLDER`.

IMAGES is a .npy of uint8 images (n, 96, 96, 3). FOLDER gets a file or folder for each form, and answers.npy: what the
Keras model itself says, (n, 8) float32. Runs in a process of its own, with TensorFlow and the kit's Keras.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf
from keras import layers
from tensorflow.core.protobuf import saved_model_pb2
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

from training import export
from training.half_precision import halved
from training.portable import write_graph

SHAPE = (96, 96, 3)
SPEC = tf.TensorSpec((None, *SHAPE), tf.float32, name="images")


def cnn() -> Any:
    """A network from scratch: five convolutions, batch norm, augmentation; 1 million parameters."""
    inner = [keras.Input(SHAPE), layers.RandomFlip(), layers.RandomRotation(0.1), layers.Rescaling(1 / 255)]
    for filters in (32, 64, 128, 256):
        inner += [layers.Conv2D(filters, 3, padding="same", use_bias=False), layers.BatchNormalization()]
        inner += [layers.ReLU(), layers.MaxPooling2D()]
    inner += [layers.Conv2D(256, 3, padding="same", activation="relu"), layers.GlobalAveragePooling2D()]
    return keras.Sequential([*inner, layers.Dropout(0.3), layers.Dense(8, activation="softmax")])


def mobilenetv2() -> Any:
    """Transfer learning on the smallest of the usual networks: 2.3 million parameters."""
    images = keras.Input(SHAPE)
    inner = layers.Rescaling(1 / 127.5, offset=-1)(layers.RandomContrast(0.2)(images))
    inner = keras.applications.MobileNetV2(input_shape=SHAPE, include_top=False, weights=None)(inner)
    inner = layers.Dropout(0.2)(layers.GlobalAveragePooling2D()(inner))
    return keras.Model(images, layers.Dense(8, activation="softmax")(inner))


def convnexttiny() -> Any:
    """A large network, with layer norm: 28 million parameters."""
    images = keras.Input(SHAPE)
    inner = keras.applications.ConvNeXtTiny(input_shape=SHAPE, include_top=False, weights=None)(images)
    inner = layers.LayerNormalization()(layers.GlobalAveragePooling2D()(inner))
    return keras.Model(images, layers.Dense(8, activation="softmax")(inner))


NETWORKS: dict[str, Callable[[], Any]] = {"cnn": cnn, "mobilenetv2": mobilenetv2, "convnexttiny": convnexttiny}


def spread(model: Any, images: npt.NDArray[np.uint8]) -> None:
    """Give drawn weights what training would: batch norms fit the images, and the answers differ from image to image.

    Raises ValueError where the images look the same to the network's last layer: then the answers would be its rounding
    errors, and every form would seem to answer wrongly.
    """
    random = np.random.default_rng(0)
    for weight in model.weights:
        if weight.path.endswith("beta"):
            weight.assign(random.normal(0, 0.1, weight.shape))
        elif weight.path.endswith("gamma"):
            weight.assign(random.uniform(0.8, 1.2, weight.shape))
    inner = [layer for outer in model.layers for layer in (outer, *getattr(outer, "layers", ()))]
    norms = [layer for layer in inner if isinstance(layer, layers.BatchNormalization)]
    usual = [layer.momentum for layer in norms]
    for layer in norms:
        layer.momentum = 0.0
    model(images[:64].astype(np.float32), training=True)
    for layer, momentum in zip(norms, usual, strict=True):
        layer.momentum = momentum
    features = keras.Model(model.inputs, model.layers[-1].input).predict(images[:64], verbose=0)
    middle = features.mean(axis=0)
    _, sizes, directions = np.linalg.svd(features - middle, full_matrices=False)
    if sizes[7] < 1e-2 * np.abs(features).max():
        raise ValueError(f"the features are too alike: {sizes[:8]}")
    kernel = (directions[:8] / (sizes[:8, None] / 8)).T * 1.5
    model.layers[-1].set_weights([kernel, -middle @ kernel])


def saved_by_default(call: Callable[[Any], Any], folder: Path) -> None:
    """What the kit shipped before: tf.saved_model.save with its default options."""
    module = tf.Module()
    module.serve = tf.function(call, input_signature=[SPEC])
    traced = module.serve.get_concrete_function()
    module.weights = list(traced.variables)
    tf.saved_model.save(module, str(folder), signatures={"serve": traced})


def edited(folder: Path) -> None:
    """Take DisableCopyOnRead out of a saved model's functions, and what waits for it."""
    path = folder / "saved_model.pb"
    model = saved_model_pb2.SavedModel.FromString(path.read_bytes())
    for function in model.meta_graphs[0].graph_def.library.function:
        gone = {f"^{node.name}" for node in function.node_def if node.op == "DisableCopyOnRead"}
        kept = [node for node in function.node_def if f"^{node.name}" not in gone]
        for node in kept:
            node.input[:] = [name for name in node.input if name not in gone]
        del function.node_def[:]
        function.node_def.extend(kept)
        for name in [name for name, node in function.control_ret.items() if f"^{node}" in gone]:
            function.control_ret.pop(name)
            function.signature.control_output.remove(name)
    path.write_bytes(model.SerializeToString(deterministic=True))


def frozen_and_apart(call: Callable[[Any], Any], frozen: Path, apart: Path) -> None:
    """A graph with the weights as constants; and the same with the weights in an .npz beside it."""
    traced = tf.function(call, input_signature=[SPEC]).get_concrete_function()
    graph = convert_variables_to_constants_v2(traced).graph.as_graph_def()
    for folder in (frozen, apart):
        folder.mkdir()
    (frozen / "graph.pb").write_bytes(graph.SerializeToString(deterministic=True))
    weights = {}
    for node in graph.node:
        if node.op == "Const" and node.attr["dtype"].type == tf.float32.as_datatype_enum:
            value = tf.make_ndarray(node.attr["value"].tensor)
            if value.size >= 8:
                weights[node.name] = value
                node.op = "Placeholder"
                node.attr.pop("value")
                node.attr["shape"].shape.CopyFrom(tf.TensorShape(value.shape).as_proto())
    (apart / "graph.pb").write_bytes(graph.SerializeToString(deterministic=True))
    named = {str(place): value for place, value in enumerate(weights.values())}
    np.savez(apart / "weights.npz", names=np.array(list(weights)), **named)


def lite(call: Callable[[Any], Any], model: Any, path: Path) -> None:
    """TensorFlow Lite, which is asked for with the operations of TensorFlow where it has none of its own."""
    traced = tf.function(call, input_signature=[SPEC]).get_concrete_function()
    path.write_bytes(tf.lite.TFLiteConverter.from_concrete_functions([traced], model).convert())


def main(name: str, images_file: str, folder: str) -> None:
    """Write all forms of one network."""
    images, place = np.load(images_file), Path(folder)
    keras.utils.set_random_seed(0)
    model = NETWORKS[name]()
    spread(model, images)
    model.save(place / "model.keras")
    network = export.load(place / "model.keras")
    np.save(place / "answers.npy", export.answers(network.call, images))
    model.export(place / "export", verbose=False)
    saved_by_default(network.call, place / "default")
    saved_by_default(network.call, place / "edited")
    edited(place / "edited")
    write_graph(network.call, SHAPE, place / "shipped")
    light = halved(network.call, SHAPE)
    assert light is not None, "each of the networks has large weights"
    write_graph(light, SHAPE, place / "halved")
    frozen_and_apart(network.call, place / "frozen", place / "apart")
    lite(network.call, model, place / "model.tflite")
    (place / "parameters.txt").write_text(str(model.count_params()))


if __name__ == "__main__":
    main(*sys.argv[1:])
