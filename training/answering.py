"""A finished run's graph, asked for class ids: what `kit build` would ship, not the model that was trained."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from training.run_folder import SAVED_MODEL

Answer = Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.int64]]


def answerer(folder: Path) -> Answer:
    """What answers images (n, H, W, C) uint8 with class ids (n,) int64, from the graph of a run's folder.

    Raises OSError where there is none.
    """
    loaded = tf.saved_model.load(str(folder / SAVED_MODEL))

    def answer(images: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
        probabilities: npt.NDArray[np.float32] = np.asarray(loaded.serve(tf.constant(images.astype(np.float32))))
        best: npt.NDArray[np.int64] = probabilities.argmax(axis=1)
        return best

    return answer
