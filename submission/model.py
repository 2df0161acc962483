"""The entry: the evaluator does `from model import Model`, builds `Model()` once and calls `predict(X)`.

This file and the folder `saved_model` beside it are the whole submission. The preprocessing is inside the saved model,
so X goes in as it comes: raw pixels, 0..255.
"""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf

HERE = Path(__file__).resolve().parent  # never the working directory: that is the evaluator's to choose
BATCH = 64  # images at a time, so that memory does not grow with the size of the hidden set


class Model:
    """The trained network behind the interface that the evaluator asks for."""

    def __init__(self) -> None:
        """Open the saved model. The loaded object is kept: its weights are freed together with it."""
        self.network = tf.saved_model.load(str(HERE / "saved_model"))

    def predict(self, X: npt.NDArray[Any]) -> npt.NDArray[np.int64]:  # noqa: N803 - the evaluator's name for it
        """Class ids, int64 (n,), of images (n, 96, 96, 3), uint8 or float, 0..255. n may be 0."""
        labels = np.empty(len(X), dtype=np.int64)
        for start in range(0, len(X), BATCH):
            images = np.asarray(X[start : start + BATCH], dtype=np.float32)
            probabilities = self.network.serve(tf.constant(images))
            labels[start : start + BATCH] = np.argmax(probabilities, axis=1)
        return labels
