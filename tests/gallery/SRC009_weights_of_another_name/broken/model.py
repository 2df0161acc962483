from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
NAME = "Weights"


class Model:
    def __init__(self):
        self.weights = np.loadtxt(HERE / f"{NAME}.txt")
        self.mean = np.loadtxt(HERE / "scaler" / "mean.txt")

    def predict(self, X):
        return ((X - self.mean).mean(axis=(1, 2)) @ self.weights).argmax(axis=1)
