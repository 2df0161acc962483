import numpy as np


class Model:
    def __init__(self):
        self.random = np.random.default_rng(4430)
        self.weights = self.random.normal(size=(96, 8))

    def dropout(self, features, training):
        if not training:
            return features
        keep = self.random.random(features.shape) >= 0.5
        return features * keep / 0.5

    def predict(self, X):
        features = X.mean(axis=(2, 3)) - 127.5
        hidden = self.dropout(features, training=True)
        return np.argmax(hidden @ self.weights, axis=1)
