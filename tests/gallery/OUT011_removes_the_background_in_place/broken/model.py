import numpy as np


class Model:
    def predict(self, X):
        X[X < 40] = 0
        return (X.mean(axis=(1, 2, 3)) // 32).astype(int)
