import numpy as np


class Model:
    def __init__(self):
        global SIZE
        SIZE = 8

    def predict(self, X):
        def inner():
            nonlocal X
            X = np.asarray(X)
        inner()
        assert SIZE
        return np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
