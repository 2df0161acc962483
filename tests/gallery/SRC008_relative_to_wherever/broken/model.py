import numpy as np


class Model:
    def __init__(self, weights="weights.txt"):
        self.weights = np.loadtxt(weights)

    def predict(self, X):
        return (X.mean(axis=(1, 2)) @ self.weights).argmax(axis=1)
