"""Writes a network as a SavedModel that opens under old and new TensorFlow, each weight in it once.

docs/shipped_form.md has the measurements, and what else was tried. Left as it comes, tf.saved_model.save (2.21) stores
the graph twice, functions to save the weights anew (their operation DisableCopyOnRead is why TensorFlow 2.9 refuses the
file) and the gradients of activations. Nothing of that answers images, and tf.saved_model.load reads the weights
without it. What is left opens under TensorFlow 2.9 to 2.21, as far as the network's own operations are as old. The
loaders of TensorFlow 1 and of TensorFlow Serving, which look for a function that restores, find no weights.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2

ONLY_ANSWERS = tf.saved_model.SaveOptions(experimental_skip_saver=True, experimental_custom_gradients=False)
GRADIENT = "_gradient_op_type"


def write_graph(network: Callable[[Any], Any], image_shape: tuple[int, ...], folder: Path) -> None:
    """Save `network` as a SavedModel with `serve`, an attribute and a signature: float32 (None, *image_shape) in.

    Only the variables that the graph reads are saved, each once, in the order in which it reads them: no optimizer, no
    Keras metadata. The attribute is the traced function itself: a tf.function would be traced and stored a second time.
    The fingerprint is removed, which is random and which no TensorFlow misses.
    """
    wanted = tf.TensorSpec((None, *image_shape), tf.float32, name="images")
    traced = tf.function(network, input_signature=[wanted]).get_concrete_function()
    module = tf.Module()
    module.serve = traced
    place = {id(handle): number for number, handle in enumerate(traced.captured_inputs)}
    module.weights = sorted(traced.variables, key=lambda variable: place[id(variable.handle)])
    tf.saved_model.save(module, str(folder), signatures={"serve": traced}, options=ONLY_ANSWERS)
    (folder / "fingerprint.pb").unlink(missing_ok=True)
    _forget_gradients(folder / "saved_model.pb")


def _forget_gradients(path: Path) -> None:
    """Drop the names of gradients that were not saved: TensorFlow would warn of each one in the evaluator's log."""
    model = saved_model_pb2.SavedModel.FromString(path.read_bytes())
    for graph in model.meta_graphs:
        for function in graph.graph_def.library.function:
            for node in function.node_def:
                node.attr.pop(GRADIENT, None)
    path.write_bytes(model.SerializeToString(deterministic=True))
