from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
NAME = "weights"


class Model:
    def __init__(self):
        self.weights = np.loadtxt(HERE / f"{NAME}.txt")
        try:
            self.mean = np.loadtxt(HERE / "scaler" / "mean.txt")
        except FileNotFoundError:
            self.mean = 0

    def predict(self, X):
        return ((X - self.mean).mean(axis=(1, 2)) @ self.weights).argmax(axis=1)
