import numpy as np


class Model:
    def __call__(self, X):
        return np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8

    predict = __call__
