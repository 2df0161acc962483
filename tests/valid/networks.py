"""Submissions with a real network, made by TensorFlow: weights of Keras, TensorFlow Lite, an export."""

import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from tests.valid.submission import Valid

NET = """
import keras

def network():
    inputs = keras.Input((96, 96, 3))
    x = keras.layers.Rescaling(1 / 255)(inputs)
    x = keras.layers.Conv2D(4, 5, strides=4, activation="relu")(x)
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, keras.layers.Dense(8)(x))
"""
MAKE = (
    NET
    + """
import sys
from pathlib import Path
import tensorflow as tf

out = Path(sys.argv[1])
keras.utils.set_random_seed(0)
net = network()
net.layers[-1].kernel.assign(net.layers[-1].kernel * 50)
net.save_weights(out / "net.weights.h5")
net.export(out / "exported", verbose=False)
(out / "net.tflite").write_bytes(tf.lite.TFLiteConverter.from_saved_model(str(out / "exported")).convert())
"""
)
BY_WEIGHTS = (
    NET
    + """
import numpy as np
from pathlib import Path


class Model:
    def __init__(self):
        self.net = network()
        self.net.load_weights(Path(__file__).parent / "net.weights.h5")

    def predict(self, X):
        answers = np.zeros(len(X), dtype=np.int64)
        for k in range(0, len(X), 32):
            answers[k:k + 32] = np.argmax(self.net(np.asarray(X[k:k + 32], dtype="float32"), training=False), axis=1)
        return answers
"""
)
BY_LITE = """import os
import numpy as np
import tensorflow as tf


class Model:
    def __init__(self):
        self.lite = tf.lite.Interpreter(os.path.join(os.path.dirname(__file__), "net.tflite"))
        self.lite.allocate_tensors()
        self.i, self.o = self.lite.get_input_details()[0]["index"], self.lite.get_output_details()[0]["index"]

    def predict(self, X):
        answers = np.zeros(len(X), dtype=np.int64)
        for k, image in enumerate(np.asarray(X, dtype=np.float32)):
            self.lite.set_tensor(self.i, image[None])
            self.lite.invoke()
            answers[k] = np.argmax(self.lite.get_tensor(self.o)[0])
        return answers
"""
BY_EXPORT = """import numpy as np
import tensorflow as tf
from pathlib import Path


class Model:
    def __init__(self):
        self.net = tf.saved_model.load(str(Path(__file__).parent / "exported"))

    def predict(self, X):
        if len(X) == 0:
            return np.zeros(0, dtype=np.int64)
        return np.asarray(tf.argmax(self.net.serve(tf.cast(X, tf.float32)), axis=1))
"""


@cache
def networks() -> tuple[Valid, ...]:
    """The submissions; their files are made once a process."""
    with tempfile.TemporaryDirectory() as name:
        subprocess.run([sys.executable, "-c", MAKE, name], check=True, capture_output=True)
        made = {
            path.relative_to(name).as_posix(): path.read_bytes() for path in Path(name).rglob("*") if path.is_file()
        }
    exported = {member: content for member, content in made.items() if member.startswith("exported/")}
    return (
        Valid(
            name="weights of Keras",
            files={"model.py": BY_WEIGHTS, "net.weights.h5": made["net.weights.h5"]},
        ),
        Valid(name="TensorFlow Lite", files={"model.py": BY_LITE, "net.tflite": made["net.tflite"]}),
        Valid(name="an export of Keras", files={"model.py": BY_EXPORT, **exported}),
    )
