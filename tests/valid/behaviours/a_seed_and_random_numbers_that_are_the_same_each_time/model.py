import numpy as np


class Model:
    def __init__(self):
        np.random.seed(0)
        self.noise = np.random.rand(3)

    def predict(self, X):
        ids = np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
        assert self.noise.shape == (3,)
        return ids
