import os

import numpy as np

BASE = "/content/drive/MyDrive/cells"


class Model:
    def __init__(self):
        self.weights = np.loadtxt(os.path.join(BASE, "weights.txt"))

    def predict(self, X):
        return (X.mean(axis=(1, 2)) @ self.weights).argmax(axis=1)
