import os

import numpy as np


class Model:
    def __init__(self, path):
        self.weights = np.loadtxt(os.path.join(path, "weights.txt"))

    def predict(self, X):
        return (X.mean(axis=(1, 2)) @ self.weights).argmax(axis=1)
