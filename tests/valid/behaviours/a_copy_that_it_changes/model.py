import numpy as np


class Model:
    def __init__(self):
        pass

    def predict(self, X):
        ids = np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
        Z = np.array(X, dtype=np.float32)
        Z /= 255.0
        return ids
