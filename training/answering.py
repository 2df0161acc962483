"""A finished run's graph, asked for class ids or probabilities: what `kit build` ships, not the trained model."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from training.run_folder import SAVED_MODEL

Answer = Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.int64]]
Probable = Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.float32]]


def answerer(folder: Path) -> Answer:
    """What answers images (n, H, W, C) uint8 with class ids (n,) int64, from the graph of a run's folder.

    Raises OSError where there is none.
    """
    ask = probabilities(folder)

    def answer(images: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
        best: npt.NDArray[np.int64] = ask(images).argmax(axis=1)
        return best

    return answer


def probabilities(folder: Path) -> Probable:
    """The same with probabilities (n, classes) float32."""
    loaded = tf.saved_model.load(str(folder / SAVED_MODEL))

    def ask(images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        return np.asarray(loaded.serve(tf.constant(images.astype(np.float32))), np.float32)

    return ask
