import numpy as np


def make(size):
    class Network:
        def predict(self, X):
            return np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8

    return Network


Model = make(8)
