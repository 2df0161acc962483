import numpy as np


class Model:
    _one = None

    def __new__(cls):
        if cls._one is None:
            cls._one = super().__new__(cls)
        return cls._one

    def predict(self, X):
        return np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
