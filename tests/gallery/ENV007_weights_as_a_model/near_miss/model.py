import numpy as np
import tensorflow as tf
from pathlib import Path


def network():
    inputs = tf.keras.Input((96, 96, 3))
    x = tf.keras.layers.Conv2D(16, 5, strides=4, activation="relu")(inputs)
    x = tf.keras.layers.GlobalAveragePooling2D()(x)
    return tf.keras.Model(inputs, tf.keras.layers.Dense(8)(x))


class Model:
    def __init__(self):
        self.net = network()
        self.net.load_weights(Path(__file__).parent / "best.weights.h5")

    def predict(self, X):
        probabilities = self.net.predict(X, batch_size=64, verbose=0)
        return np.argmax(probabilities, axis=1)
