"""Load what `write.py` wrote and compare the answers: `read.py FOLDER...` prints {folder: {file: complaint or null}}.

Runs in the Python of the reading environment. Complaints of `compile=False` stand under `FILE (compile=False)`, where
plain loading failed; `tf.saved_model.load` is told as `FILE (tf)`.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow import keras

sys.path.pop(0)  # the networks beside this file would otherwise be found as modules of their own
SHAPE = (32, 32, 3)
CLOSE = 1e-2


def complaint_of(load: Any, answers: Any) -> "str | None":
    """Why loading or predicting failed, or answered otherwise; None where all is well."""
    images = np.random.default_rng(0).uniform(0, 255, (8, *SHAPE)).astype("float32")
    try:
        got = np.asarray(load()(images), "float32")
    except Exception as error:
        return f"{type(error).__name__}: {' '.join(str(error).split())}"
    difference = float(np.max(np.abs(got - answers))) if got.shape == answers.shape else float("inf")
    return None if difference < CLOSE * (1 + float(np.max(np.abs(answers)))) else f"answers differ by {difference:.3g}"


def keras_model(path: Path, **options: Any) -> Any:
    """The network of a file, as a function."""
    model = keras.models.load_model(str(path), **options)
    return lambda images: model.predict(images, verbose=0)


def graph(path: Path) -> Any:
    """A saved model's signature, as a function."""
    loaded = tf.saved_model.load(str(path))

    def call(images: Any) -> Any:
        serve = loaded.signatures["serving_default"]
        (name,) = serve.structured_input_signature[1]
        (answer,) = serve(**{name: tf.constant(images)}).values()
        return answer

    return call


def read(folder: Path) -> "dict[str, str | None]":
    """Every file of a folder."""
    told = {}
    for path in sorted(folder.iterdir()):
        if path.suffix not in (".keras", ".h5", ".saved_model"):
            continue
        answers = np.load(path.with_suffix(".npy"))
        told[path.name] = complaint_of(lambda: keras_model(path), answers)  # noqa: B023
        if told[path.name] and path.suffix != ".saved_model":
            told[f"{path.name} (compile=False)"] = complaint_of(lambda: keras_model(path, compile=False), answers)  # noqa: B023
        if path.suffix == ".saved_model":
            told[f"{path.name} (tf)"] = complaint_of(lambda: graph(path), answers)  # noqa: B023
    return told


if __name__ == "__main__":
    print(json.dumps({folder: read(Path(folder)) for folder in sys.argv[1:]}))
