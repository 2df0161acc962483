import numpy as np


class Model:
    __slots__ = ('size',)

    def __init__(self):
        self.size = 8

    @property
    def classes(self):
        return self.size

    def predict(self, X):
        return np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
