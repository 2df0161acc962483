import numpy as np
import tensorflow as tf
from pathlib import Path


class Scale(tf.keras.layers.Layer):
    def __init__(self, factor=2.0, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor

    def call(self, inputs):
        return inputs * self.factor


class Model:
    def __init__(self):
        path = Path(__file__).parent / "cells.keras"
        self.net = tf.keras.models.load_model(path, custom_objects={"Scale": Scale}, compile=False)

    def predict(self, X):
        probabilities = self.net.predict(X, batch_size=64, verbose=0)
        return np.argmax(probabilities, axis=1)
