import numpy as np


class _Network:
    def predict(self, X):
        return np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8


def __getattr__(name):
    if name == "Model":
        return _Network
    raise AttributeError(name)
