from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent


class Model:
    def __init__(self):
        self.load()

    def load(self):
        self.weights = np.loadtxt(HERE / "weights.txt").reshape(3, 8)

    def predict(self, X):
        colours = X.mean(axis=(1, 2))
        return np.argmax(colours @ self.weights, axis=1)
