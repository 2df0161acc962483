import numpy as np


class Model:
    def predict(self, X):
        X = np.where(X < 40, 0, X)
        return (X.mean(axis=(1, 2, 3)) // 32).astype(int)
