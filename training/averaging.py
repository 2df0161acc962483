"""Averages of probabilities inside of a graph: of the views of an image, and of several networks.

One after another, whatever the number of cores: what a network needs in between is freed before the next begins, so
that memory does not grow with the number of views or networks.
"""

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

Network = Callable[[Any], Any]
"""Takes a float32 tensor (n, H, W, C) and gives probabilities (n, classes) float32."""


def over_views(network: Network, views: int, classes: int) -> Network:
    """The mean of a network with so many classes over the first `views` of training.views; itself where there is one.

    The network stands in the graph once, in a loop: eight copies would take eight times as long to start.
    """
    if views == 1:
        return network

    def call(images: Any) -> Any:
        def following(number: Any, total: Any) -> tuple[Any, Any]:
            return number + 1, total + network(_view(images, number))

        first = (tf.constant(0), tf.zeros((tf.shape(images)[0], classes)))
        _, total = tf.while_loop(lambda number, _: number < views, following, first, parallel_iterations=1)
        return total / views

    return call


def _view(images: Any, number: Any) -> Any:
    """What training.views.view makes, of a number that the graph counts."""

    def where(bit: int, changed: Any, unchanged: Any) -> Any:
        return tf.where(tf.bitwise.bitwise_and(number, bit) > 0, changed, unchanged)

    images = where(1, tf.reverse(images, [2]), images)
    images = where(2, tf.reverse(images, [1]), images)
    if images.shape[1] != images.shape[2]:
        return images
    return where(4, tf.transpose(images, (0, 2, 1, 3)), images)


def over_networks(networks: Sequence[Network]) -> Network:
    """The mean of several networks' probabilities, each of them counting the same."""

    def call(images: Any) -> Any:
        total = networks[0](images)
        for network in networks[1:]:
            with tf.control_dependencies([total]):
                total = total + network(tf.identity(images))
        return total / len(networks)

    return call
