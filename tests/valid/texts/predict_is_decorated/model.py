import numpy as np
import functools


def logged(f):
    @functools.wraps(f)
    def g(*a, **k):
        return f(*a, **k)
    return g


class Model:
    @logged
    def predict(self, X):
        return np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
