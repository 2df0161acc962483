import numpy as np


class Model:
    @classmethod
    def predict(cls, X):
        return np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
