import numpy as np


class Model:
    def __init__(self, path=None, *args, **options):
        self.path = path

    def predict(self, X):
        return np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
