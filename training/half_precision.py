"""A network whose large weights are stored in 16 bits, in half the file, and computed with in 32.

Their values are the nearest that IEEE's half precision has, so that a weight is off by 2^-12 of itself, and answers
with it. What that does to them is measured by training.export, which ships it only where it does next to nothing.

The weights lie in two vectors, one of 16 and one of 32 bits, that the graph widens and cuts apart at each call. To
restore two variables instead of hundreds is what makes the graph start sooner; docs/shipped_form.md has the figures.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf
from tensorflow.core.framework.graph_pb2 import GraphDef
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

Values = dict[str, npt.NDArray[np.float32]]
LEAST = 4096
"""Numbers in a matrix or larger tensor that is halved. The others are few together, and weigh more each: biases,
batch norms, and the nine taps a channel of depthwise convolutions, which alone made nine tenths of MobileNetV2's
difference."""


def halved(network: Callable[[Any], Any], image_shape: tuple[int, ...]) -> Callable[[Any], Any] | None:
    """The same network with its large weights in 16 bits; None where it has none, or they are too large for 16 bits.

    `network` and what is returned take a float32 tensor (n, *image_shape). Raises what TensorFlow raises where the
    network cannot be taken apart: nearly anything.
    """
    wanted = tf.TensorSpec((None, *image_shape), tf.float32, name="images")
    traced = tf.function(network, input_signature=[wanted]).get_concrete_function()
    frozen = convert_variables_to_constants_v2(traced, lower_control_flow=False)
    graph, weights = _taken_out(frozen.graph.as_graph_def(), {tensor.op.name for tensor in traced.inputs})
    large = {name: value for name, value in weights.items() if value.ndim > 1 and value.size >= LEAST}
    if not large or max(np.abs(value).max() for value in large.values()) > np.finfo(np.float16).max:
        return None
    parts = [_joined(large, np.float16)]
    if small := {name: value for name, value in weights.items() if name not in large}:
        parts.append(_joined(small, np.float32))
    given, answer = frozen.inputs[0].name, frozen.outputs[0].name

    def call(images: Any) -> Any:
        fed = {given: images}
        for part in parts:
            fed |= part()
        return tf.graph_util.import_graph_def(graph, input_map=fed, return_elements=[answer], name="")[0]

    return call


def _taken_out(graph: GraphDef, inputs: set[str]) -> tuple[GraphDef, Values]:
    """A frozen graph without what were its float32 inputs, its weights; and those, by the names of their nodes."""
    weights = {
        node.name: tf.make_ndarray(node.attr["value"].tensor)
        for node in graph.node
        if node.op == "Const" and node.name in inputs and node.attr["dtype"].type == tf.float32.as_datatype_enum
    }
    without = GraphDef(library=graph.library, versions=graph.versions)
    without.node.extend(node for node in graph.node if node.name not in weights)
    return without, weights


def _joined(weights: Values, dtype: type[np.floating]) -> Callable[[], dict[str, Any]]:
    """One variable for all of them; what is returned cuts it apart again, in the graph that is being traced."""
    stored = tf.Variable(np.concatenate([value.ravel() for value in weights.values()]).astype(dtype))
    sizes = [value.size for value in weights.values()]

    def apart() -> dict[str, Any]:
        pieces = tf.split(tf.cast(stored.read_value(), tf.float32), sizes)
        return {
            f"{name}:0": tf.reshape(piece, value.shape)
            for (name, value), piece in zip(weights.items(), pieces, strict=True)
        }

    return apart
